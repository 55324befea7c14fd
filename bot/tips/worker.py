"""The worker: plans what is due, sends it with one courier a platform, and tends to what else tips need."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.cards.card import Card
from bot.conversation.administration import StoreUnavailableError
from bot.conversation.measures import TipMeasures
from bot.conversation.ports import Clock
from bot.conversation.tips import Stop, Subscription
from bot.tips.calendar import rules_version
from bot.tips.courier import Courier
from bot.tips.delivery import Pace, Render, Step
from bot.tips.planning import Planner
from bot.tips.ports import Due, Plan, Poster, TipStore

_log = structlog.get_logger(__name__)
PLANNED_AT_ONCE = 2000
"""A set is one transaction. Each costs some milliseconds in the database and here, however few its rows are. To change
one of them meanwhile is to wait until it is committed: a ninth of a second at the 54 us a tip that were measured."""
TENDED_AT_ONCE = 50
TEND_SECONDS = 30.0
KEPT = timedelta(days=30)
"""What became of a tip is kept so long, for moderators who ask why one was late."""
ONE_SENDER = "discord"
"""All senders on one Discord token share its 50 requests a second, so one of them sends."""
NoticeCard = Callable[[Subscription, Stop], Awaitable[Card | None]]
"""Makes the card that tells moderators of a subscription; None where there is nothing to tell."""


class Turns(Protocol):
    """One holder at a time, among all processes."""

    def hold(self, name: str, stopping: asyncio.Event) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait for the turn, or until it is time to stop, and hold it; the event is set when it is lost."""


class SharedClock:
    """The time by which all workers go: the database's, or a clock that runs fast would end others' leases early."""

    def __init__(self, own: Clock, store: TipStore) -> None:
        self._own, self._store = own, store
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return self._own() + self._ahead if self._ahead else self._own()

    async def agree(self) -> None:
        """Ask the database for its time. The time that the question takes is split in two halves."""
        before = self._own()
        told = await self._store.time()
        after = self._own()
        if told:
            self._ahead = told - (before + (after - before) / 2)


@dataclass(frozen=True)
class Work:
    """What a worker works with. `passed` hears of each step that is done."""

    store: TipStore
    planner: Planner
    posters: Sequence[Poster]
    render: Render
    notice: NoticeCard
    clock: Clock
    measures: TipMeasures
    turns: Turns
    pace: Pace = Pace()
    passed: Step = lambda _step: None


