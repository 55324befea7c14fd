"""What tips need from outside, as protocols: the tables that hold them, and the platform that takes them.

What is made for each single tip has slots and is not frozen, though nobody changes one (a test looks): a frozen
dataclass sets its fields by way of `object.__setattr__`, at several times the cost, and a named tuple takes half as
long again to make and twice as long to read.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.cards.card import Card
from bot.conversation.administration import Workspace
from bot.conversation.tips import Delivered, Status, Stop, Subscription, Why
from bot.tips.deck import Deck


@dataclass(slots=True)
class Due:
    """A subscription whose time has come, locked for as long as it is planned."""

    subscription: Subscription
    deck: Deck
    rules: str
    """The time zone rules by which its next day was found."""
    paused: bool
    """The whole community is paused, or the bot was removed from it."""
    hidden: frozenset[str]
    place_locale: str | None = None
    """The community's language."""
    last_day: date | None = None
    """The newest day that was planned: no day is planned twice."""


@dataclass(slots=True)
class Planned:
    """One day's tip to be inserted, unless that day has one."""

    subscription: Subscription
    day: date
    tip: str | None
    due_at: datetime
    expires_at: datetime
    available_at: datetime
    status: Status = Status.PENDING
    why: Why | None = None
    locale: str | None = None
    """The language of the channel's tips, or else of its community."""


@dataclass(slots=True)
class Advance:
    """Where a subscription goes on: its deck, its next day, or that it stops."""

    subscription: int
    deck: Deck
    next_day: date | None
    next_due: datetime | None
    last_day: date | None
    stop: Stop | None = None


@dataclass(frozen=True)
class Plan:
    """`taken` are the tips, by platform, that this worker sends at once: they are leased as they are planned."""

    planned: Sequence[Planned] = ()
    advances: Sequence[Advance] = ()
    taken: Mapping[str, Sequence[Planned]] = field(default_factory=dict)


@dataclass(frozen=True)
class Room:
    """What a sender has room for: `tips` in all, of a community what is left of `each`, of those in `without` none."""

    tips: int
    each: int
    on_their_way: Mapping[Workspace, int]
    without: Collection[Workspace] = ()


@dataclass(slots=True)
class Claimed:
    """One day's tip that this worker alone may send until its lease ends.

    Attributes:
        token: of the lease; a set of tips may share it.
        row: None while the tip has no row of its own: it was leased as it was planned.
        maybe_sent: an earlier try may have been accepted: look before sending.
        tried_at: when the first try began that may have been accepted; else when this one does.
        wanted: False when the subscription was stopped or the community paused since it was planned.
    """

    token: str
    row: int | None
    subscription: int
    workspace: Workspace
    channel: str
    day: date
    pack: str
    tip: str | None
    locale: str | None
    due_at: datetime
    expires_at: datetime
    attempt: int
    maybe_sent: bool
    tried_at: datetime
    wanted: bool = True

    @property
    def mark(self) -> str:
        """What the message carries to be found again: the same for each try, at most 25 characters (Discord)."""
        return f"t{self.subscription:x}-{self.day.toordinal():x}"


@dataclass(slots=True)
class Settled:
    """What became of a claimed tip. It is written down only while `token` is still the newest.

    `available_at` is when it may be taken again, for one that is pending; `maybe_sent` that it may have been accepted.
    """

    claimed: Claimed
    status: Status
    at: datetime
    why: Why | None = None
    message: str | None = None
    available_at: datetime | None = None
    maybe_sent: bool = True
    stop: Stop | None = None
    """The subscription posts nothing more until a moderator has mended something."""


@dataclass(frozen=True)
class Notice:
    """Something that moderators are told once. `people` changed something in the community, the last one first."""

    id: int
    subscription: Subscription
    stop: Stop
    people: tuple[str, ...]


