"""Slack as a service of the bot: over Socket Mode, or over signed HTTP in the bot's own server."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import ClientError, web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.admin.admin import Admin
from bot.conversation.conversation import Conversation
from bot.conversation.ports import Clock
from bot.platforms.slack.adapter import SlackAdapter
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.refusals import code_of
from bot.platforms.slack.signed import EVENTS_PATH, signed_routes
from bot.service import Service
from bot.settings import SettingError, Settings

_RETRY_SECONDS = (1, 2, 5, 10, 30)
_PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors that any method may answer and that pass (docs.slack.dev/reference/methods/auth.test)."""
_REMOVED = ("account_inactive", "token_revoked")
"""The app was removed, or its workspace is gone (docs.slack.dev/reference/methods/auth.test#errors)."""

_log = structlog.get_logger(__name__)


def make_adapter(
    settings: Settings,
    conversation: Conversation,
    packs: tuple[str, ...],
    clock: Clock,
    pictures: Pictures | None = None,
    *,
    admin: Admin | None = None,
) -> SlackAdapter:
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=f"{settings.slack_api_url}/api/")
    secret = None if settings.slack_app_token else settings.slack_signing_secret
    return SlackAdapter(
        conversation, packs, client, signing_secret=secret, clock=clock, pictures=pictures or Pictures(), admin=admin
    )


def slack_service(adapter: SlackAdapter, settings: Settings) -> Service:
    """Socket Mode where there is an app token; otherwise the bot's own server takes Slack's requests."""
    if settings.slack_app_token:
        return Service("slack", lambda: run_socket_mode(adapter, settings))
    return Service("slack", lambda: run_http(adapter), routes=http_routes(adapter, settings))


def http_routes(adapter: SlackAdapter, settings: Settings) -> tuple[web.RouteDef, ...]:
    """The routes that Slack posts to."""
    return signed_routes(adapter.app, settings.slack_signing_secret or "")


class RemovedError(SettingError):
    """The bot was removed from the workspace that its token was for."""


async def arrive(adapter: SlackAdapter) -> None:
    """Check the bot token, and note whether the bot is in its workspace or was removed from it.

    Raises:
        SettingError: when Slack refuses the token.
    """
    try:
        await adapter.arrived(await check_token(adapter.app.client))
    except RemovedError:
        await adapter.removed()
        raise


async def check_token(client: AsyncWebClient) -> str:
    """Ask Slack whether the bot token holds; wait while Slack cannot be reached.

    Returns:
        The id of the workspace that the token is for.

    Raises:
        SettingError: when Slack refuses the token.
    """
    fix = "copy the Bot User OAuth Token again from api.slack.com/apps, page OAuth & Permissions"
    team = ""

    async def ask() -> None:
        nonlocal team
        team = str((await client.auth_test()).get("team_id", ""))

    await _ask_until_answered(ask, "SLACK_BOT_TOKEN", fix)
    return team


async def run_socket_mode(adapter: SlackAdapter, settings: Settings) -> None:
    """Stay connected until cancelled; the SDK reconnects by itself.

    Raises:
        SettingError: when Slack refuses a token.
    """
    client, app_token = adapter.app.client, settings.slack_app_token or ""
    try:
        await arrive(adapter)
        # The SDK would try a refused token for ever, with a trace each time: ask first.
        fix = "make an app-level token with connections:write on api.slack.com/apps, page Basic Information"
        await _ask_until_answered(lambda: client.apps_connections_open(app_token=app_token), "SLACK_APP_TOKEN", fix)
        await _stay_connected(AsyncSocketModeHandler(adapter.app, app_token))
    finally:
        await adapter.close()


async def _stay_connected(handler: AsyncSocketModeHandler) -> None:
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it so
        _log.info("slack is connected", mode="socket")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it so


async def run_http(adapter: SlackAdapter) -> None:
    """See that the token holds; the route does the rest. Raises SettingError when Slack refuses it."""
    try:
        await arrive(adapter)
        _log.info("slack is served", mode="http", path=EVENTS_PATH)
        await asyncio.Event().wait()
    finally:
        await adapter.close()


async def _ask_until_answered(ask: Callable[[], Awaitable[object]], setting: str, fix: str) -> None:
    """Call Slack until it answers. Raises SettingError when it refuses the token of `setting`."""
    for attempt in itertools.count():
        try:
            await ask()
        except SlackApiError as error:
            code = code_of(error)
            if error.response.status_code < 500 and code not in _PASSING:  # noqa: PLR2004
                refused = RemovedError if code in _REMOVED else SettingError
                raise refused(setting, f"was refused by Slack ({code}).", fix) from None
        except (ClientError, TimeoutError, OSError):
            pass
        else:
            return
        seconds = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
        _log.warning("slack cannot be reached", next_try_in_seconds=seconds)
        await asyncio.sleep(seconds)
