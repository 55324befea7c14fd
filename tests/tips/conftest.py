"""Both databases, a clock that a test moves, and a platform that does what a test says."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, cast

import pytest

from bot.cards.card import Card
from bot.conversation.administration import Workspace
from bot.conversation.tips import Subscription
from bot.library.model import Pack, Tip
from bot.store import Store
from bot.tips.courier import Courier
from bot.tips.delivery import Pace
from bot.tips.planning import Planner
from bot.tips.ports import CannotLookError, Claimed, Outcome, Room, Sent, TipPost
from bot.tips.subscribing import Subscriber
from tests.store.conftest import MovedClock, clock, store  # noqa: F401 - fixtures

HERE = Workspace("slack", "T1")
PACE = Pace(lease=60, deadline=10, settle=30)


def a_pack(*ids: str, category: str = "calm", spanish: tuple[str, ...] | None = None) -> Pack:
    """A pack of nothing but tips: the same in Spanish, unless it has some of its own."""
    tips = {"en": ids, "es": ids if spanish is None else spanish}
    made = {locale: tuple(Tip(each, each, "treat/stress", category) for each in tips[locale]) for locale in tips}
    return cast("Pack", TipsAlone(made))


@dataclass(frozen=True, eq=False)
class TipsAlone:
    tips: Mapping[str, tuple[Tip, ...]]
    default_locale: str = "en"
    locales: tuple[str, ...] = ("en", "es")

    def locale_for(self, wanted: str | None) -> str | None:
        return wanted if wanted in self.locales else None

    def tips_in(self, locale: str) -> tuple[Tip, ...]:
        return self.tips[locale]


class TipPacks:
    """The packs as they are now; a test may change them."""

    def __init__(self) -> None:
        self.now: dict[str, Pack] = {"spasm": a_pack("a", "b", "c", "d")}

    def __call__(self) -> Mapping[str, Pack]:
        return self.now


@dataclass
class Told:
    """Measures that remember."""

    late: list[float] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    backlog: list[int] = field(default_factory=list)

    def tip(self, platform: str, outcome: str, lateness: float | None = None) -> None:
        self.outcomes.append(outcome)
        if lateness is not None:
            self.late.append(lateness)

    def waiting(self, number: int) -> None:
        self.backlog.append(number)


@dataclass
class Platform:
    """A Poster that remembers what it accepted. `answers` are given in turn, `accepts` tells whether it did it."""

    platform: str = "slack"
    answers: list[tuple[Outcome, bool]] = field(default_factory=list)
    accepted: list[TipPost] = field(default_factory=list)
    looks: int = 0
    cannot_look: CannotLookError | None = None
    keeps: timedelta = timedelta()
    told: list[tuple[str, Card]] = field(default_factory=list)
    takes_messages_of: set[str] | None = None
    deleted: list[str] = field(default_factory=list)
    failing: bool = False
    slow: asyncio.Event | None = None

    async def post(self, post: TipPost) -> Outcome:
        if self.slow:
            await self.slow.wait()
        if self.failing:
            raise RuntimeError("a fault of ours")
        outcome, accepts = self.answers.pop(0) if self.answers else (Sent(f"m{len(self.accepted) + 1}"), True)
        if accepts:
            self.accepted.append(post)
        return outcome

    async def find(self, post: TipPost) -> str | None:
        self.looks += 1
        if self.cannot_look:
            raise self.cannot_look
        return next((f"found-{p.mark}" for p in self.accepted if p.mark == post.mark), None)

    def forgets_after(self) -> timedelta:
        return self.keeps

    async def delete(self, workspace: Workspace, channel: str, message: str) -> bool:
        self.deleted.append(message)
        return not self.failing

    async def tell(self, workspace: Workspace, person: str, card: Card) -> bool:
        takes = self.takes_messages_of is None or person in self.takes_messages_of
        if takes:
            self.told.append((person, card))
        return takes


@dataclass
class Bench:
    """A worker's parts on a real database, taken step by step."""

    store: Store
    clock: MovedClock
    packs: TipPacks = field(default_factory=TipPacks)
    platform: Platform = field(default_factory=Platform)
    told: Told = field(default_factory=Told)
    pace: Pace = PACE

    def __post_init__(self) -> None:
        self.planner = Planner(self.packs)
        chance = random.Random(7)
        self.moderator = Subscriber(self.store.subscriptions, self.packs, self.clock, {"slack": self.platform}, chance)
        self.courier = self.a_courier()

    def a_courier(self, **more: Any) -> Courier:
        def render(claimed: Claimed) -> Card | None:
            known = {t.id for t in self.packs.now["spasm"].tips_in(claimed.locale or "en")}
            return Card(()) if claimed.tip in known else None

        return Courier(
            self.store.tips, self.platform, render, clock=self.clock, measures=self.told, pace=self.pace, **more
        )

    async def subscribed(self, **other: Any) -> Subscription:
        """A daily tip at nine in UTC; the clock of a test begins at eight."""
        wanted = {"workspace": HERE, "channel": "C1", "pack": "spasm", "zone": "UTC", "at": time(9), **other}
        return await self.moderator.save(Subscription(**wanted), "U1")

    async def plan(self) -> int:
        due, taken = await self.plan_and_take({})
        assert not taken
        return due

    async def plan_and_take(self, rooms: Mapping[str, Room]) -> tuple[int, Sequence[Claimed]]:
        """Plan, and lease to oneself what there is room for."""
        now, lease = self.clock(), timedelta(seconds=self.pace.lease)
        return await self.store.tips.plan(now, lease, 100, lambda dues: self.planner.decide(dues, now, rooms))

    async def claim(self, limit: int = 100, each: int = 100) -> list[Claimed]:
        lease = timedelta(seconds=self.pace.lease)
        return list(await self.store.tips.claim("slack", self.clock(), lease, limit, each=each, without=()))

    async def send(self) -> int:
        """Claim and send what there is, and write it down."""
        number = await self.courier.step()
        await self.courier.settle_all()
        return number

    async def go(self) -> int:
        await self.plan()
        return await self.send()

    async def days(self) -> list[tuple[int, str, str | None]]:
        """(day of the month, status, why) of each delivery, the oldest first."""
        found = await self.store.subscriptions.deliveries(HERE, 100)
        return [(d.day.day, d.status.value, d.why and d.why.value) for d in reversed(found)]

    async def only(self) -> Subscription:
        (found,) = await self.moderator.subscriptions(HERE)
        return found


@pytest.fixture
def bench(store: Store, clock: MovedClock) -> Bench:  # noqa: F811 - fixtures
    return Bench(store, clock)


def at(clock: MovedClock, hour: int, minute: int = 0, *, day: int = 1) -> None:  # noqa: F811 - a fixture's name
    """Move the clock to that time in March 2026."""
    clock.now = datetime(2026, 3, day, hour, minute, tzinfo=clock.now.tzinfo)
