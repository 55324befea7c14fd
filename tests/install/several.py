"""Several workspaces at a loopback Slack, a bot that they may add, and the browser of whoever adds it."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.app import Parts, install_pages
from bot.conversation.ports import Clock
from bot.platforms.slack.service import make_adapter, several_services
from bot.platforms.slack.workspaces import Workspaces
from bot.playground.slack import App, LoopbackSlack, SharedSlack
from bot.settings import Settings
from bot.store import Store
from bot.store.tips.store import StoredSubscriptions
from bot.web.server import start_server
from tests.desks import SlackDesk, a_world
from tests.desks import _running as running
from tests.ports import free_port

TEAMS = ("T0FIRST", "T0SECOND")


@dataclass
class Visit:
    """What a page was answered with."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def links(self) -> list[str]:
        return [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"', self.text)]


@dataclass
class Browser:
    """Follows links and fills in Slack's form; keeps cookies of the bot's server as browsers do on localhost."""

    session: aiohttp.ClientSession
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)

    async def open(self, url: str, *, method: str = "GET", data: object = None) -> Visit:
        headers = {"Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self.session.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
            return Visit(answer.status, await answer.text(), dict(answer.headers))

    async def asked(self, install: str) -> str:
        """Open the first page; gives the address of Slack's page behind its button."""
        page = await self.open(install)
        assert page.status == 200, page.text
        (link,) = page.links
        return link

    async def answer_slack(self, address: str, team: str, do: str = "allow", person: str = "max") -> str:
        """Answer Slack's page; gives where Slack sends the browser."""
        assert (await self.open(address)).status == 200
        form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = await self.open(address, method="POST", data={**form, "team": team, "do": do, "person": person})
        assert answer.status == 302, answer.text
        return answer.headers["Location"]

    async def install(self, install: str, team: str, person: str = "max") -> Visit:
        return await self.open(await self.answer_slack(await self.asked(install), team, person=person))


@dataclass
class Several:
    """The whole of it. `desks` are a person at each workspace, in order."""

    slack: SharedSlack
    desks: list[SlackDesk]
    browser: Browser
    settings: Settings
    store: Store
    workspaces: Workspaces
    install: str
    redirect: str

    def new_browser(self, language: str = "en") -> Browser:
        return Browser(self.browser.session, language)

    @property
    def refusals(self) -> list[object]:
        return [*self.slack.refusals, *(r for each in self.desks for r in each.refusals)]


@asynccontextmanager
async def several(
    parts: Parts, store: Store, base: Settings, clock: Clock, *, rotates: bool = False, **changed: object
) -> AsyncIterator[Several]:
    """Serve a bot on `store` to both workspaces; `changed` are settings that differ."""
    async with AsyncExitStack() as stack:
        port = free_port()
        public = f"http://127.0.0.1:{port}"
        app = App(redirect_urls=(f"{public}/slack/oauth_redirect",), rotates=rotates)
        slack = SharedSlack(app, [LoopbackSlack(a_world(), team=team) for team in TEAMS])
        for each in slack.workspaces:
            each.world.clock = clock
        await slack.start()
        stack.push_async_callback(slack.stop)
        values = {
            "slack_client_id": app.client_id,
            "slack_client_secret": app.client_secret,
            "slack_signing_secret": app.signing_secret,
            "slack_api_url": slack.url,
            "public_url": public,
        }
        settings = replace(base, **{**values, **changed})
        whole = replace(parts, settings=settings).administered(
            store.settings, store.administration, StoredSubscriptions(store.database)
        )
        assert store.installations
        workspaces = Workspaces(store.installations, settings, clock)
        stack.push_async_callback(workspaces.close)
        packs = tuple(parts.library.packs)
        adapter = make_adapter(settings, whole.conversation, packs, clock, admin=whole.admin, workspaces=workspaces)
        services = several_services(adapter, workspaces, settings, clock, install_pages(whole))
        runner = await start_server("127.0.0.1", port, [route for each in services for route in each.routes])
        stack.push_async_callback(runner.cleanup)
        for each in slack.workspaces:
            each.request_url = f"{public}/slack/events"
        await stack.enter_async_context(running(services[0].run(), slack.workspaces[0].connected()))
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        desks = [SlackDesk(each.world, services[0], each) for each in slack.workspaces]
        yield Several(
            slack,
            desks,
            Browser(session),
            settings,
            store,
            workspaces,
            f"{public}/slack/install",
            f"{public}/slack/oauth_redirect",
        )
