"""Slack: do the tokens hold, are the scopes granted, can the bot see its channels?"""

from collections.abc import Awaitable, Callable, Iterable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.channels import check_channels
from bot.doctor.finding import Finding, error, ok, warn
from bot.platforms.slack.community import SlackCommunity
from bot.platforms.slack.scopes import EXTRA_SCOPES, SCOPES, Extra
from bot.platforms.slack.workspaces import INSTALL_PATH
from bot.settings import Settings
from bot.store.look import Configured

SECONDS = 5
SERVER_ERROR, TOO_MANY = 500, 429
_BOT_TOKEN = "copy SLACK_BOT_TOKEN again from api.slack.com/apps, page OAuth & Permissions"  # noqa: S105 - a fix
_APP_TOKEN = "make SLACK_APP_TOKEN anew with connections:write on api.slack.com/apps, page Basic Information"  # noqa: S105
_AGAIN = "paste what spasmbot manifest slack prints on the app's page App Manifest, and install the app again"
Chosen = Callable[[], Awaitable[Iterable[Configured]]]


async def check_slack(settings: Settings, chosen: Chosen) -> list[Finding]:
    if settings.several_workspaces:
        return [await _several(settings)]
    client = AsyncWebClient(
        token=settings.slack_bot_token,
        base_url=f"{settings.slack_api_url}/api/",
        timeout=SECONDS,
        retry_handlers=[],
    )
    told = await _asked(client.auth_test, "the bot token", _BOT_TOKEN)
    if isinstance(told, Finding):
        return [told]
    team = str(told.get("team_id", ""))
    header = str(told.headers.get("x-oauth-scopes", ""))
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    return [
        ok("slack", f"the bot token holds for the workspace {told.get('team')} ({team})"),
        *_scopes(granted),
        _drawings(settings, granted),
        await _way_in(client, settings),
        *await _channels(client, team, await chosen()),
    ]


async def _several(settings: Settings) -> Finding:
    """No one token says anything here; whether the client secret is right shows when somebody adds the bot."""
    client = AsyncWebClient(base_url=f"{settings.slack_api_url}/api/", timeout=SECONDS, retry_handlers=[])
    told = await _asked(client.api_test, "a call without a token", "check SLACK_API_URL")
    if isinstance(told, Finding):
        return told
    return ok("slack", f"answers; workspaces add the bot at {settings.public_url}{INSTALL_PATH}")


async def _asked(ask: Callable[[], Awaitable[AsyncSlackResponse]], what: str, fix: str) -> AsyncSlackResponse | Finding:
    try:
        return await ask()
    except SlackApiError as refused:
        code = refused.response.get("error") if isinstance(refused.response.data, dict) else None
        if refused.response.status_code >= SERVER_ERROR or refused.response.status_code == TOO_MANY:
            return warn("slack", f"does not answer now (HTTP {refused.response.status_code})", "ask again later")
        return error("slack", f"{what} was refused ({code or 'no reason given'})", fix)
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        fix = "check the network of this machine, its proxy, and SLACK_API_URL if that is set"
        return error("slack", f"cannot be reached ({type(away).__name__})", fix)


def _scopes(granted: set[str]) -> list[Finding]:
    extra = {scope for more in EXTRA_SCOPES.values() for scope in more}
    missing, beyond = [s for s in SCOPES if s not in granted], sorted(granted - set(SCOPES) - extra)
    found = [error("slack", f"the scope {scope} is missing: {SCOPES[scope]}", _AGAIN) for scope in missing]
    if beyond:
        found.append(warn("slack", f"the app may do more than the bot needs: {', '.join(beyond)}", _AGAIN))
    return found or [ok("slack", "every scope is granted, and none that is not needed")]


def _drawings(settings: Settings, granted: set[str]) -> Finding:
    """Cards are whole without drawings, so none is no fault; an operator who misses them learns why."""
    if settings.public_url:
        return ok("slack", "drawings are fetched from PUBLIC_URL")
    if settings.slack_uploads == "off" or not set(EXTRA_SCOPES[Extra.PICTURES]) <= granted:
        return ok("slack", "cards have no drawings: docs/operators.md, Pictures on Slack, says how they get them")
    where = "all answers" if settings.slack_uploads == "all" else "messages that stay"
    return ok("slack", f"drawings are uploaded, and shown in {where}")


async def _way_in(client: AsyncWebClient, settings: Settings) -> Finding:
    """Socket Mode can be tried; whether a signing secret is right shows only in a request of Slack's."""
    token = settings.slack_app_token
    if not token:
        return ok("slack", "served over HTTP; the page App Manifest verifies the address while the bot runs")
    opened = await _asked(lambda: client.apps_connections_open(app_token=token), "the app-level token", _APP_TOKEN)
    return opened if isinstance(opened, Finding) else ok("slack", "the app-level token opens Socket Mode")


async def _channels(client: AsyncWebClient, team: str, chosen: Iterable[Configured]) -> list[Finding]:
    look, mine = SlackCommunity(client, team).channel, [each for each in chosen if each.workspace.id == team]
    return [finding for each in mine for finding in await check_channels("slack", look, each)]
