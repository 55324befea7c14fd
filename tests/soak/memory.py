"""Whether memory stays flat: questions through the conversation, and through each adapter over loopback."""

import asyncio
import gc
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.app import Parts, assemble, wire
from bot.conversation.place import Place, PlaceKind
from bot.conversation.request import Question
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.settings import Settings
from tests.desks import WHERE, WHO, discord_desk, slack_desk

QUESTIONS = Path(__file__).parent.parent / "questions/en.jsonl"
WARM_UP = 0.2
"""The part of the questions during which caches may fill."""
BOUND = 0.05
"""How much of the memory after the warm-up may come on top of it; what the allocator keeps moves by less."""
LEAST = 8 * 2**20
ADAPTER_SHARE = 5
"""Of so many questions one goes through each adapter."""
FORGET_EACH = 50
Ask = Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True)
class Memory:
    """Resident bytes at the start, after the warm-up, half way and at the end."""

    way: str
    questions: int
    start: int
    warm: int
    middle: int
    end: int

    @property
    def is_flat(self) -> bool:
        return self.end - self.warm <= max(BOUND * self.warm, LEAST)

    def __str__(self) -> str:
        sizes = (self.start, self.warm, self.middle, self.end)
        start, warm, middle, end = (f"{size / 2**20:.1f}" for size in sizes)
        said = "flat" if self.is_flat else "GROWS"
        return f"memory {self.way}: questions={self.questions} start={start} warm={warm} middle={middle} end={end} MiB: {said}"


def resident() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss


def texts() -> Iterator[str]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return itertools.cycle(json.loads(line)["query"] for line in lines)


async def measure(way: str, ask: Ask, count: int) -> Memory:
    start, asked = resident(), texts()
    marks = {max(1, int(count * WARM_UP)): 0, max(1, (count + int(count * WARM_UP)) // 2): 0}
    for number in range(1, count + 1):
        await ask(next(asked), number)
        if number in marks:
            marks[number] = resident()
    warm, middle = marks.values()
    return Memory(way, count, start, warm, middle, resident())


async def of_the_conversation(parts: Parts, count: int) -> Memory:
    async def ask(text: str, number: int) -> None:
        person = parts.conversation.people.key("slack", str(number))
        place = Place("slack", "T1", f"C{number % 1000}", PlaceKind.CHANNEL)
        await parts.conversation.answer(Question("spasm", f"ask {text}", place, person=person))

    return await measure("conversation", ask, count)


async def of_slack(parts: Parts, count: int, *, http: bool) -> Memory:
    async with slack_desk(_unlimited(parts), http=http) as desk:

        async def ask(text: str, number: int) -> None:
            outcome = await desk.server.command(WHO, WHERE, text)
            assert outcome.ok, outcome.error
            if number % FORGET_EACH == 0:
                _forget_slack(desk.server)

        return await measure(f"slack over {'http' if http else 'a socket'}", ask, count)


async def of_discord(parts: Parts, count: int) -> Memory:
    async with discord_desk(_unlimited(parts)) as desk:

        async def ask(text: str, number: int) -> None:
            outcome = await desk.server.command(WHO, WHERE, ["spasm", "ask"], {"words": text})
            assert outcome.ok, outcome.error
            if number % FORGET_EACH == 0:
                _forget_discord(desk.server)

        return await measure("discord's gateway", ask, count)


def _unlimited(parts: Parts) -> Callable[..., Parts]:
    """One person asks everything: none of it is to be held back."""
    return lambda **given: wire(Settings(answers_per_minute=0, **given), parts.library)


def _forget_slack(server: LoopbackSlack) -> None:
    """The loopback Slack keeps every message and address, as Slack would: none of the bot's memory."""
    ids = server.workspace.ids
    for kept in (server.world.messages, server.recorded, ids._ts, ids._message):
        kept.clear()
    server._urls._addresses.clear()
    server._views._triggers.clear()


def _forget_discord(server: LoopbackDiscord) -> None:
    parts = server.parts
    messages = parts.messages
    for kept in (server.world.messages, server.recorded, messages.by_id, messages._by_world_id, messages._by_nonce):
        kept.clear()
    parts.interactions.by_token.clear()
    parts.attachments.stored.clear()
    for session in parts.gateway.sessions.values():
        session.events.clear()


def run(questions: int) -> bool:
    """Ask so many; print what was measured, and say whether memory stayed flat."""
    parts = assemble(Settings())
    each, clean = max(5, questions // ADAPTER_SHARE), True
    for made in (
        of_the_conversation(parts, questions),
        of_slack(parts, each, http=True),
        of_slack(parts, each, http=False),
        of_discord(parts, each),
    ):
        memory = asyncio.run(made)
        print(memory, flush=True)
        clean = clean and memory.is_flat
    return clean
