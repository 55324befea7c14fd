"""Takes planned tips, sends each once, and writes down what became of it. Nothing is lost, nothing is doubled.

What is certain: a tip is marked as perhaps sent, and that is committed, before anything goes out; so whoever takes it
after a crash looks into the channel first. What is conditional: the look needs the right to read the channel. Without
it, the platform itself drops a second message with the same mark for some minutes (Discord); after that, or where it
does not (Slack), the tip is not sent again: it may be lost, but never doubled.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.cards.card import Card
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.measures import TipMeasures
from bot.conversation.ports import Clock
from bot.conversation.tips import Status, Why
from bot.tips.ports import (
    CannotLookError,
    Claimed,
    NotNow,
    Outcome,
    Poster,
    Refused,
    Sent,
    Settled,
    TipPost,
    TipStore,
    Unknown,
)

_log = structlog.get_logger(__name__)
Render = Callable[[Claimed], Card | None]
"""Makes the card of a tip; None when the tip is not there any more."""
Step = Callable[[str], None]


@dataclass(frozen=True)
class Pace:
    """How quickly a courier works; all but `batch`, `at_once` and `each` are seconds.

    A post is given up after `deadline`, and is begun only while the lease lasts `margin` longer than that.
    """

    lease: float = 90.0
    deadline: float = 15.0
    margin: float = 5.0
    settle: float = 30.0
    """Until a tip that may have been accepted is looked for: longer than a platform takes a message late."""
    longest: float = 300.0
    poll: float = 1.0
    flush: float = 0.05
    drain: float = 8.0
    batch: int = 200
    at_once: int = 64
    each: int = 8
    """Posts on their way at once: all in all, and of one community."""


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
        self._store, self._poster, self._render = store, poster, render
        self._clock, self._measures = clock, measures
        self._pace = pace or Pace()
        self._passed = passed
        self._on_their_way: dict[asyncio.Task[None], Workspace] = {}
        self._held: dict[Workspace, float] = {}
        self._settled: list[Settled] = []
        self._changed = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop; then let what is on its way come to its end, and write that down."""
        stopped = asyncio.create_task(stopping.wait())
        drained = asyncio.Event()
        flushing = asyncio.create_task(self._flush_until(drained))
        try:
            while not stopping.is_set():
                took = await self._try_step()
                if not took or self._room() < 1:
                    await self._rest(stopped)
        finally:
            stopped.cancel()
            await self._drain()
            drained.set()
            await asyncio.gather(stopped, flushing, return_exceptions=True)
            with suppress(StoreUnavailableError):
                await self.flush()

    async def step(self) -> int:
        """Claim what there is room for and begin to send it; returns how many were claimed."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        room = min(self._pace.batch, self._room())
        if room < 1:
            return 0
        lease = timedelta(seconds=self._pace.lease)
        busy = self._busy(begun)
        claims = await self._store.claim(
            self._poster.platform, self._clock(), lease, room, each=self._pace.each, without=busy
        )
        self._passed("claimed")
        for claimed in claims:
            task = loop.create_task(self._carry(claimed, begun + self._pace.lease))
            self._on_their_way[task] = claimed.workspace
            task.add_done_callback(self._arrived)
        return len(claims)

    async def deliver(self, claimed: Claimed, lease_ends: float) -> Settled:
        """Send one tip, if it is still to be sent. `lease_ends` is in the loop's time."""
        now = self._clock()
        late = claimed.expires_at <= now
        card = self._render(claimed) if claimed.wanted else None
        why = Why.PAUSED if not claimed.wanted else Why.LATE if late else None if card else Why.NO_TIPS
        post = TipPost(
            claimed.workspace,
            claimed.channel,
            card or Card(()),
            claimed.mark,
            claimed.tried_at,
            self._pace.deadline,
        )
        if claimed.maybe_sent:
            found = await self._look(claimed, post, wanted=why is None)
            if found:
                return found
        if why:
            return self._settle(claimed, Status.SKIPPED, why, maybe_sent=False)
        if lease_ends - asyncio.get_running_loop().time() < self._pace.deadline + self._pace.margin:
            return self._settle(claimed, Status.PENDING, Why.NO_ANSWER, maybe_sent=claimed.maybe_sent)
        self._passed("posting")
        outcome = await self._poster.post(post)
        self._passed("answered")
        return self._outcome(claimed, outcome)

    async def settle_all(self) -> None:
        """Let everything that is on its way arrive, and write it down. Raises StoreUnavailableError."""
        while self._on_their_way:
            await asyncio.wait(tuple(self._on_their_way))
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
            self._measures.tip(self._poster.platform, each.why or each.status, late)

    async def _look(self, claimed: Claimed, post: TipPost, *, wanted: bool) -> Settled | None:
        """Whether an earlier try was accepted; None when it surely was not, or is sure to be dropped if it was."""
        try:
            message = await self._poster.find(post)
        except CannotLookError as error:
            if error.seconds is not None:
                again = max(error.seconds, self._pace.poll)
                return self._settle(claimed, Status.PENDING, Why.NO_ANSWER, after=again)
            age = (self._clock() - claimed.tried_at).total_seconds() + self._pace.deadline
            if wanted and age < self._poster.forgets_after().total_seconds():
                return None
            return self._settle(claimed, Status.UNCERTAIN, Why.NO_ANSWER)
        self._passed("looked")
        return self._settle(claimed, Status.SENT, None, message=message) if message else None

    def _outcome(self, claimed: Claimed, outcome: Outcome) -> Settled:
        match outcome:
            case Sent(message):
                return self._settle(claimed, Status.SENT, None, message=message)
            case NotNow(seconds, why, whole_workspace):
                if whole_workspace:
                    self._held[claimed.workspace] = asyncio.get_running_loop().time() + seconds
                return self._settle(claimed, Status.PENDING, why, maybe_sent=False, after=seconds)
            case Unknown(why):
                doubled = self._pace.settle * 2 ** min(max(claimed.attempt - 1, 0), 10)
                return self._settle(claimed, Status.PENDING, why, after=min(doubled, self._pace.longest))
            case Refused(why, stop):
                now = self._clock()
                return Settled(claimed, Status.FAILED, now, why, available_at=now, maybe_sent=False, stop=stop)

    def _settle(
        self,
        claimed: Claimed,
        status: Status,
        why: Why | None,
        *,
        message: str | None = None,
        maybe_sent: bool = True,
        after: float = 0.0,
    ) -> Settled:
        now = self._clock()
        return Settled(claimed, status, now, why, message, now + timedelta(seconds=after), maybe_sent)

    async def _carry(self, claimed: Claimed, lease_ends: float) -> None:
        try:
            settled = await self.deliver(claimed, lease_ends)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose a tip, nor stop the others
            _log.error(
                "tip could not be sent", platform=self._poster.platform, error=type(error).__name__, exc_info=True
            )
            settled = self._outcome(claimed, Unknown(Why.REFUSED))
        self._settled.append(settled)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_their_way.pop(task, None)
        self._changed.set()

    def _room(self) -> int:
        """How many more may be taken; what is not written down yet counts too, or a dead database would be drowned."""
        return self._pace.at_once - len(self._on_their_way) - max(0, len(self._settled) - self._pace.batch)

    def _busy(self, now: float) -> list[Workspace]:
        """Communities that have enough on its way, or were asked to wait."""
        self._held = {workspace: until for workspace, until in self._held.items() if until > now}
        counts = Counter(self._on_their_way.values())
        return [*self._held, *(w for w, number in counts.items() if number >= self._pace.each and w not in self._held)]

    async def _try_step(self) -> int:
        try:
            return await self.step()
        except StoreUnavailableError:
            _log.warning("tips wait: the database cannot be reached", platform=self._poster.platform)
            return 0

    async def _rest(self, stopped: asyncio.Task[bool]) -> None:
        """Until something arrived, a while has passed, or it is time to stop."""
        self._changed.clear()
        changed = asyncio.create_task(self._changed.wait())
        waits = {stopped, changed} if self._on_their_way else {stopped}
        await asyncio.wait(waits, timeout=self._pace.poll, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()

    async def _flush_until(self, drained: asyncio.Event) -> None:
        while not drained.is_set():
            await asyncio.sleep(self._pace.flush)
            with suppress(StoreUnavailableError):
                await self.flush()

    async def _drain(self) -> None:
        """Let posts come to their end; what does not in time is found in the channel by whoever comes next."""
        if self._on_their_way:
            await asyncio.wait(self._on_their_way, timeout=self._pace.drain)
        for task in tuple(self._on_their_way):
            task.cancel()
        await asyncio.gather(*self._on_their_way, return_exceptions=True)
