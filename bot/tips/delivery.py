"""One try to send a claimed tip, and what becomes of it. Nothing is lost, nothing is doubled.

What is certain: a tip is marked as perhaps sent, and that is committed, before anything goes out; so whoever takes it
after a crash looks into the channel first. What is conditional: the look needs the right to read the channel. Without
it, the platform itself drops a second message with the same mark for some minutes (Discord); after that, or where it
does not (Slack), the tip is not sent again: it may be lost, but never doubled.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.cards.card import Card
from bot.conversation.administration import Workspace
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
    Unknown,
)

_log = structlog.get_logger(__name__)
Render = Callable[[Claimed], Card | None]
"""Makes the card of a tip; None when the tip is not there any more."""
Step = Callable[[str], None]


@dataclass(frozen=True)
class Pace:
    """How quickly a courier works; all but `batch`, `at_once` and `each` are seconds.

    A post is given up after `deadline`, and is begun only while the lease lasts `settle` longer than that: whoever
    takes it over looks no sooner than for any other that may have been accepted.
    """

    lease: float = 90.0
    deadline: float = 15.0
    settle: float = 30.0
    """From a post that was given up until it is looked for: longer than a platform takes a message late."""
    longest: float = 300.0
    poll: float = 1.0
    flush: float = 0.05
    drain: float = 7.0
    """Until a worker that stops gives up its posts. It has ten seconds in all; the others are for writing that down."""
    batch: int = 200
    at_once: int = 64
    each: int = 8
    """Posts on their way at once: all in all, and of one community."""


class Delivery:
    """Sends single tips to one platform."""

    def __init__(
        self,
        poster: Poster,
        render: Render,
        clock: Clock,
        pace: Pace,
        *,
        hold: Callable[[Workspace, float], None],
        passed: Step = lambda _step: None,
    ) -> None:
        """`hold` hears of communities that the platform takes nothing of for so many seconds.

        `passed` hears the name of each step that is done; tests end the process there.
        """
        self._poster, self._render, self._clock, self._pace = poster, render, clock, pace
        self._hold, self._passed = hold, passed

    async def attempt(self, claimed: Claimed, lease_ends: float) -> Settled:
        """As `deliver`; a fault of ours must not lose a tip, nor stop the others."""
        try:
            return await self.deliver(claimed, lease_ends)
        except Exception as error:  # noqa: BLE001
            name, platform = type(error).__name__, self._poster.platform
            _log.error("tip could not be sent", platform=platform, error=name, exc_info=True)
            return self._outcome(claimed, Unknown(Why.REFUSED))

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
        if lease_ends - asyncio.get_running_loop().time() < self._pace.deadline + self._pace.settle:
            return self._settle(claimed, Status.PENDING, Why.NO_ANSWER, maybe_sent=claimed.maybe_sent)
        self._passed("posting")
        outcome = await self._poster.post(post)
        self._passed("answered")
        return self._outcome(claimed, outcome)

    def put_off(self, claimed: Claimed) -> Settled:
        """What becomes of one that is left to others before it was tried."""
        return self._settle(claimed, Status.PENDING, None, maybe_sent=claimed.maybe_sent)

    def cut_off(self, claimed: Claimed) -> Settled:
        """What becomes of one whose try was ended: the platform may yet take it."""
        return self._outcome(claimed, Unknown())

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
            case Sent():  # by its name: to match by place costs several times as much
                return Settled(claimed, Status.SENT, self._clock(), None, outcome.message)
            case NotNow(seconds, why, whole_workspace):
                if whole_workspace:
                    self._hold(claimed.workspace, seconds)
                return self._settle(claimed, Status.PENDING, why, maybe_sent=False, after=seconds)
            case Unknown(why):
                doubled = self._pace.settle * 2 ** min(max(claimed.attempt - 1, 0), 10)
                return self._settle(claimed, Status.PENDING, why, after=min(doubled, self._pace.longest))
            case Refused(why, stop):
                now = self._clock()
                return Settled(claimed, Status.FAILED, now, why, maybe_sent=False, stop=stop)

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
        again = now + timedelta(seconds=after) if status is Status.PENDING else None
        return Settled(claimed, status, now, why, message, again, maybe_sent)
