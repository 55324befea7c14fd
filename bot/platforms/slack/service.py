"""Slack as services of the bot: over Socket Mode, or over signed HTTP for one workspace or for several."""

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.admin.admin import Admin
from bot.conversation.conversation import Conversation
from bot.conversation.ports import Clock
from bot.platforms.slack.adapter import SlackAdapter
from bot.platforms.slack.connection import SeveralWorkspaces, SignedHttp, SocketMode
from bot.platforms.slack.install import Installing
from bot.platforms.slack.install_pages import InstallPages
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.signed import signed_routes
from bot.platforms.slack.workspaces import Workspaces
from bot.service import Service
from bot.settings import Settings


def make_adapter(
    settings: Settings,
    conversation: Conversation,
    packs: tuple[str, ...],
    clock: Clock,
    pictures: Pictures | None = None,
    *,
    admin: Admin | None = None,
    workspaces: Workspaces | None = None,
) -> SlackAdapter:
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=f"{settings.slack_api_url}/api/")
    return SlackAdapter(
        conversation,
        packs,
        client,
        signing_secret=None if settings.slack_app_token else settings.slack_signing_secret,
        clock=clock,
        pictures=pictures or Pictures(),
        admin=admin,
        workspaces=workspaces,
    )


def slack_service(adapter: SlackAdapter, settings: Settings, clock: Clock) -> Service:
    """Socket Mode where there is an app token; otherwise the bot's own server takes Slack's requests."""
    if settings.slack_app_token:
        socket = SocketMode(adapter, settings.slack_app_token, clock)
        return Service("slack", socket.run, check=socket.check)
    http = SignedHttp(adapter, clock)
    return Service("slack", http.run, routes=http_routes(adapter, settings), check=http.check)


def several_services(
    adapter: SlackAdapter, workspaces: Workspaces, settings: Settings, clock: Clock, pages: InstallPages
) -> tuple[Service, ...]:
    """The bot's own server takes Slack's requests, and the people who add the bot to their workspace."""
    http, installing = SeveralWorkspaces(adapter, clock), Installing(adapter, workspaces, settings, clock, pages)
    routes = (*http_routes(adapter, settings), *installing.routes)

    async def run() -> None:
        try:
            await http.run()
        finally:
            await installing.close()

    return (
        Service("slack", run, routes=routes, check=http.check),
        Service("slack workspaces", lambda: workspaces.watch(adapter.gone)),
    )


def http_routes(adapter: SlackAdapter, settings: Settings) -> tuple[web.RouteDef, ...]:
    """The routes that Slack posts to."""
    return signed_routes(adapter.app, settings.slack_signing_secret or "")