class TipStore(Protocol):
    """The tables of tips. Each call is one transaction, and may raise StoreUnavailableError."""

    async def plan(
        self, now: datetime, lease: timedelta, limit: int, decide: Callable[[Sequence[Due]], Plan]
    ) -> tuple[int, Sequence[Claimed]]:
        """Lock due subscriptions, ask `decide`, and write what it says; returns how many were due, and what it took.

        A taken tip is as if it had been planned and claimed; that of a day that has one already is not returned.
        """

    async def claim(
        self, platform: str, now: datetime, lease: timedelta, limit: int, *, each: int, without: Sequence[Workspace]
    ) -> Sequence[Claimed]:
        """Take tips that may be sent, at most `each` of a community, and none of those in `without`."""

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Write down what became of tips; one whose lease went to another worker is left alone."""

    async def end_quiet(self, now: datetime, limit: int) -> int:
        """Ask moderators of subscriptions whose quiet days are over; returns how many."""

    async def take_notices(self, platform: str, now: datetime, limit: int) -> Sequence[Notice]:
        """Take what moderators are to be told. It counts as told from now on."""

    async def replan(self, rules: str, now: datetime, limit: int, again: Callable[[Sequence[Due]], Plan]) -> int:
        """Let `again` find the next day of subscriptions that other time zone rules were used for."""

    async def forget_old(self, before: datetime) -> int:
        """Erase what became of tips that were due before."""

    async def time(self) -> datetime | None:
        """The time by which all workers go; None where there is only one, which goes by its own."""

    async def backlog(self, now: datetime) -> dict[str, tuple[int, float]]:
        """By platform: how many tips wait that could be sent, and for how many seconds the oldest has."""


@dataclass(slots=True)
class Sent:
    message: str


@dataclass(slots=True)
class NotNow:
    """The platform surely has not taken it, and says when to try again."""

    seconds: float
    why: Why = Why.LIMITED
    whole_workspace: bool = False
    """The limit is on all of the community's channels."""


@dataclass(slots=True)
class Unknown:
    """No answer, or one that does not say: it may have been taken."""

    why: Why = Why.NO_ANSWER


@dataclass(slots=True)
class Refused:
    """The platform will not take it, now or later. `stop` tells what a moderator has to mend, if anything."""

    why: Why
    stop: Stop | None = None


Outcome = Sent | NotNow | Unknown | Refused


@dataclass(slots=True)
class TipPost:
    """A message to be posted, with a mark by which it is found again.

    What is not answered within `deadline` seconds is given up. One with the same mark may stand in the channel since
    `tried_at`.
    """

    workspace: Workspace
    channel: str
    card: Card
    mark: str
    tried_at: datetime
    deadline: float


class CannotLookError(Exception):
    """The bot may not read what stands in the channel, or the platform did not tell in time."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` after which a look is possible; None when it is not allowed at all."""
        super().__init__("the channel's history cannot be read")
        self.seconds = seconds


class Poster(Protocol):
    """One platform, as far as tips need it."""

    @property
    def platform(self) -> str:
        """`slack` or `discord`."""

    async def post(self, post: TipPost) -> Outcome:
        """Post, once: nothing is tried again in here. Never raises."""

    async def find(self, post: TipPost) -> str | None:
        """The id of the message with the mark; None when it surely is not there. May raise CannotLookError."""

    def forgets_after(self) -> timedelta:
        """For how long the platform itself drops a second message with the same mark; zero where it does not."""

    async def delete(self, workspace: Workspace, channel: str, message: str) -> bool:
        """Delete a message of ours; True when it is gone, whoever removed it."""

    async def tell(self, workspace: Workspace, person: str, card: Card) -> bool:
        """Send a card to somebody's direct messages; False when that is not possible."""


class Subscribing(Protocol):
    """The part of the tables that moderators work on. Each call may raise StoreUnavailableError."""

    async def subscriptions(self, workspace: Workspace) -> tuple[Due, ...]:
        """All of a community's, the oldest first."""

    async def save(self, changed: Due, by: str, at: datetime) -> Subscription:
        """Insert or update, with its audit. Raises SubscriptionChangedError and TooManyError."""

    async def remove(self, subscription: Subscription, by: str, at: datetime) -> None:
        """Raises SubscriptionChangedError."""

    async def last_day(self, subscription: int) -> date | None:
        """The newest local day that has a tip, or had one planned."""

    async def insert_now(self, planned: Planned, after: Due, by: str, at: datetime) -> None:
        """Plan a day's tip for now. Raises AlreadyPostedError and SubscriptionChangedError."""

    async def deliveries(self, workspace: Workspace, limit: int, day: date | None = None) -> tuple[Delivered, ...]:
        """The newest first; of one local day where it is given."""

    async def deleted(self, workspace: Workspace, messages: Sequence[tuple[str, str]], by: str, at: datetime) -> None:
        """Note that the messages, (channel, id) each, were deleted."""

    async def hidden(self, workspace: Workspace) -> tuple[tuple[str, str], ...]:
        """(pack, tip) of each hidden one."""

    async def hide(self, workspace: Workspace, pack: str, tip: str, by: str, at: datetime, *, hide: bool) -> None:
        """Hide a tip, or show it again."""
