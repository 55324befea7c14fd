"""Daily tips as moderators mean them: subscriptions as data, what became of tips, and the port that keeps them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from bot.conversation.administration import Workspace

GRACE = timedelta(hours=4)
"""How late a tip may still come after downtime, where a moderator chose nothing else."""
LONGEST_GRACE = timedelta(hours=12)
"""Less than a day: after downtime at most one tip is caught up."""
QUIET = timedelta(days=7)
MOST_IN_A_CHANNEL = 10
MOST_IN_A_WORKSPACE = 200
EVERY_DAY = frozenset(range(7))


class Stop(StrEnum):
    """Why a subscription posts nothing."""

    PAUSED = "paused"
    """A moderator paused it."""
    QUIET = "quiet"
    """A moderator wished for some quiet days; they are asked before it goes on."""
    ASKED = "asked"
    """The quiet days are over, and nobody has said yet that it shall go on."""
    GONE = "gone"
    """The channel is not there any more, or the bot cannot see it."""
    FORBIDDEN = "forbidden"
    """The bot may not post there."""
    NO_TIPS = "no_tips"
    """No tip of the chosen categories is left."""


@dataclass(slots=True)
class Subscription:
    """A channel's daily tip: when, where, in which language and of which categories.

    Not frozen, though nobody changes one: a busy minute reads a hundred thousand (bot/tips/ports.py).

    Attributes:
        id: 0 until it is saved.
        version: grows with each change, and tells two forms apart.
        zone: IANA name of the time zone that `at`, a local time, is meant in.
        weekdays: 0 is Monday.
        categories: None for all of the pack's.
        stopped: why it posts nothing; None while it is active.
        next_day, next_due: the next local day, and the instant of its tip; None when there is none.
    """

    workspace: Workspace
    channel: str
    pack: str
    zone: str
    at: time
    weekdays: frozenset[int] = EVERY_DAY
    locale: str | None = None
    categories: tuple[str, ...] | None = None
    start: date | None = None
    skipped: frozenset[date] = frozenset()
    grace: timedelta = GRACE
    stopped: Stop | None = None
    quiet_until: datetime | None = None
    id: int = 0
    version: int = 0
    next_day: date | None = None
    next_due: datetime | None = None


@dataclass(frozen=True)
class Upcoming:
    """A tip that is going to be posted. `tip` is its id."""

    subscription: Subscription
    day: date
    due_at: datetime
    tip: str


class Status(StrEnum):
    """What became of one day's tip."""

    PENDING = "pending"
    LEASED = "leased"
    """A worker is sending it."""
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    """It may have been posted; it could not be looked up, and is not sent again."""
    DELETED = "deleted"
    """A moderator took it back."""


class Why(StrEnum):
    """Why a tip was skipped, failed or is late."""

    LATE = "late"
    """Its time of grace was over before it could be sent."""
    PAUSED = "paused"
    """The community, or this subscription, was paused."""
    NO_TIPS = "no_tips"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    NO_ANSWER = "no_answer"
    """The platform did not answer, or not in time."""
    LIMITED = "limited"
    """The platform asked to wait."""
    REFUSED = "refused"
    """The platform refused the message for another reason."""
    DISCONNECTED = "disconnected"
    """The bot has no right to act in this community any more."""


@dataclass(frozen=True)
class Delivered:
    """One day's tip, as far as it came."""

    subscription: int
    channel: str
    day: date
    tip: str | None
    due_at: datetime
    status: Status
    sent_at: datetime | None = None
    message: str | None = None
    why: Why | None = None


class SubscriptionChangedError(Exception):
    """Somebody else changed it since a form was opened, or removed it (then `current` is None); nothing was saved."""

    def __init__(self, current: Subscription | None) -> None:
        super().__init__("the subscription was changed meanwhile")
        self.current = current


class NoTipError(Exception):
    """No tip is in the chosen categories; nothing was saved."""


class NoDayError(Exception):
    """The schedule never comes to a day; nothing was saved."""


class TooManyError(Exception):
    """So many subscriptions are too many; nothing was saved."""


class AlreadyPostedError(Exception):
    """This day's tip is posted already, or on its way."""

    def __init__(self, delivered: Delivered) -> None:
        super().__init__("this day has its tip already")
        self.delivered = delivered


class Tips(Protocol):
    """Keeps subscriptions and tells what became of tips. Every call may raise StoreUnavailableError."""

    async def subscriptions(self, workspace: Workspace) -> tuple[Subscription, ...]:
        """All of a community's, in the order in which they were made."""

    async def save(self, changed: Subscription, by: str) -> Subscription:
        """Save a new one (`id` 0) or a changed one, with an audit entry for each field that differs.

        One that was stopped and is not any more goes on from its next day; nothing is caught up.

        Raises:
            SubscriptionChangedError: when `changed.version` is no longer the newest.
            NoTipError, NoDayError, TooManyError: when it could never post anything, or there are too many.
        """

    async def remove(self, subscription: Subscription, by: str) -> None:
        """Remove it, with what is known of its deliveries. Raises SubscriptionChangedError as `save` does."""

    async def preview(self, subscription: Subscription, number: int) -> tuple[Upcoming, ...]:
        """The next tips with their days, also of a subscription that is not saved yet."""

    async def send_now(self, subscription: Subscription, by: str) -> Upcoming:
        """Post today's tip now instead of later. Raises AlreadyPostedError when today has one already."""

    async def deliveries(self, workspace: Workspace, limit: int) -> tuple[Delivered, ...]:
        """The last days' tips, the newest first."""

    async def hidden(self, workspace: Workspace) -> tuple[tuple[str, str], ...]:
        """(pack, tip) of each tip that the community never wants to see."""

    async def hide(self, workspace: Workspace, pack: str, tip: str, by: str) -> None:
        """Never post this tip in the community again."""

    async def unhide(self, workspace: Workspace, pack: str, tip: str, by: str) -> None:
        """The tip may be posted again."""

    async def delete_posted(self, workspace: Workspace, day: date, by: str) -> tuple[int, int]:
        """Delete the posted tips of a local day, in all channels.

        Returns:
            How many were deleted, and how many could not be.
        """
