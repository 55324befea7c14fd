"""What is due becomes one delivery a local day, and each subscription its next day. Decides; the store writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status, Stop, Subscription, Why
from bot.library.model import Pack
from bot.tips.calendar import Occurrence, Schedule, first_after, first_from
from bot.tips.deck import Choice, Deck, draw
from bot.tips.ports import Advance, Due, Plan, Planned, Room

REMEMBERED = timedelta(days=7)
"""Days missed longer ago than this are not written down one by one."""
PACE = timedelta(milliseconds=50)
"""Between two tips of one community that are due together: everyone's first goes before anyone's second."""
NO_ROOM: Mapping[str, Room] = MappingProxyType({})
_DAY = timedelta(days=1)
_NONE = Choice(())
Course = tuple[*tuple[Occurrence, ...], Occurrence | None]


def schedule_of(subscription: Subscription) -> Schedule:
    s = subscription
    return Schedule(s.zone, s.at, s.weekdays, s.start, s.skipped)


def tips_for(
    pack: Pack | None, subscription: Subscription, hidden: frozenset[str], place_locale: str | None = None
) -> Choice:
    """The tips that a subscription may show, of those in the language in which its channel gets them."""
    locale = subscription.locale or place_locale
    return _chosen(pack, locale, subscription.categories, hidden) if pack else _NONE


@lru_cache(256)
def _chosen(pack: Pack, locale: str | None, wanted: tuple[str, ...] | None, hidden: frozenset[str]) -> Choice:
    """Kept, for a hundred thousand subscriptions choose from one pack; a pack that is read again is another one."""
    tips = pack.tips_in(pack.locale_for(locale) or pack.default_locale)
    return Choice(t.id for t in tips if (wanted is None or t.category in wanted) and t.id not in hidden)


class Planner:
    """Plans by the packs as they are now."""

    def __init__(self, packs: Callable[[], Mapping[str, Pack]]) -> None:
        self._packs = packs

    def decide(self, dues: Sequence[Due], now: datetime, rooms: Mapping[str, Room] = NO_ROOM) -> Plan:
        """What is to be sent, what was missed, and when each goes on. `rooms` is, by platform, what is sent at once."""
        turns: list[list[Planned]] = []
        advances: list[Advance] = []
        had: dict[Workspace, int] = {}
        this = _Set(now, self._packs())
        for due in dues:
            workspace = due.subscription.workspace
            turn = had.get(workspace, 0)
            days, advance = this.days_of(due, turn)
            for day in days:
                if turn == len(turns):
                    turns.append([])
                turns[turn].append(day)
                turn += 1
            had[workspace] = turn
            advances.append(advance)
        planned, taken = _parted(chain.from_iterable(turns), now, rooms)
        return Plan(planned, advances, taken)

    def again(self, dues: Sequence[Due], now: datetime) -> Plan:
        """The next days by today's time zone rules. A day that is due already stays as it is."""
        advances = []
        for due in dues:
            kept = due.subscription
            found: Occurrence | None = None
            if kept.next_day and kept.next_due and kept.next_due <= now:
                found = Occurrence(kept.next_day, kept.next_due)
            elif kept.next_day:
                found = first_from(schedule_of(kept), kept.next_day)
            else:
                found = first_after(schedule_of(kept), now)
            advances.append(_advance(due, due.deck, found, due.last_day))
        return Plan(advances=advances)


class _Set:
    """What is decided of one set of subscriptions: at one time, by the packs as they are then."""

    def __init__(self, now: datetime, packs: Mapping[str, Pack]) -> None:
        self._now, self._packs = now, packs
        self._courses: dict[tuple[object, ...], tuple[datetime | None, Course]] = {}

    def days_of(self, due: Due, turn: int) -> tuple[list[Planned], Advance]:
        """A subscription's days, and how it goes on. Before them its community had `turn` others."""
        deck, last, planned = due.deck, due.last_day, []
        course = self._course_of(due.subscription)
        for place, found in enumerate(course[:-1]):
            if last and found.day <= last:
                continue
            day, deck = self._day(due, deck, found, turn + place)
            planned.append(day)
            last = found.day
            if day.why and day.why is Why.NO_TIPS:
                return planned, _advance(due, deck, course[place + 1], last, Stop.NO_TIPS)
        return planned, _advance(due, deck, course[-1], last)

    def _day(self, due: Due, deck: Deck, found: Occurrence, turn: int) -> tuple[Planned, Deck]:
        subscription = due.subscription
        expires = found.due_at + subscription.grace
        tip: str | None = None
        why = Why.PAUSED if due.paused else Why.LATE if expires <= self._now else None
        if not why:
            pack = self._packs.get(subscription.pack)
            drawn = draw(deck, tips_for(pack, subscription, due.hidden, due.place_locale))
            if drawn:
                tip, deck = drawn
            else:
                why = Why.NO_TIPS
        status = Status.SKIPPED if why else Status.PENDING
        available = found.due_at + turn * PACE if turn else found.due_at
        locale = subscription.locale or due.place_locale
        return Planned(subscription, found.day, tip, found.due_at, expires, available, status, why, locale), deck

    def _course_of(self, s: Subscription) -> Course:
        """The days that are due, and at the end the one after them. Kept, for many channels share a course."""
        key = (s.zone, s.at, s.weekdays, s.start, s.skipped, s.next_day)  # to hash an instant, too, is dear
        kept = self._courses.get(key)
        if kept is None or kept[0] != s.next_due:
            kept = self._courses[key] = s.next_due, _course(s, self._now)
        return kept[1]


def _course(s: Subscription, now: datetime) -> Course:
    """After a long absence it begins a week ago."""
    if not s.next_day or not s.next_due:
        return (None,)
    schedule, days = schedule_of(s), []
    recent = now - s.next_due <= REMEMBERED
    found = Occurrence(s.next_day, s.next_due) if recent else first_after(schedule, now - REMEMBERED)
    while found and found.due_at <= now:
        days.append(found)
        found = first_from(schedule, found.day + _DAY)
    return (*days, found)


def _advance(
    due: Due, deck: Deck, found: Occurrence | None, last_day: date | None, stop: Stop | None = None
) -> Advance:
    day: date | None = found.day if found else None
    return Advance(due.subscription.id, deck, day, found.due_at if found else None, last_day, stop)


def _parted(
    days: Iterable[Planned], now: datetime, rooms: Mapping[str, Room]
) -> tuple[list[Planned], dict[str, list[Planned]]]:
    """Tips that are to wait, and those that are sent at once: as many as there is room for, the first ones first."""
    planned: list[Planned] = []
    taken: dict[str, list[Planned]] = {platform: [] for platform in rooms}
    ours: dict[Workspace, int] = {}
    pending = Status.PENDING
    for day in days:
        workspace = day.subscription.workspace
        room, number = rooms.get(workspace.platform), ours.get(workspace, 0)
        can_go = room and day.status is pending and day.available_at <= now
        if can_go and room and _fits(room, workspace, len(taken[workspace.platform]), number):
            ours[workspace] = number + 1
            taken[workspace.platform].append(day)
        else:
            planned.append(day)
    return planned, taken


def _fits(room: Room, workspace: Workspace, taken: int, ours: int) -> bool:
    """Whether one more may be taken beside so many, and so many of its community."""
    left = room.each - room.on_their_way.get(workspace, 0)
    return taken < room.tips and ours < left and workspace not in room.without
