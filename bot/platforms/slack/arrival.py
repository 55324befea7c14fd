"""Arriving at Slack: whether its tokens hold, asked until Slack answers, and whether the bot was removed meanwhile."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.backoff import seconds_before
from bot.platforms.slack.adapter import SlackAdapter
from bot.platforms.slack.refusals import code_of, is_passing, means_removed
from bot.settings import SettingError

_log = structlog.get_logger(__name__)


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

    await ask_until_answered(ask, "SLACK_BOT_TOKEN", fix)
    return team


async def ask_until_answered(ask: Callable[[], Awaitable[object]], setting: str, fix: str) -> None:
    """Call Slack until it answers. Raises SettingError when it refuses the token of `setting`."""
    for attempt in itertools.count():
        try:
            await ask()
        except SlackApiError as error:
            if not is_passing(error):
                refused = RemovedError if means_removed(error) else SettingError
                raise refused(setting, f"was refused by Slack ({code_of(error)}).", fix) from None
        except (ClientError, TimeoutError, OSError):
            pass
        else:
            return
        seconds = seconds_before(attempt)
        _log.warning("slack cannot be reached", next_try_in_seconds=round(seconds, 1))
        await asyncio.sleep(seconds)
