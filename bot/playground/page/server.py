"""The page's server: the page and its files, what a person sees, what a person does, and news as they come."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.cards.pictures import PictureShelf
from bot.playground.world import Channel, Person, Platform, World
from bot.settings import data_folder
from bot.web.pictures import picture_route

from .actions import LONGEST, ActionError, Actions
from .guard import guard, refusal
from .modals import Modals
from .stage import Stage
from .state import requests, state

BODY_LIMIT = 64 * 1024
STAYS_QUIET = 20.0
"""Seconds after which a quiet stream says that it is still there."""
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Json = dict[str, Any]
Doing = Callable[[Person, Json], Awaitable[Any]]


class Page:
    """Serves one stage to as many browser windows as there are."""

    def __init__(
        self, stage: Stage, host: str, templates: Path | None = None, shelf: PictureShelf | None = None
    ) -> None:
        self._stage = stage
        self._shelf = shelf
        self._actions, self._modals = Actions(stage), Modals(stage)
        self._folders = [f / "playground" for f in (templates, data_folder("templates")) if f]
        loader = FileSystemLoader(self._folders)
        self._jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self._streams: set[asyncio.Task[Any]] = set()
        self.app = web.Application(middlewares=[guard(host)], client_max_size=BODY_LIMIT)
        self.app.add_routes(self._routes())
        self.app.on_shutdown.append(self._close)

    def _routes(self) -> list[web.RouteDef]:
        doings: dict[str, Doing] = {
            "write": self._write,
            "command": self._command,
            "suggest": self._suggest,
            "press": self._press,
            "choose": self._choose,
            "submit": self._submit,
            "close": self._close_modal,
            "use": self._use,
            "visit": self._visit,
            "dismiss": self._dismiss,
            "language": self._language,
            "reset": self._reset,
        }
        return [
            *([picture_route(self._shelf)] if self._shelf else []),
            web.get("/", self._page),
            web.get("/static/{name}", self._file),
            web.get("/state", self._state),
            web.get("/requests", self._requests),
            web.get("/news", self._news),
            web.get("/files/{file}", self._stage.slack.workspace.files.serve),
            web.get("/attachments/{id}/{name}", self._stage.discord.parts.attachments.serve),
            *(web.post(f"/do/{name}", self._does(doing)) for name, doing in doings.items()),
        ]

    async def _close(self, _: web.Application) -> None:
        for task in self._streams:
            task.cancel()

    async def _page(self, _: web.Request) -> web.Response:
        text = self._jinja.get_template("page.html.j2").render(people=list(self._stage.world.people.values()))
        return web.Response(text=text, content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        for folder in self._folders:
            file = folder / "static" / name
            if name == Path(name).name and file.suffix in TYPES and file.is_file():
                return web.Response(body=file.read_bytes(), content_type=TYPES[file.suffix], charset="utf-8")
        return refusal(404, "There is no such file.")

    async def _state(self, request: web.Request) -> web.Response:
        """`person`, and the channel that is open on each platform; unknown ones become the first there is."""
        person = self._stage.world.people.get(request.query.get("person", ""))
        person = person or next(iter(self._stage.world.people.values()))
        shown = {platform: self._open_channel(person, request.query.get(platform, "")) for platform in Platform}
        return web.json_response(state(self._stage, person, shown))

    def _open_channel(self, person: Person, key: str) -> Channel:
        channel = self._stage.world.channels.get(key)
        if channel and channel.dm_with and channel.dm_with != person.key:
            return self._stage.world.dm(person.key)  # somebody else was chosen while direct messages were open
        return channel or next(iter(self._stage.world.channels.values()))

    async def _requests(self, _: web.Request) -> web.Response:
        return web.json_response(requests(self._stage))

    async def _news(self, request: web.Request) -> web.StreamResponse:
        """Say each new revision of the world as a server-sent event."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        task = asyncio.current_task()
        world = self._stage.world
        await stream.prepare(request)
        if task:
            self._streams.add(task)
            task.add_done_callback(self._streams.discard)
        said = -1
        while True:
            news = f"data: {world.revision}\n\n" if said != world.revision else ": still here\n\n"
            said = world.revision
            try:
                await stream.write(news.encode())
            except ConnectionError:
                return stream
            with suppress(TimeoutError):
                await world.wait_for(partial(_is_news, world, said), STAYS_QUIET)

    def _does(self, doing: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                asked = await request.json()
                person = self._stage.world.people[asked["person"]]
                answer = await doing(person, asked)
            except (ValueError, KeyError, TypeError, AttributeError):
                return refusal(400, "The page asked for something that is not understood. Reload it.")
            except ActionError as error:
                return refusal(error.status, str(error))
            return web.json_response({"ok": True} if answer is None else answer)

        return handle

    def _place(self, person: Person, asked: Json) -> Channel:
        channel = self._stage.world.channels[asked["channel"]]
        if channel.dm_with not in (None, person.key):
            raise KeyError(channel.key)
        return channel

    async def _write(self, person: Person, asked: Json) -> None:
        place = self._place(person, asked)
        await self._actions.write(person, Platform(asked["platform"]), place, str(asked["text"]))

    async def _command(self, person: Person, asked: Json) -> None:
        path = [str(step) for step in asked["path"]]
        typed = str(asked.get("typed") or f"/{' '.join(path)}")[:LONGEST]
        await self._actions.command(person, self._place(person, asked), path, dict(asked["options"]), typed)

    async def _suggest(self, person: Person, asked: Json) -> Json:
        path, place = [str(step) for step in asked["path"]], self._place(person, asked)
        focused = (str(asked["option"]), str(asked["typed"]))
        return {"choices": await self._actions.suggest(person, place, path, focused, dict(asked["options"]))}

    async def _press(self, person: Person, asked: Json) -> None:
        await self._actions.press(person, int(asked["message"]), str(asked["action"]), asked.get("block"))

    async def _choose(self, person: Person, asked: Json) -> None:
        message, action, values = int(asked["message"]), str(asked["action"]), [str(v) for v in asked["values"]]
        await self._actions.choose(person, message, action, asked.get("block"), values)

    async def _submit(self, person: Person, asked: Json) -> Json:
        return await self._modals.submit(person, Platform(asked["platform"]), dict(asked["values"]))

    async def _close_modal(self, person: Person, asked: Json) -> None:
        await self._modals.close(person, Platform(asked["platform"]))

    async def _use(self, person: Person, asked: Json) -> None:
        values = [str(v) for v in asked["values"]] if "values" in asked else None
        await self._modals.use(person, str(asked["action"]), values)

    async def _visit(self, person: Person, _: Json) -> None:
        await self._modals.visit(person)

    async def _dismiss(self, person: Person, asked: Json) -> None:
        self._actions.dismiss(person, int(asked["message"]))

    async def _language(self, person: Person, asked: Json) -> None:
        await self._actions.speak(person, str(asked["locale"]))

    async def _reset(self, _: Person, __: Json) -> None:
        await self._stage.reset()


def _is_news(world: World, said: int) -> bool:
    return world.revision != said
