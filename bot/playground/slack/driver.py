"""A Slack on this machine: the server that bots connect to, and the hands of the people in it."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.world import Message, World

from .calls import Call
from .delivery import Delivery, Outcome
from .faults import Drop, Fault, Match
from .mentions import live_mentions
from .modals import Modals
from .people import People
from .refusals import Refusal
from .response_urls import ResponseUrls
from .scopes import DEFAULT_SCOPES
from .sockets import Sockets
from .views import View, Views
from .web_api import WebApi
from .workspace import Workspace


class LoopbackSlack:
    """Start it, point a bot's `base_url` at `url + "/api/"`, wait for `connected`, then act as people do.

    People and channels are named by their World keys. Slack has no way to refuse a bot's direct messages, so
    `Person.accepts_dms` means nothing here.
    """

    def __init__(
        self,
        world: World,
        *,
        scopes: Iterable[str] = DEFAULT_SCOPES,
        bot_token: str = "xoxb-loopback",  # noqa: S107
        app_token: str = "xapp-loopback",  # noqa: S107
        signing_secret: str = "loopback-signing-secret",  # noqa: S107
        team: str = "T0LOOPBACK",
        request_url: str | None = None,
        ack_seconds: float = 3.0,
        distributed: bool = False,
    ) -> None:
        self.world = world
        self.workspace = Workspace(
            world,
            frozenset(scopes),
            bot_token,
            app_token,
            signing_secret,
            team,
            distributed=distributed,
        )
        self._sockets = Sockets(self.workspace)
        self._views = Views(self.workspace)
        self._urls = ResponseUrls(self.workspace)
        self._delivery = Delivery(self.workspace, self._sockets, request_url=request_url, ack_seconds=ack_seconds)
        self._people = People(self.workspace, self._delivery, self._urls, self._views)
        self._modals = Modals(self.workspace, self._delivery, self._views, self._people.payloads)
        self._api = WebApi(self.workspace, self._views, self._sockets.ticket_url)
        self._runner: web.AppRunner | None = None

    # The server

    @property
    def routes(self) -> list[web.RouteDef]:
        """What to mount in another application; then set `url` to where it is mounted, and call `stop` at its end."""
        return [
            web.route("*", "/api/{method}", self._api.handle),
            web.post("/response/{name}", self._urls.handle),
            web.post("/upload/v1/{file}", self.workspace.files.receive),
            web.get("/link/", self._sockets.accept),
        ]

    def owns(self, token: str) -> bool:
        """Whether calls with this token are answered here."""
        return self._api.knows(token)

    async def answer_call(self, request: web.Request, call: Call) -> web.StreamResponse:
        """Answer a call of the Web API that came to an address shared with others."""
        return await self._api.answer(request, call)

    @property
    def url(self) -> str:
        return self.workspace.url

    @url.setter
    def url(self, url: str) -> None:
        self.workspace.url = url.rstrip("/")

    @property
    def request_url(self) -> str | None:
        """Where to post when no socket is connected."""
        return self._delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._delivery.request_url = url
        self.world.touch()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve, and return the address, such as `http://127.0.0.1:1234`."""
        app = web.Application()
        app.add_routes(self.routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        self.url = f"http://{bound_host}:{bound_port}"
        return self.url

    async def stop(self) -> None:
        await self._sockets.close()
        await self._delivery.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def connected(self, seconds: float = 10) -> None:
        """Return once the bot can be reached. Raises TimeoutError."""
        await self.world.wait_for(lambda: self._delivery.possible, seconds)

    # What people do

    async def command(self, person: str, channel: str, text: str = "", command: str = "/spasm") -> Outcome:
        """Type a slash command; an answer in its ack is `Outcome.message`."""
        return await self._people.command(person, channel, text, command)

    async def press(self, person: str, message_id: int, action_id: str, block_id: str | None = None) -> Outcome:
        """Press a button. `block_id` tells buttons of the same action_id apart."""
        return await self._people.use(person, message_id, action_id, None, block_id)

    async def choose(
        self, person: str, message_id: int, action_id: str, value: Any, block_id: str | None = None
    ) -> Outcome:
        """Choose from a menu: an option's value, a World key for people and channels, a date or time."""
        return await self._people.use(person, message_id, action_id, value, block_id)

    async def say(self, person: str, channel: str, text: str, thread_of: int | None = None) -> Outcome:
        """Write a message; `bot_mention` in it mentions the bot."""
        return await self._people.say(person, channel, text, thread_of)

    async def press_in_view(self, person: str, action_id: str, *, home: bool = False) -> Outcome:
        return await self._modals.use(person, action_id, home=home)

    async def choose_in_view(self, person: str, action_id: str, value: Any, *, home: bool = False) -> Outcome:
        return await self._modals.use(person, action_id, value, home=home)

    async def submit(self, person: str, values: dict[str, Any]) -> Outcome:
        """Submit the open modal, filled in with `values` by action_id."""
        return await self._modals.submit(person, values)

    async def close(self, person: str) -> Outcome:
        """Close the open modal."""
        return await self._modals.close(person)

    def close_all(self) -> None:
        """Close every modal, as reloading Slack does; no app hears of it."""
        self._views.stacks.clear()
        self.world.touch()

    async def open_home(self, person: str, tab: str = "home") -> Outcome:
        """Open the app's home tab, or its `messages`: docs.slack.dev/reference/events/app_home_opened."""
        place = self.world.dm(person).key
        ids = self.workspace.ids
        event = {"type": "app_home_opened", "user": ids.person(person), "channel": ids.channel(place), "tab": tab}
        moment = f"{self.world.clock().timestamp():.6f}"
        return await self._delivery.deliver_event(self._people.payloads.event({**event, "event_ts": moment}))

    # What they see

    @property
    def bot_mention(self) -> str:
        return f"<@{self.workspace.bot_user}>"

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        """The modal on top for each person who has one open, as the bot sent it."""
        return {person: stack[-1].sent for person, stack in self._views.stacks.items() if stack}

    @property
    def homes(self) -> dict[str, dict[str, Any]]:
        return {person: view.sent for person, view in self._views.homes.items()}

    def live_mentions(self, message: Message) -> list[str]:
        return live_mentions(message)

    # What Slack does

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Outcome:
        """Send anything as `slash_commands`, `interactive` or `events_api`, exactly as given."""
        return await self._delivery.deliver(kind, payload)

    async def deliver_event(self, event: dict[str, Any]) -> Outcome:
        """Wrap an event such as `{"type": "app_uninstalled"}` and send it, twice if need be."""
        return await self._delivery.deliver_event(self._people.payloads.event(event))

    async def redeliver_last_event(self) -> Outcome:
        return await self._people.redeliver_last_event()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask each socket to be replaced: `warning`, `refresh_requested`, `link_disabled`."""
        await self._sockets.disconnect(reason)

    async def drop_connections(self) -> None:
        """Cut each socket as a broken network does."""
        self._sockets.drop()
        await self.world.wait_for(lambda: not self._sockets.live)

    def revoke(self) -> None:
        """Take the app's tokens away: each call is then answered `token_revoked`."""
        self.workspace.revoked = True

    def fail_next(
        self,
        match: Match,
        *,
        status: int | None = None,
        error: str | None = None,
        retry_after: float | None = None,
        drop: str | None = None,
        late: float | asyncio.Event | None = None,
        headers: dict[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """Let the next `times` requests that match fail.

        `match` is a method's name, `response_url`, `*`, or a function of name and payload. `status` 429 (or
        `retry_after`) is a rate limit, another status an error page, `error` an `ok: false`. `drop` cuts the connection
        `before` or `after` the work was done, `late` does the work and answers later. Nothing of these: status 500.
        """
        if (status, error, retry_after, drop, late) == (None,) * 5:
            status = 500
        fault = Fault(match, status, error, retry_after, Drop(drop) if drop else None, late, headers or {}, times)
        self.workspace.faults.add(fault)

    # What tests and the page look at

    @property
    def refusals(self) -> list[Refusal]:
        return self.workspace.refusals

    @property
    def recorded(self) -> list[dict[str, Any]]:
        """Every request and ack of the bot: `{"method": …, "payload": …}`."""
        return self.workspace.recorder.requests

    def sent(self, method: str) -> list[Any]:
        return self.workspace.recorder.sent(method)

    def dump(self, path: Path) -> None:
        """Add the recorded requests that shared/tools/validate_slack.py judges to a JSONL file."""
        self.workspace.recorder.dump(path)

    def view_of(self, person: str) -> View | None:
        return self._views.top(person)
