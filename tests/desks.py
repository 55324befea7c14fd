"""A person at Slack or at Discord, for tests: types, presses, chooses, and sees what their client would show.

The bot in front of them is the real one on the unmodified client libraries; the platform is the loopback one.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bot.app import Parts, now
from bot.conversation.ports import Clock
from bot.platforms.discord.service import discord_service
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.service import make_adapter, slack_service
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.playground.world import BOT, Channel, Message, Person, Platform, World
from bot.service import Service
from bot.web.server import start_server
from tests import leaks
from tests.judges import judge_discord, judge_slack

WHERE, WHO = "muscle-health", "ana"
SECONDS = 8.0
"""How long a person waits for what they expect; only a failing test waits so long."""


def a_world() -> World:
    world = World()
    world.add_person(Person(WHO, "Ana"))
    world.add_person(Person("lucia", "Lucía", locale="es-419"))
    world.add_person(Person("zoe", "Zoe", accepts_dms=False))
    world.add_person(Person("max", "Max", moderator=True))
    world.add_channel(Channel(WHERE, WHERE))
    world.add_channel(Channel("outside", "outside", bot_is_member=False))
    return world


@dataclass(frozen=True)
class Shown:
    """One message as a person sees it. `labels` are its buttons and, for menus, their options."""

    id: int
    text: str
    labels: tuple[str, ...]
    private: bool
    channel: str


class Desk(ABC):
    """What a person can do and see on one platform."""

    platform: Platform

    def __init__(self, world: World, service: Service) -> None:
        self.world = world
        self.service = service
        leaks.there_are(world.people)
        self.error: str | None = None
        self.here: str | None = None
        """Where the person went to, such as direct messages; None is the channel they started in."""
        self._before: set[tuple[int, str]] = set()

    @abstractmethod
    async def type(self, words: str, who: str = WHO, channel: str = WHERE) -> None:
        """Send `/spasm` with `words`."""

    @abstractmethod
    async def press(self, label: str, who: str = WHO, channel: str = WHERE, on: Shown | None = None) -> None:
        """Press the button, or choose the option, with this label on the newest card (or on the card `on`)."""

    @abstractmethod
    async def say(self, text: str, who: str = WHO) -> None:
        """Write to the bot in direct messages."""

    @abstractmethod
    def draw(self, message: Message) -> Shown: ...

    @property
    @abstractmethod
    def refusals(self) -> list[Any]: ...

    @abstractmethod
    def judged(self) -> list[str]:
        """What the validators of ../shared/tools find in everything the bot sent."""

    def cards(self, who: str = WHO, channel: str = WHERE) -> list[Shown]:
        """The bot's messages that `who` sees in `channel`, oldest first."""
        messages = self.world.seen_by(who, self.platform, channel)
        return [self.draw(m) for m in messages if m.author == BOT]

    def look_away(self) -> None:
        """Remember what is there now; `sees` then waits for something new."""
        self._before = {(c.id, c.text) for who in self.world.people for c in self._all_cards(who)}

    async def sees(self, text: str, who: str = WHO, channel: str = WHERE) -> Shown:
        """Wait until a card that is new, or changed, since `look_away` holds `text`."""

        def new() -> list[Shown]:
            return [c for c in self.cards(who, channel) if (c.id, c.text) not in self._before]

        with suppress(TimeoutError):
            await self.world.wait_for(lambda: any(text in c.text for c in new()), SECONDS)
        found = [c for c in new() if text in c.text]
        saw = "\n---\n".join(c.text for c in new()) or "nothing new"
        assert found, f"expected {text!r}, saw:\n{saw}\n{self.platform} said: {self.error}; refusals: {self.refusals}"
        return found[-1]

    def _all_cards(self, who: str) -> list[Shown]:
        return [c for channel in self.world.channels for c in self.cards(who, channel)]


class SlackDesk(Desk):
    platform = Platform.SLACK

    def __init__(self, world: World, service: Service, server: LoopbackSlack) -> None:
        super().__init__(world, service)
        self.server = server

    async def type(self, words: str, who: str = WHO, channel: str = WHERE) -> None:
        leaks.typed(words)
        self.error = (await self.server.command(who, channel, words)).error

    async def press(self, label: str, who: str = WHO, channel: str = WHERE, on: Shown | None = None) -> None:
        card = on or self.cards(who, channel)[-1]
        for element in _slack_elements(self.world.message(card.id)):
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    outcome = await self.server.choose(who, card.id, element["action_id"], option["value"])
                    self.error = outcome.error
                    return
            if element["type"] == "button" and element["text"]["text"] == label:
                self.error = (await self.server.press(who, card.id, element["action_id"])).error
                return
        raise AssertionError(f"no {label!r} among {card.labels}")

    async def say(self, text: str, who: str = WHO) -> None:
        leaks.typed(text)
        self.error = (await self.server.say(who, f"dm-{who}", text)).error

    def draw(self, message: Message) -> Shown:
        labels = tuple(_slack_labels(message))
        return Shown(message.id, message.text, labels, message.only_for is not None, message.channel)

    @property
    def refusals(self) -> list[Any]:
        return self.server.refusals

    def judged(self) -> list[str]:
        return judge_slack(self.server.recorded)


