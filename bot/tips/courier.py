"""Claims tips for one platform, lets each be sent, and writes down in sets what became of them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

import structlog

from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.measures import TipMeasures
from bot.conversation.ports import Clock
from bot.conversation.tips import Status
from bot.tips.delivery import Delivery, Pace, Render, Step
from bot.tips.ports import Claimed, Poster, Room, Settled, TipStore
from bot.tips.senders import Senders

_log = structlog.get_logger(__name__)


class Courier:
    """Sends the tips of one platform."""

    def __init__(
        self,
        store: TipStore,
        poster: Poster,
        render: Render,
        *,
        clock: Clock,
        measures: TipMeasures,
        pace: Pace | None = None,
        passed: Step = lambda _step: None,
    ) -> None:
        """`passed` hears the name of each step that is done; tests end the process there."""
        self._store, self._clock, self._measures = store, clock, measures
        self._pace, self._passed, self.platform = pace or Pace(), passed, poster.platform
        self.delivery = Delivery(poster, render, clock, self._pace, hold=self._hold, passed=passed)
        self._senders = Senders(self._carry, self._came_to_an_end)
        self._has_room, self._look_again = asyncio.Event(), asyncio.Event()
        self._promised = 0
        self._has_taken_all = False
        self._held: dict[Workspace, float] = {}
        self._settled: list[Settled] = []

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop; then let what is on its way come to its end, and write that down."""
        stopped = asyncio.create_task(stopping.wait())
        drained = asyncio.Event()
        flushing = asyncio.create_task(self._flush_until(drained))
        try:
            while not stopping.is_set():
                self._look_again.clear()
                took = await self._try_step()
                if not took or self._room() < 1:
                    await self._rest(stopped)
        finally:
            stopped.cancel()
            self._has_taken_all = False
            await self._drain()
            drained.set()
            await asyncio.gather(stopped, flushing, return_exceptions=True)
            with suppress(StoreUnavailableError):
                await self.flush()

    async def step(self) -> int:
        """Claim what there is room for and begin to send it; returns how many were claimed."""
        begun = asyncio.get_running_loop().time()
        number = min(self._pace.batch, self._room())
        if number < 1:
            return 0
        lease = timedelta(seconds=self._pace.lease)
        busy = self._busy(begun)
        self._promised += number
        try:
            claims = await self._store.claim(
                self.platform, self._clock(), lease, number, each=self._pace.each, without=busy
            )
        finally:
            self._promised -= number
        self._passed("claimed")
        self._has_taken_all = len(claims) < number
        self._has_room.set()
        self.begin(claims, begun)
        return len(claims)

    def begin(self, claims: Sequence[Claimed], begun: float) -> None:
        """Send what was claimed. Its lease began at `begun` or later, in the loop's time."""
        self._senders.begin(claims, begun + self._pace.lease)

    @contextmanager
    def offer(self, most: int) -> Iterator[Room | None]:
        """Room that is kept free for tips that are claimed as they are planned, and handed over (`begin`) meanwhile.

        None while there is no room, or while tips may wait that came before.
        """
        number = min(most, self._room())
        if number < 1 or not self._has_taken_all:
            yield None
            return
        self._promised += number
        try:
            busy = self._busy(asyncio.get_running_loop().time())
            yield Room(number, self._pace.each, self._senders.by_community, frozenset(busy))
        finally:
            self._promised -= number
            self._has_room.set()

    def look_again(self) -> None:
        """Some that could be claimed were planned just now."""
        self._has_taken_all = False
        self._look_again.set()

    async def make_room(self, number: int) -> None:
        """Wait until so many more could be offered, but not for long: what waits is to be planned too."""
        number = min(number, self._pace.at_once // 2)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll):
                await self._until(lambda: self._has_taken_all and self._room() >= number)

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._has_room.clear()
            await self._has_room.wait()

    async def settle_all(self) -> None:
        """Let everything that is on its way arrive, and write it down. Raises StoreUnavailableError."""
        await self._senders.wait()
        await self.flush()

    async def flush(self) -> None:
        """Write down what is known."""
        taken, self._settled = self._settled, []
        if not taken:
            return
        try:
            await self._store.settle(taken)
        except BaseException:
            self._settled = taken + self._settled
            raise
        self._passed("settled")
        for each in taken:
            sent = each.status is Status.SENT
            late = (each.at - each.claimed.due_at).total_seconds() if sent else None
            self._measures.tip(self.platform, each.why or each.status, late)

    async def _carry(self, claimed: Claimed, lease_ends: float) -> None:
        settled = await self.delivery.attempt(claimed, lease_ends)
        self._settled.append(settled)  # to the list as it is now: others were written down meanwhile

    def _hold(self, workspace: Workspace, seconds: float) -> None:
        self._held[workspace] = asyncio.get_running_loop().time() + seconds

    def _came_to_an_end(self, workspace: Workspace) -> None:
        self._has_room.set()
        if not self._has_taken_all or self._senders.by_community.get(workspace, 0) == self._pace.each - 1:
            self._look_again.set()

    def _room(self) -> int:
        """How many more may be taken; what is not written down yet counts too, or a dead database would be drowned."""
        taken = len(self._senders) + self._promised
        return self._pace.at_once - taken - max(0, len(self._settled) - self._pace.batch)

    def _busy(self, now: float) -> list[Workspace]:
        """Communities that have enough on its way, or were asked to wait."""
        self._held = {workspace: until for workspace, until in self._held.items() if until > now}
        counts = self._senders.by_community.items()
        return [*self._held, *(w for w, number in counts if number >= self._pace.each and w not in self._held)]

    async def _try_step(self) -> int:
        try:
            return await self.step()
        except StoreUnavailableError:
            _log.warning("tips wait: the database cannot be reached", platform=self.platform)
            return 0

    async def _rest(self, stopped: asyncio.Task[bool]) -> None:
        """Until there may be more to take, a while has passed, or it is time to stop."""
        more = asyncio.create_task(self._look_again.wait())
        await asyncio.wait({stopped, more}, timeout=self._pace.poll, return_when=asyncio.FIRST_COMPLETED)
        more.cancel()

    async def _flush_until(self, drained: asyncio.Event) -> None:
        is_behind = False
        while not drained.is_set():
            if not is_behind:
                await asyncio.sleep(self._pace.flush)
            is_behind = False
            with suppress(StoreUnavailableError):
                await self.flush()
                is_behind = len(self._settled) >= self._pace.batch

    async def _drain(self) -> None:
        """Let posts come to their end; what does not in time is left to whoever comes next, who looks for it first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.drain):
                await self._until(lambda: not self._promised)
                await self._senders.wait()
        waiting, cut_off = await self._senders.give_up()
        self._settled += [self.delivery.put_off(each) for each in waiting]
        self._settled += [self.delivery.cut_off(each) for each in cut_off]
