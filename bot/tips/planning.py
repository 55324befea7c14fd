"""What is due becomes one delivery a local day, and each subscription its next day. Decides; the store writes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status, Stop, Subscription, Why
from bot.library.model import Pack
from bot.tips.calendar import Occurrence, Schedule, first_after, first_from
from bot.tips.deck import Deck, draw
from bot.tips.ports import Advance, Due, Plan, Planned

REMEMBERED = timedelta(days=7)
"""Days missed longer ago than this are not written down one by one."""
PACE = timedelta(milliseconds=50)
"""Between two tips of one community that are due together: everyone's first goes before anyone's second."""
_DAY = timedelta(days=1)


def schedule_of(subscription: Subscription) -> Schedule:
    s = subscription
    return Schedule(s.zone, s.at, s.weekdays, s.start, s.skipped)


def tips_for(
    pack: Pack | None, subscription: Subscription, hidden: frozenset[str], place_locale: str | None = None
) -> tuple[str, ...]:
    """Ids of the tips that a subscription may show, of those in the language in which its channel gets them."""
    locale = subscription.locale or place_locale
    return _chosen(pack, locale, subscription.categories, hidden) if pack else ()


@lru_cache(256)
def _chosen(pack: Pack, locale: str | None, wanted: tuple[str, ...] | None, hidden: frozenset[str]) -> tuple[str, ...]:
    """Kept, for a hundred thousand subscriptions choose from one pack; a pack that is read again is another one."""
    tips = pack.tips_in(pack.locale_for(locale) or pack.default_locale)
    return tuple(t.id for t in tips if (wanted is None or t.category in wanted) and t.id not in hidden)


class Planner:
    """Plans by the packs as they are now."""

    def __init__(self, packs: Callable[[], Mapping[str, Pack]]) -> None:
        self._packs = packs

    def decide(self, dues: Sequence[Due], now: datetime) -> Plan:
        """What is to be sent, what was missed, and when each goes on."""
        planned: list[Planned] = []
        advances: list[Advance] = []
        turns = Counter[Workspace]()
        for due in dues:
            days, advance = self._one(due, now)
            for day in days:
                waits = turns[day.subscription.workspace] * PACE
                turns[day.subscription.workspace] += 1
                planned.append(_later(day, waits) if waits else day)
            advances.append(advance)
        return Plan(tuple(planned), tuple(advances))

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
            advances.append(_advance(kept, due.deck, found))
        return Plan(advances=tuple(advances))

    def _one(self, due: Due, now: datetime) -> tuple[list[Planned], Advance]:
        subscription, deck, stop = due.subscription, due.deck, None
        schedule, found = schedule_of(subscription), _recent(due.subscription, now)
        planned: list[Planned] = []
        while found and found.due_at <= now and not stop:
            day, deck = self._day(due, deck, found, now)
            planned.append(day)
            stop = Stop.NO_TIPS if day.why is Why.NO_TIPS else None
            found = first_from(schedule, found.day + _DAY)
        return planned, _advance(subscription, deck, found, stop)

    def _day(self, due: Due, deck: Deck, found: Occurrence, now: datetime) -> tuple[Planned, Deck]:
        subscription = due.subscription
        expires = found.due_at + subscription.grace
        tip: str | None = None
        why = Why.PAUSED if due.paused else Why.LATE if expires <= now else None
        if not why:
            pack = self._packs().get(subscription.pack)
            drawn = draw(deck, tips_for(pack, subscription, due.hidden, due.place_locale))
            if drawn:
                tip, deck = drawn
            else:
                why = Why.NO_TIPS
        status = Status.SKIPPED if why else Status.PENDING
        return Planned(subscription, found.day, tip, found.due_at, expires, found.due_at, status, why), deck


def _recent(subscription: Subscription, now: datetime) -> Occurrence | None:
    """Where to begin: the day that was due next, or after a long absence the first of the last week."""
    if not subscription.next_day or not subscription.next_due:
        return None
    if now - subscription.next_due <= REMEMBERED:
        return Occurrence(subscription.next_day, subscription.next_due)
    return first_after(schedule_of(subscription), now - REMEMBERED)


def _advance(subscription: Subscription, deck: Deck, found: Occurrence | None, stop: Stop | None = None) -> Advance:
    day: date | None = found.day if found else None
    return Advance(subscription.id, deck, day, found.due_at if found else None, stop)


def _later(planned: Planned, waits: timedelta) -> Planned:
    p = planned
    return Planned(
        p.subscription, p.day, p.tip, p.due_at, p.expires_at, p.available_at + waits, status=p.status, why=p.why
    )
