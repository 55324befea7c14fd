"""The workspaces that added the bot by themselves: the token of each, renewed in time, and gone when they leave."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.installation import Installation, Installations, TokenAwayError
from bot.conversation.ports import Clock
from bot.platforms.slack.refusals import code_of, is_passing, means_removed
from bot.settings import Settings

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
RENEW_BEFORE = timedelta(hours=2)
"""Tokens last twelve hours where the app rotates them (docs.slack.dev/authentication/using-token-rotation)."""
RENEWAL_LASTS = timedelta(minutes=1)
"""After this another process tries: a refresh token works once, so no two may use one (node-slack-sdk #2504)."""
SAVE_AGAIN_SECONDS = 2.0
DAY_SECONDS, PACE_SECONDS = 86_400.0, 1.0
"""How often every token is tried, and how many seconds lie between two of them."""
TIMEOUT_SECONDS = 10
_FIX = "see that SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are right; else let the workspace add the bot again"
_log = structlog.get_logger(__name__)


class Workspaces:
    """Implements the Tokens port, for as many workspaces as there are."""

    def __init__(self, installations: Installations, settings: Settings, clock: Clock) -> None:
        self.installations, self._clock = installations, clock
        self._address = f"{settings.slack_api_url}/api/"
        self.add_address = f"{settings.public_url}{INSTALL_PATH}"
        """Where people add the bot to their workspace."""
        self._credentials = {
            "client_id": settings.slack_client_id or "",
            "client_secret": settings.slack_client_secret or "",
        }
        self._renewals: dict[Workspace, asyncio.Task[None]] = {}
        self._refused: dict[Workspace, Installation] = {}

    def client(self, token: str | None = None) -> AsyncWebClient:
        """A client that tries nothing twice: a refresh token, as a code, works once."""
        return AsyncWebClient(token, self._address, timeout=TIMEOUT_SECONDS, retry_handlers=[])

    async def token_for(self, workspace_id: str) -> str | None:
        try:
            installation = await self.current(workspace_id)
        except StoreUnavailableError:
            raise TokenAwayError from None
        if installation is None:
            return None
        if self._is_valid(installation):
            return installation.bot_token
        if self._refused.get(installation.workspace) == installation:
            return None
        raise TokenAwayError

    async def current(self, team: str, patience: float | None = None, *, quick: bool = False) -> Installation | None:
        """The installation, with a token that lasts some time yet; None where the bot was not added.

        A token that will do for now is given at once, when `patience` says in how many seconds an answer is due; one
        that has run out is then renewed for so long. `quick` callers wait less for a slow database.
        Raises StoreUnavailableError when nothing is known.
        """
        workspace = Workspace("slack", team)
        installation = await self.installations.find(workspace, quick=quick)
        if not installation or not self._runs_out(installation) or self._refused.get(workspace) == installation:
            return installation
        renewal = self._renewals.get(workspace) or self._begin(installation)
        if patience is not None and self._is_valid(installation):
            return installation
        await asyncio.wait({renewal}, timeout=patience)
        return await self.installations.find(workspace)

    def _runs_out(self, installation: Installation) -> bool:
        return installation.expires_at is not None and installation.expires_at - self._clock() < RENEW_BEFORE

    def _is_valid(self, installation: Installation) -> bool:
        return installation.expires_at is None or installation.expires_at > self._clock()

    def _begin(self, installation: Installation) -> asyncio.Task[None]:
        task = asyncio.create_task(self._renew(installation))
        self._renewals[installation.workspace] = task
        task.add_done_callback(lambda _: self._renewals.pop(installation.workspace, None))
        return task

    async def _renew(self, installation: Installation) -> None:
        """Get the next token, once among all processes. Where that fails, the token goes on until it runs out."""
        try:
            if not await self.installations.claim_renewal(installation, self._clock() + RENEWAL_LASTS):
                return
        except StoreUnavailableError:
            return
        whose = {"workspace": installation.workspace.id}
        try:
            answer = await self.client().oauth_v2_access(
                **self._credentials, grant_type="refresh_token", refresh_token=installation.refresh_token
            )
            lasts = timedelta(seconds=int(answer["expires_in"]))
            renewed = replace(
                installation,
                bot_token=str(answer["access_token"]),
                refresh_token=str(answer["refresh_token"]),
                expires_at=self._clock() + lasts,
            )
        except SlackApiError as error:
            if not is_passing(error):  # and never will
                self._refused[installation.workspace] = installation
            _log.error("slack refused to renew a token", **whose, error=code_of(error), fix=_FIX)
        except (ClientError, TimeoutError, OSError, KeyError, ValueError) as error:
            _log.warning("a token could not be renewed now", **whose, error=type(error).__name__)
        else:
            await self._keep(installation, renewed)

    async def _keep(self, old: Installation, new: Installation) -> None:
        """The old one is used up: try until the database takes the new one."""
        while True:
            try:
                await self.installations.renew(old, new)
            except StoreUnavailableError:
                _log.warning("a renewed token cannot be kept yet: the database cannot be reached")
                await asyncio.sleep(SAVE_AGAIN_SECONDS)
            else:
                return

    async def left(self, team: str, event_time: float) -> bool:
        """Erase the token of a workspace that removed the bot; False when it has added it again since.

        Slack may send an event late, and again. Raises StoreUnavailableError when the token could not be erased.
        """
        workspace = Workspace("slack", team)
        installation = await self.installations.find(workspace)
        happened = datetime.fromtimestamp(event_time, UTC)
        if installation and installation.installed_at > happened and await self._works(installation):
            return False
        if await self.installations.remove(workspace):
            _log.info("a workspace removed the bot; its token is erased", workspace=team)
        return True

    async def watch(
        self, gone: Callable[[str], Awaitable[None]], every: float = DAY_SECONDS, pace: float = PACE_SECONDS
    ) -> None:
        """Notice removals that no event told of, such as while the bot was away. Lasts until it is cancelled."""
        while True:
            with suppress(StoreUnavailableError):
                for workspace in await self.installations.workspaces("slack"):
                    if await self._was_removed(workspace) and await self.installations.remove(workspace):
                        _log.info("a workspace had removed the bot; its token is erased", workspace=workspace.id)
                        await gone(workspace.id)
                    await asyncio.sleep(pace)
            await asyncio.sleep(every)

    async def _was_removed(self, workspace: Workspace) -> bool:
        try:
            if token := await self.token_for(workspace.id):
                await self.client(token).auth_test()
        except SlackApiError as error:
            return means_removed(error)
        except (TokenAwayError, ClientError, TimeoutError, OSError):
            pass
        return False

    async def revoke(self, token: str | None) -> None:
        """Give a token back that is not kept, as far as Slack can be reached."""
        with suppress(SlackApiError, ClientError, TimeoutError, OSError):
            await self.client(token).auth_revoke()

    async def _works(self, installation: Installation) -> bool:
        try:
            await self.client(installation.bot_token).auth_test()
        except (SlackApiError, ClientError, TimeoutError, OSError):
            return False
        return True

    async def close(self) -> None:
        for task in tuple(self._renewals.values()):
            task.cancel()
        await asyncio.gather(*self._renewals.values(), return_exceptions=True)
