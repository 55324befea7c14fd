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
from bot.store.look import Configured, Installed

SECONDS = 5
SERVER_ERROR, TOO_MANY = 500, 429
_BOT_TOKEN = "copy SLACK_BOT_TOKEN again from api.slack.com/apps, page OAuth & Permissions"  # noqa: S105 - a fix
_APP_TOKEN = "make SLACK_APP_TOKEN anew with connections:write on api.slack.com/apps, page Basic Information"  # noqa: S105
_AGAIN = "paste what spasmbot manifest slack prints on the app's page App Manifest, and install the app again"
MOST_WORKSPACES = 20
Chosen = Callable[[], Awaitable[Iterable[Configured]]]
Installations = Callable[[], Awaitable[Iterable[Installed]]]


async def check_slack(settings: Settings, chosen: Chosen, installed: Installations) -> list[Finding]:
    if settings.several_workspaces:
        return await _several(settings, chosen, installed)
    client = _client(settings, settings.slack_bot_token)
    told = await _asked(client.auth_test, "the bot token", _BOT_TOKEN)
    if isinstance(told, Finding):
        return [told]
    team, granted = str(told.get("team_id", "")), _granted(told)
    return [
        ok("slack", f"the bot token holds for the workspace {told.get('team')} ({team})"),
        *_scopes(granted),
        _drawings(settings, granted),
        await _way_in(client, settings),
        *await _channels(client, team, await chosen()),
    ]


async def _several(settings: Settings, chosen: Chosen, installed: Installations) -> list[Finding]:
    """Whether the client secret is right shows only when somebody adds the bot; each token is tried, none renewed."""
    told = await _asked(_client(settings, None).api_test, "a call without a token", "check SLACK_API_URL")
    if isinstance(told, Finding):
        return [told]
    found = [ok("slack", f"answers; workspaces add the bot at {settings.public_url}{INSTALL_PATH}")]
    everyone, configured = tuple(await installed()), tuple(await chosen())
    for each in everyone[:MOST_WORKSPACES]:
        found += await _installed(settings, each, configured)
    if len(everyone) > MOST_WORKSPACES:
        found.append(ok("slack", f"{MOST_WORKSPACES} of {len(everyone)} workspaces were looked at"))
    return found


async def _installed(settings: Settings, its: Installed, configured: Iterable[Configured]) -> list[Finding]:
    name = f"workspace {its.workspace.id}"
    if its.token is None:  # the check of the database has told
        return []
    client = _client(settings, its.token)
    fix = f"let the workspace add the bot again, at {settings.public_url}{INSTALL_PATH}"
    told = await _asked(client.auth_test, f"{name}: its token", fix)
    if isinstance(told, Finding):
        ran_out = "(token_expired)" in told.what
        return [ok("slack", f"{name}: its token ran out; the bot renews it when it runs")] if ran_out else [told]
    return [
        ok("slack", f"{name} ({told.get('team')}): its token holds"),
        *_scopes(_granted(told), f"{name}: "),
        *await _channels(client, its.workspace.id, configured),
    ]


def _client(settings: Settings, token: str | None) -> AsyncWebClient:
    """One that tries nothing twice."""
    return AsyncWebClient(token, f"{settings.slack_api_url}/api/", timeout=SECONDS, retry_handlers=[])


def _granted(told: AsyncSlackResponse) -> set[str]:
    header = str(told.headers.get("x-oauth-scopes", ""))
    return {scope.strip() for scope in header.split(",") if scope.strip()}


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


def _scopes(granted: set[str], whose: str = "") -> list[Finding]:
    extra = {scope for more in EXTRA_SCOPES.values() for scope in more}
    missing, beyond = [s for s in SCOPES if s not in granted], sorted(granted - set(SCOPES) - extra)
    found = [error("slack", f"{whose}the scope {scope} is missing: {SCOPES[scope]}", _AGAIN) for scope in missing]
    if beyond:
        found.append(warn("slack", f"{whose}the app may do more than the bot needs: {', '.join(beyond)}", _AGAIN))
    return found or [ok("slack", f"{whose}every scope is granted, and none that is not needed")]


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