class Worker:
    """Several may run on one PostgreSQL, and one on SQLite; each may be killed at any instant."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._clock = SharedClock(work.clock, work.store)
        self._forgot_at: datetime | None = None
        self._couriers: list[Courier] = []

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop; then finish what is on its way."""
        await self._agreed(stopping)
        jobs = [*(self._send(p, stopping) for p in self._work.posters), self._plan(stopping), self._tend(stopping)]
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)

    async def plan_once(self, more: Callable[[], object] = lambda: None) -> int:
        """Plan what is due now, and begin to send what there is room for; returns how many were due.

        `more` is called when there may be more than one set, as soon as that is known.
        """
        now, begun, couriers = self._clock(), asyncio.get_running_loop().time(), tuple(self._couriers)
        with ExitStack() as offers:
            rooms = {c.platform: offers.enter_context(c.offer(PLANNED_AT_ONCE)) for c in couriers}
            rooms_left = {name: room for name, room in rooms.items() if room}

            def decide(dues: Sequence[Due]) -> Plan:
                if len(dues) == PLANNED_AT_ONCE:
                    more()
                return self._work.planner.decide(dues, now, rooms_left)

            lease = timedelta(seconds=self._work.pace.lease)
            due, taken = await self._work.store.plan(now, lease, PLANNED_AT_ONCE, decide)
            for courier in couriers:
                courier.begin([each for each in taken if each.workspace.platform == courier.platform], begun)
        if due > len(taken):
            for courier in couriers:
                courier.look_again()
        self._work.passed("planned")
        return due

    async def tend_once(self) -> None:
        """Agree on the time, ask about quiet days, tell moderators, count what waits, forget what is old."""
        store = self._work.store
        await self._clock.agree()
        now = self._clock()
        await store.end_quiet(now, TENDED_AT_ONCE)
        for poster in self._work.posters:
            await self._tell(poster, now)
        waiting = await store.backlog(now)
        self._work.measures.waiting(sum(number for number, _ in waiting.values()))
        if self._forgot_at is None or now - self._forgot_at > timedelta(hours=1):
            await store.forget_old(now - KEPT)
            self._forgot_at = now

    async def _tell(self, poster: Poster, now: datetime) -> None:
        for notice in await self._work.store.take_notices(poster.platform, now, TENDED_AT_ONCE):
            card = await self._work.notice(notice.subscription, notice.stop)
            for person in notice.people if card else ():
                if card and await poster.tell(notice.subscription.workspace, person, card):
                    break
            else:
                _log.info("no moderator could be told; the status card says it", platform=poster.platform)

    async def _agreed(self, stopping: asyncio.Event) -> None:
        """Agree on the time and the time zone rules before the first tip is sent."""
        while not stopping.is_set():
            with suppress(StoreUnavailableError):
                await self._clock.agree()
                await self._replan()
                return
            await _rest(stopping, self._work.pace.poll)

    async def _replan(self) -> None:
        """Days that were found by the rules of another tzdata release are found anew."""
        number = PLANNED_AT_ONCE
        while number == PLANNED_AT_ONCE:
            again = partial(self._work.planner.again, now=self._clock())
            number = await self._work.store.replan(rules_version(), self._clock(), PLANNED_AT_ONCE, again)

    async def _plan(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await self._plan_what_is_due(stopping)
            await _rest(stopping, self._work.pace.poll)

    async def _plan_what_is_due(self, stopping: asyncio.Event) -> None:
        """From the first full set on two plan at once: one decides while the database works for the other."""
        helping = False
        async with asyncio.TaskGroup() as group:

            def help_out() -> None:
                nonlocal helping
                if not helping:
                    helping = True
                    group.create_task(self._plan_all(stopping))

            await self._plan_all(stopping, help_out)

    async def _plan_all(self, stopping: asyncio.Event, more: Callable[[], object] = lambda: None) -> None:
        due = PLANNED_AT_ONCE
        while due == PLANNED_AT_ONCE and not stopping.is_set():
            await self._make_room()
            due = await self._try_plan(more)

    async def _make_room(self) -> None:
        await asyncio.gather(*(courier.make_room(PLANNED_AT_ONCE) for courier in self._couriers))

    async def _try_plan(self, more: Callable[[], object]) -> int:
        with suppress(StoreUnavailableError):
            return await self.plan_once(more)
        return 0

    async def _tend(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self.tend_once()
            except StoreUnavailableError:
                _log.warning("tips cannot be tended: the database cannot be reached")
            except Exception as error:  # noqa: BLE001 - tips go on when a notice cannot be told
                _log.error("tips could not be tended", error=type(error).__name__, exc_info=True)
            await _rest(stopping, TEND_SECONDS)

    async def _send(self, poster: Poster, stopping: asyncio.Event) -> None:
        w = self._work
        while not stopping.is_set():
            courier = Courier(
                w.store, poster, w.render, clock=self._clock, measures=w.measures, pace=w.pace, passed=w.passed
            )
            if poster.platform == ONE_SENDER:
                await self._in_turn(courier, stopping)
            else:
                await self._run(courier, stopping)

    async def _run(self, courier: Courier, stopping: asyncio.Event) -> None:
        self._couriers.append(courier)
        try:
            await courier.run(stopping)
        finally:
            self._couriers.remove(courier)

    async def _in_turn(self, courier: Courier, stopping: asyncio.Event) -> None:
        """Send while it is this worker's turn. What is on its way when the turn is lost comes to its end."""
        async with self._work.turns.hold(ONE_SENDER, stopping) as lost:
            over = asyncio.Event()
            watching = [asyncio.create_task(_pass_on(event, over)) for event in (stopping, lost)]
            try:
                await self._run(courier, over)
            finally:
                for each in watching:
                    each.cancel()
                await asyncio.gather(*watching, return_exceptions=True)


async def _pass_on(event: asyncio.Event, other: asyncio.Event) -> None:
    await event.wait()
    other.set()


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
