"""Slack as a service of the bot: over Socket Mode, or over signed HTTP in the bot's own server."""

import asyncio

import structlog
from aiohttp import ClientError, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.conversation import Conversation
from bot.conversation.ports import Clock
from bot.platforms.slack.adapter import SlackAdapter
from bot.settings import SettingError, Settings

EVENTS_PATH = "/slack/events"
"""One address for commands, interactivity and events."""
_RETRY_SECONDS = (1, 2, 5, 10, 30)

_log = structlog.get_logger(__name__)


def make_adapter(settings: Settings, conversation: Conversation, packs: tuple[str, ...], clock: Clock) -> SlackAdapter:
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=f"{settings.slack_api_url}/api/")
    secret = None if settings.slack_app_token else settings.slack_signing_secret
    return SlackAdapter(conversation, packs, client, secret, clock)


async def check_token(client: AsyncWebClient) -> None:
    """Ask Slack whether the bot token holds; wait while Slack cannot be reached.

    Raises:
        SettingError: when Slack refuses the token.
    """
    attempt = 0
    while True:
        try:
            await client.auth_test()
        except SlackApiError as error:
            code = error.response.get("error", "unknown")
            if error.response.status_code < 500 and code != "ratelimited":  # noqa: PLR2004
                fix = "copy the Bot User OAuth Token again from api.slack.com/apps, page OAuth & Permissions"
                raise SettingError("SLACK_BOT_TOKEN", f"was refused by Slack ({code}).", fix) from None
        except (ClientError, TimeoutError, OSError):
            pass
        else:
            return
        attempt = await _wait(attempt)


async def _wait(attempt: int) -> int:
    seconds = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
    _log.warning("slack cannot be reached", next_try_in_seconds=seconds)
    await asyncio.sleep(seconds)
    return attempt + 1


async def run_socket_mode(adapter: SlackAdapter, settings: Settings) -> None:
    """Stay connected until cancelled; the SDK reconnects by itself.

    Raises:
        SettingError: when Slack refuses a token.
    """
    await check_token(adapter.app.client)
    handler = AsyncSocketModeHandler(adapter.app, settings.slack_app_token)
    handler.client.auto_reconnect_enabled = True
    attempt = 0
    try:
        while True:
            try:
                await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it so
                break
            except SlackApiError as error:
                code = error.response.get("error", "unknown")
                if error.response.status_code < 500 and code != "ratelimited":  # noqa: PLR2004
                    fix = "make an app-level token with connections:write on api.slack.com/apps, page Basic Information"
                    raise SettingError("SLACK_APP_TOKEN", f"was refused by Slack ({code}).", fix) from None
            except (ClientError, TimeoutError, OSError):
                pass
            attempt = await _wait(attempt)
        _log.info("slack is connected", mode="socket")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it so


def http_route(adapter: SlackAdapter) -> web.RouteDef:
    """The route for Slack's signed requests; bolt checks the signature and its age."""

    async def events(request: web.Request) -> web.Response:
        answer = await adapter.app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    return web.post(EVENTS_PATH, events)
