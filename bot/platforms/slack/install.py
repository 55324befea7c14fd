"""Adding the bot to a workspace: bolt's OAuth flow over our own states, tokens and pages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.installation import Installation, Installations
from bot.conversation.ports import Clock
from bot.platforms.slack.adapter import SlackAdapter
from bot.platforms.slack.install_pages import HEADERS, InstallPages, Page
from bot.platforms.slack.refusals import code_of
from bot.platforms.slack.scopes import scopes
from bot.platforms.slack.workspaces import INSTALL_PATH, REDIRECT_PATH, TIMEOUT_SECONDS, Workspaces
from bot.settings import Settings

_OF_THE_CODE = ("invalid_code", "code_already_used")
"""What Slack says of a code; all else is for the operator (docs.slack.dev/reference/methods/oauth.v2.access)."""
_FIXES = {
    "bad_redirect_uri": f"add PUBLIC_URL and {REDIRECT_PATH} behind it to the Redirect URLs, page OAuth & Permissions",
    "invalid_client_id": "copy SLACK_CLIENT_ID again from api.slack.com/apps, page Basic Information",
    "bad_client_secret": "copy SLACK_CLIENT_SECRET again from api.slack.com/apps, page Basic Information",
}
_UNAVAILABLE = 503
FirstPage = Callable[[AsyncBoltRequest, str], str]
Visit = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
_log = structlog.get_logger(__name__)


class OrganisationError(BoltError):
    """Slack gave one token for a whole organisation; we keep one for each workspace."""


class RefusedError(Exception):
    """Slack refuses what the operator set. Whoever installs can do nothing about it."""


class _Client(AsyncWebClient):
    """Tells the operator what bolt would only call an invalid code."""

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:
        try:
            return await super().oauth_v2_access(**arguments)
        except SlackApiError as error:
            if (code := code_of(error)) in _OF_THE_CODE:
                raise
            _log.error("slack refused an installation", error=code, fix=_FIXES.get(code, "look the error up at Slack"))
            raise RefusedError from None


class _States(AsyncOAuthStateStore):
    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_issue(self, *_: Any, **__: Any) -> str:
        return self._installations.new_state()

    async def async_consume(self, state: str) -> bool:
        return await self._installations.use_state(state)


class _Store(AsyncInstallationStore):
    def __init__(self, workspaces: Workspaces, clock: Clock) -> None:
        self._workspaces, self._clock = workspaces, clock

    async def async_save(self, installation: SlackInstallation) -> None:
        """Raises BoltError, which the flow takes to our page."""
        if installation.is_enterprise_install or not (installation.team_id and installation.bot_token):
            await self._workspaces.revoke(installation.bot_token)
            raise OrganisationError
        try:
            await self._workspaces.installations.save(_ours(installation, self._clock()))
        except StoreUnavailableError as error:
            _log.error("an installation could not be kept: the database cannot be reached")
            raise BoltError from error


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, with our page in front."""

    def __init__(self, client: AsyncWebClient, settings: AsyncOAuthSettings, first_page: FirstPage) -> None:
        super().__init__(client=client, logger=logging.getLogger("slack_bolt"), settings=settings)
        self._first_page = first_page

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return self._first_page(request, url)


class Installing:
    """The two addresses that people come to with their browser. The adapter hears of who added the bot."""

    def __init__(
        self, adapter: SlackAdapter, workspaces: Workspaces, settings: Settings, clock: Clock, pages: InstallPages
    ) -> None:
        self._adapter, self._workspaces, self._pages = adapter, workspaces, pages
        self._later: set[asyncio.Task[None]] = set()
        whole = AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            scopes=tuple(scopes()),
            user_scopes=(),
            redirect_uri=f"{settings.public_url}{REDIRECT_PATH}",
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=f"{settings.slack_api_url}/oauth/v2/authorize",
            callback_options=AsyncCallbackOptions(success=self._success, failure=self._failure),
            installation_store=_Store(workspaces, clock),
            state_store=_States(workspaces.installations),
        )
        client = _Client(base_url=f"{settings.slack_api_url}/api/", timeout=TIMEOUT_SECONDS, retry_handlers=[])
        self._flow = _Flow(client, whole, lambda request, url: self._html(Page.ADD, request, url))

    @property
    def routes(self) -> tuple[web.RouteDef, ...]:
        return (
            web.get(INSTALL_PATH, self._visited(self._flow.handle_installation), allow_head=False),
            web.get(REDIRECT_PATH, self._visited(self._flow.handle_callback), allow_head=False),
        )

    async def close(self) -> None:
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    def _visited(self, handle: Visit) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def visited(request: web.Request) -> web.Response:
            asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
            try:
                answer = await handle(asked)
            except Exception as error:  # noqa: BLE001 - whoever installs gets a page, whatever happened
                if not isinstance(error, RefusedError):
                    _log.error("an installation failed", exc_info=error)
                answer = self._answer(Page.LATER, asked, _UNAVAILABLE)
            response = await to_aiohttp_response(answer)
            response.charset = "utf-8"
            response.headers.update(HEADERS)
            for cookie in response.cookies.values():
                cookie["samesite"] = "Lax"  # Slack sends people back by a link
            return response

        return visited

    def _html(self, page: Page, request: AsyncBoltRequest, link: str | None = None) -> str:
        accepted = ",".join(request.headers.get("accept-language") or ())
        languages = [each.partition(";")[0].strip() for each in accepted.split(",")]
        return self._pages.html(page, languages, link or self._workspaces.add_address)

    def _answer(self, page: Page, request: AsyncBoltRequest, status: int, link: str | None = None) -> BoltResponse:
        body = self._html(page, request, link)
        return BoltResponse(status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8"})

    async def _success(self, args: AsyncSuccessArgs) -> BoltResponse:
        installation = await self._workspaces.installations.find(Workspace("slack", args.installation.team_id or ""))
        if installation:
            await self._adapter.added(installation)
            task = asyncio.create_task(self._welcome(installation, args.installation.user_id))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        link = f"https://app.slack.com/client/{args.installation.team_id}"
        return self._answer(Page.ADDED, args.request, 200, link)

    async def _welcome(self, installation: Installation, by: str) -> None:
        try:
            await self._adapter.welcome(installation, by)
        except Exception as error:  # noqa: BLE001 - nobody waits for this task; the bot was added all the same
            _log.warning("whoever added the bot could not be welcomed", error=type(error).__name__)

    async def _failure(self, args: AsyncFailureArgs) -> BoltResponse:
        if args.reason == "access_denied":
            return self._answer(Page.CANCELLED, args.request, 200)
        if isinstance(args.error, OrganisationError):
            return self._answer(Page.ORGANISATION, args.request, 400)
        if args.reason == "storage_error":
            return self._answer(Page.LATER, args.request, _UNAVAILABLE)
        return self._answer(Page.AGAIN, args.request, 400)


def _ours(added: SlackInstallation, at: datetime) -> Installation:
    expires_at = added.bot_token_expires_at
    return Installation(
        Workspace("slack", added.team_id or ""),
        bot_token=added.bot_token or "",
        bot=added.bot_id or "",
        bot_user=added.bot_user_id or "",
        installed_at=at,
        refresh_token=added.bot_refresh_token,
        expires_at=None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
    )
