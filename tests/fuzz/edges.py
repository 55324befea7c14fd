"""The edges of the bot that others send to: each takes one odd input, and tells what the bot did that it must not do."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
import discord
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.playground.discord.constants import InteractionType
from tests.desks import WHERE, DiscordDesk, SlackDesk
from tests.platforms.test_signed_slack import signed

WHO = "max"
"""A moderator, so that what only they may do is reached."""
REFUSED = (SlackApiError, discord.HTTPException, aiohttp.ClientError)
"""What a platform answers to ids that nobody made: worth a line in the log, and no bug."""
SDK_STUMBLES = "object is not callable, session"
"""What slack_sdk logs, without any content, of an envelope whose payload is neither object nor text; it goes on."""
SECONDS, PATIENCE = 30.0, 3.0
_REFUSALS = (
    "SlackApiError",
    "NotFound",
    "HTTPException",
    "InvalidUrlClientError",
    "ClientConnectorError",
    "InvalidURL",
)
Made = TypeVar("Made")


@dataclass
class Ear(logging.Handler):
    """Hears of each error that anybody logged, also libraries and asyncio."""

    bugs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, REFUSED) and SDK_STUMBLES not in record.getMessage():
            self.bugs.append(f"{record.name}: {record.getMessage()}: {error!r}")

    def heard(self, ours: list[Any]) -> None:
        for each in ours:
            error = each.get("exc_info")
            refused = isinstance(error, REFUSED) or each.get("error") in _REFUSALS
            if each["log_level"] == "error" and not refused:
                self.bugs.append(f"{each['event']}: {error!r} {each.get('error', '')}")

    __hash__ = logging.Handler.__hash__


class Bot:
    """A bot at a loopback platform, in a thread of its own, as hypothesis calls from one that knows no event loop."""

    def __init__(self, desk: AbstractAsyncContextManager[Any]) -> None:
        self._opened = desk
        self._loop = asyncio.new_event_loop()
        self._background: list[str] = []
        self._loop.set_exception_handler(lambda _, context: self._background.append(repr(context)))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.desk: Any = self.do(desk.__aenter__())

    def do(self, work: Coroutine[Any, Any, Made]) -> Made:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def wrongs(self, work: Callable[[], Coroutine[Any, Any, list[str]]]) -> list[str]:
        """What goes wrong while this input is taken, and until the bot has nothing more to do."""
        ear, self._background[:] = Ear(), []
        logging.getLogger().addHandler(ear)
        try:
            with capture_logs() as logs:
                found = self.do(self._whole(work))
        finally:
            logging.getLogger().removeHandler(ear)
        ear.heard(logs)
        return [*found, *ear.bugs, *self._background]

    async def _whole(self, work: Callable[[], Coroutine[Any, Any, list[str]]]) -> list[str]:
        before = len(asyncio.all_tasks())
        found = await work()
        await asyncio.sleep(0.005)  # until it has come through the socket
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while len(asyncio.all_tasks()) > before:  # noqa: ASYNC110 - whatever it began is done
                    await asyncio.sleep(0.001)
        return found

    def close(self) -> None:
        self.do(self._opened.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def bot(desk: AbstractAsyncContextManager[Any]) -> Iterator[Bot]:
    made = Bot(desk)
    try:
        yield made
    finally:
        made.close()


def slack_payloads(desk: SlackDesk) -> dict[str, tuple[str, dict[str, Any]]]:
    """One genuine payload of each kind, with the kind of envelope that brings it."""
    people, server = desk.server._people, desk.server
    who, where = desk.world.people[WHO], desk.world.channels[WHERE]
    trigger, url = server._views.trigger(WHO), server._urls.make(WHO, WHERE)
    ids = server.workspace.ids
    start = people.payloads.interaction("block_actions", who, trigger)
    place = {"channel": {"id": ids.channel(WHERE), "name": WHERE}, "response_url": url}
    container = {"type": "message", "message_ts": "1.2", "channel_id": ids.channel(WHERE), "is_ephemeral": True}

    def pressed(action: str) -> dict[str, Any]:
        button = {"type": "button", "action_id": action, "block_id": "b", "value": "1", "action_ts": "1.2"}
        menu = {"type": "static_select", "action_id": action, "block_id": "b", "selected_option": {"value": "es"}}
        return {**start, **place, "container": container, "actions": [button, menu]}

    state = {
        "language": {"language": {"type": "static_select", "selected_option": {"value": "es"}}},
        "public": {"public": {"type": "multi_conversations_select", "selected_conversations": [ids.channel(WHERE)]}},
        "contact": {"contact": {"type": "plain_text_input", "value": "call us"}},
        "time": {"time": {"type": "timepicker", "selected_time": "09:00"}},
    }
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "1|admin|set|set-up|0|",
        "state": {"values": state},
        "blocks": [],
    }
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0",
        "user": ids.person(WHO),
        "text": "calf",
        "ts": "1.2",
    }

    def command(name: str, text: str) -> dict[str, Any]:
        return people.payloads.command(who, where, name, text, trigger=trigger, response_url=url)

    return {
        "command": ("slash_commands", command("/spasm", "treat stress")),
        "admin command": ("slash_commands", command("/spasm-admin", "language es")),
        "button": ("interactive", pressed("1|spasm|show|topic|en|treat/stress")),
        "admin button": ("interactive", pressed("1|admin|set|set-up.language|0|es")),
        "modal": ("interactive", {**start, "type": "view_submission", "view": view}),
        "message": ("events_api", people.payloads.event(said)),
        "mention": (
            "events_api",
            people.payloads.event({**said, "type": "app_mention", "channel": ids.channel(WHERE)}),
        ),
        "home": (
            "events_api",
            people.payloads.event({"type": "app_home_opened", "user": ids.person(WHO), "tab": "home"}),
        ),
        "revoked": ("events_api", people.payloads.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})),
    }


async def post(desk: SlackDesk, body: bytes, content_type: str) -> list[str]:
    """A signed body of a request. A status of 5xx is wrong."""
    headers = signed(body) | {"Content-Type": content_type}
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.server.request_url or "", data=body, headers=headers) as answer,
    ):
        return [f"status {answer.status}"] if answer.status >= 500 else []


async def envelope(desk: SlackDesk, sent: Any) -> list[str]:
    """An envelope over Socket Mode; whether one that cannot be read is acknowledged is all the same."""
    connection = desk.server._sockets.live[0]
    await connection.socket.send_json(sent)
    return []


def discord_payloads(desk: DiscordDesk) -> dict[str, tuple[str, dict[str, Any]]]:
    """One genuine payload of each kind, with the event that brings it."""
    server, parts = desk.server, desk.server.parts
    who, where, dm = desk.world.people[WHO], desk.world.channels[WHERE], desk.world.dm(WHO)

    def told(kind: InteractionType, data: dict[str, Any], channel: Any = where) -> tuple[str, dict[str, Any]]:
        return "INTERACTION_CREATE", parts.interactions.payload(parts.interactions.start(kind, who, channel, data))

    def command(path: list[str], options: dict[str, object], channel: Any = where) -> tuple[str, dict[str, Any]]:
        return told(InteractionType.COMMAND, server.invocations.data(who, channel, path, options), channel)

    topic = server.invocations.typing(who, where, ["spasm", "treat"], ("topic", "str"), {})
    text = {"type": 18, "component": {"type": 4, "custom_id": "contact", "value": "call us"}}
    menu = {"component_type": 3, "custom_id": "1|admin|set|set-up.language|0|", "values": ["es"]}
    message = {
        "id": "123",
        "channel_id": parts.directory.channel_id(dm.key),
        "author": parts.objects.user(who),
        "content": "calf",
        "timestamp": "2026-11-23T03:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }
    return {
        "command": command(["spasm", "treat"], {"topic": "stress"}),
        "direct command": command(["spasm", "ask"], {"words": "calf"}, dm),
        "typing": told(InteractionType.AUTOCOMPLETE, topic),
        "button": told(
            InteractionType.COMPONENT, {"component_type": 2, "custom_id": "1|spasm|show|topic|en|treat/stress"}
        ),
        "admin menu": told(InteractionType.COMPONENT, menu),
        "modal": told(InteractionType.MODAL, {"custom_id": "1|admin|set|set-up.contact|0|", "components": [text]}),
        "message": ("MESSAGE_CREATE", message),
        "server": ("GUILD_CREATE", parts.objects.guild_create()),
        "removed": ("GUILD_DELETE", {"id": "1234567890123456789"}),
    }


async def event(desk: DiscordDesk, kind: str, data: Any) -> list[str]:
    await desk.server.deliver_raw(kind, data)
    return []