def _slack_elements(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.payload.get("blocks", ()):
        if block["type"] == "actions":
            yield from block["elements"]


def _slack_labels(message: Message) -> Iterator[str]:
    for element in _slack_elements(message):
        if element["type"] == "button":
            yield element["text"]["text"]
        for option in element.get("options", ()):
            yield option["text"]["text"]


class DiscordDesk(Desk):
    platform = Platform.DISCORD

    def __init__(self, world: World, service: Service, server: LoopbackDiscord) -> None:
        super().__init__(world, service)
        self.server = server

    async def type(self, words: str, who: str = WHO, channel: str = WHERE) -> None:
        leaks.typed(words)
        name, _, rest = (words or "menu").partition(" ")
        options = {("words" if name == "ask" else "topic"): rest} if rest else {}
        self.error = (await self.server.command(who, channel, ["spasm", name], options)).error

    async def press(self, label: str, who: str = WHO, channel: str = WHERE, on: Shown | None = None) -> None:
        card = on or self.cards(who, channel)[-1]
        for component in _discord_components(self.world.message(card.id).payload.get("components", ())):
            for option in component.get("options", ()):
                if option["label"] == label:
                    outcome = await self.server.choose(who, card.id, component["custom_id"], [option["value"]])
                    self.error = outcome.error
                    return
            if component.get("label") == label:
                self.error = (await self.server.press(who, card.id, component["custom_id"])).error
                return
        raise AssertionError(f"no {label!r} among {card.labels}")

    async def say(self, text: str, who: str = WHO) -> None:
        leaks.typed(text)
        self.error = (await self.server.say(who, f"dm-{who}", text)).error

    def draw(self, message: Message) -> Shown:
        parts = list(_discord_components(message.payload.get("components", ())))
        text = "\n\n".join(c["content"] for c in parts if c["type"] == 10)
        labels = [c["label"] for c in parts if c.get("label")]
        labels += [o["label"] for c in parts for o in c.get("options", ())]
        plain = text.replace("\\", "").replace("**", "").replace("## ", "").replace("-# ", "").replace("#", "")
        return Shown(message.id, plain, tuple(labels), message.only_for is not None, message.channel)

    @property
    def refusals(self) -> list[Any]:
        return self.server.refusals

    def judged(self) -> list[str]:
        return judge_discord(self.server.recorded)


def _discord_components(components: Any) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _discord_components(component.get("components", ()))


@asynccontextmanager
async def slack_desk(
    parts_for: Any,
    *,
    http: bool = False,
    clock: Clock = now,
    pictures: Callable[[Parts], Pictures] | None = None,
    **options: Any,
) -> AsyncIterator[SlackDesk]:
    """A person at a loopback Slack whose bot is connected by Socket Mode, or reached by signed HTTP.

    `pictures` says where the bot's drawings are; nowhere, where None.
    """
    world = a_world()
    server = LoopbackSlack(world, **options)
    url = await server.start()
    secret = {"slack_signing_secret": "loopback-signing-secret"} if http else {"slack_app_token": "xapp-loopback"}
    parts: Parts = parts_for(slack_bot_token="xoxb-loopback", slack_api_url=url, **secret)
    packs = tuple(parts.library.packs)
    drawings = pictures(parts) if pictures else None
    adapter = make_adapter(parts.settings, parts.conversation, packs, clock, drawings, admin=parts.admin)
    service = slack_service(adapter, parts.settings, clock)
    runner = await start_server("127.0.0.1", 0, service.routes)
    if http:
        bound, port = runner.addresses[0][:2]
        server.request_url = f"http://{bound}:{port}/slack/events"
    try:
        async with _running(service.run(), server.connected()):
            yield (desk := SlackDesk(world, service, server))
            assert not (found := desk.judged()), found[:5]
    finally:
        await runner.cleanup()
        await adapter.close()
        await server.stop()


@asynccontextmanager
async def discord_desk(parts_for: Any, **options: Any) -> AsyncIterator[DiscordDesk]:
    """A person at a loopback Discord whose bot is connected to its gateway."""
    world = a_world()
    server = LoopbackDiscord(world, **options)
    url = await server.start()
    parts: Parts = parts_for(
        discord_token="loopback-discord-token", discord_api_url=url, discord_gateway_url=server.gateway_url
    )
    try:
        service = service_at_discord(parts)
        async with _running(service.run(), server.connected(commands=True)):
            yield (desk := DiscordDesk(world, service, server))
            assert not (found := desk.judged()), found[:5]
    finally:
        await server.stop()


def service_at_discord(parts: Parts) -> Service:
    return discord_service(parts.settings, parts.conversation, parts.packs, parts.shelf, parts.admin)


def a_bot_at_discord(parts: Parts, server: LoopbackDiscord) -> Any:
    """The bot, connected; a second one is what a restart brings."""
    return _running(service_at_discord(parts).run(), server.connected(commands=True))


@asynccontextmanager
async def _running(service: Any, connected: Any) -> AsyncIterator[None]:
    """Run a service while it is needed. What ends it early is raised, before or after it was connected."""
    task, ready = asyncio.create_task(service), asyncio.create_task(connected)
    try:
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await ready
        yield
    finally:
        for each in (task, ready):
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
