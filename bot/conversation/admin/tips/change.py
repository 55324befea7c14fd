"""Values from a form, a button or words become a daily tip; each is judged again, whoever drew the form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cards.words import Gettext
from bot.conversation.admin.change import NO_LANGUAGE, NO_PACK, NOT_OFFERED, WrongValueError, zone_of
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import HERE, NONE, SAME, Value, Values
from bot.conversation.admin.tips.kinds import kind_of, kinds_of
from bot.conversation.times import date_of, days_of, time_of
from bot.conversation.tips import Subscription

GRACES = (1, 2, 4, 8, 12)
"""Hours that a tip may be late."""
MOST_SKIPPED = 60


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


NO_TIME = _("That is no time of day. Write it like 9:30 or 21:30.")
WHAT_TIME = _("Say at what time, such as 9:30.")
WHAT_ZONE = _("Say in which time zone: type a large city near you, such as Madrid.")
WHAT_CHANNEL = _("Choose the channel that gets the tip.")
NO_DAYS = _("Choose at least one day. Write days like: weekdays, every day, mon,wed,fri.")
NO_KIND = _("I have no such kind of tips. Choose from the list.")
NO_DATE = _("That is no date. Write it like 2026-12-31.")
TOO_MANY_DATES = _("That is more than 60 dates. To stop for long, use pause.")
_CHANNEL = re.compile(r"^(<#[^>]*>|#.+|[CG][A-Z0-9]{6,}|\d{15,20})$")
_LONGEST_SPAN = 3
_FIGURE = re.compile(r"\d")
_Words = list[str]
_Read = Callable[[Subscription, tuple[str, ...]], object]


@dataclass(frozen=True)
class Reading:
    """Reads values. `gettexts` are the languages in which kinds of tips may be named."""

    offers: Offers
    now: datetime
    gettexts: tuple[Gettext, ...]

    def changed(self, old: Subscription, values: Values) -> Subscription:
        """What `values` make of a daily tip; a channel in them is an id that the community has.

        Raises:
            WrongValueError: for the first value that cannot be chosen.
        """
        readers: dict[Value, tuple[str, _Read]] = {
            Value.TIP_PACK: ("pack", self._pack),
            Value.TIP_CHANNEL: ("channel", self._channel),
            Value.TIP_TIME: ("at", self._time),
            Value.TIP_ZONE: ("zone", self._zone),
            Value.TIP_DAYS: ("weekdays", self._days),
            Value.TIP_LANGUAGE: ("locale", self._language),
            Value.TIP_CATEGORIES: ("categories", self._categories),
            Value.TIP_START: ("start", self._start),
            Value.TIP_SKIPPED: ("skipped", self._skipped),
            Value.TIP_GRACE: ("grace", self._grace),
        }
        made = old
        for value, (name, read) in readers.items():
            if value in values:
                made = replace(made, **{name: read(made, values[value])})  # type: ignore[arg-type]  # its own reader
        return made

    def today(self, zone: str) -> date:
        return self.now.astimezone(ZoneInfo(zone or "UTC")).date()

    def from_words(self, words: tuple[str, ...], pack: str) -> Values:
        """`#channel 9:30 madrid weekdays es calm,stretch`, in any order; what is nothing else is the zone."""
        rest, zone = list(words), []
        found: dict[Value, tuple[str, ...]] = {}
        while rest:
            size = self._take(rest, pack, found)
            if not size:
                zone.append(rest.pop(0))
            del rest[:size]
        return {**found, Value.TIP_ZONE: (" ".join(zone),)} if zone else found

    def _take(self, rest: _Words, pack: str, found: dict[Value, tuple[str, ...]]) -> int:
        """Put the value that the next words are into `found`; how many words that were."""
        for size in range(min(_LONGEST_SPAN, len(rest)), 0, -1):
            said = " ".join(rest[:size])
            value = self._what(said, pack)
            if value and value not in found:
                found[value] = tuple(said.split(",")) if value is Value.TIP_CATEGORIES else (said,)
                return size
        return 0

    def _what(self, said: str, pack: str) -> Value | None:
        if " " not in said and (_CHANNEL.match(said) or said.casefold() == HERE):
            return Value.TIP_CHANNEL
        if date_of(said, self.now.date()):
            return Value.TIP_START
        if time_of(said) and (_FIGURE.search(said) or " " not in said):
            return Value.TIP_TIME
        if days_of(said):
            return Value.TIP_DAYS
        if all(kind_of(one, self.offers.packs[pack], *self.gettexts) for one in said.split(",")):
            return Value.TIP_CATEGORIES
        return Value.TIP_LANGUAGE if self.offers.language(said) else None

    def _pack(self, _old: Subscription, said: tuple[str, ...]) -> str:
        if not said or said[0] not in self.offers.packs:
            raise WrongValueError(Value.TIP_PACK, NO_PACK)
        return said[0]

    @staticmethod
    def _channel(_old: Subscription, said: tuple[str, ...]) -> str:
        if not said or not said[0]:
            raise WrongValueError(Value.TIP_CHANNEL, WHAT_CHANNEL)
        return said[0]

    @staticmethod
    def _time(_old: Subscription, said: tuple[str, ...]) -> time:
        found = time_of(said[0]) if said else None
        if found is None:
            raise WrongValueError(Value.TIP_TIME, NO_TIME)
        return found

    def _zone(self, _old: Subscription, said: tuple[str, ...]) -> str:
        if not said or not said[0].strip():
            raise WrongValueError(Value.TIP_ZONE, WHAT_ZONE)
        return zone_of(Value.TIP_ZONE, said[0], self.offers)

    @staticmethod
    def _days(_old: Subscription, said: tuple[str, ...]) -> frozenset[int]:
        """Numbers from a form, words from somebody who types."""
        if said and all(day in map(str, range(7)) for day in said):
            return frozenset(map(int, said))
        found = days_of(" ".join(said)) if said else None
        if not found:
            raise WrongValueError(Value.TIP_DAYS, NO_DAYS)
        return found

    def _language(self, _old: Subscription, said: tuple[str, ...]) -> str | None:
        if not said or said[0] in (SAME, NONE, ""):
            return None
        found = self.offers.language(said[0])
        if not found:
            raise WrongValueError(Value.TIP_LANGUAGE, NO_LANGUAGE)
        return found

    def _categories(self, old: Subscription, said: tuple[str, ...]) -> tuple[str, ...] | None:
        """All of them, or none chosen, is the same as no choice."""
        pack = self.offers.packs.get(old.pack) or self.offers.first
        asked = [one for each in said for one in each.split(",") if one.strip()]
        found = [kind_of(one, pack, *self.gettexts) for one in asked]
        if None in found:
            raise WrongValueError(Value.TIP_CATEGORIES, NO_KIND)
        known = kinds_of(pack)
        return tuple(k for k in known if k in found) if found and set(found) != set(known) else None

    def _start(self, old: Subscription, said: tuple[str, ...]) -> date | None:
        return self._date(Value.TIP_START, said[0], old) if said and said[0].strip() not in ("", NONE) else None

    def _skipped(self, old: Subscription, said: tuple[str, ...]) -> frozenset[date]:
        """Days that are over need not be kept."""
        words = [] if not said or said[0].strip() == NONE else re.split(r"[\s,;]+", said[0].strip())
        days = {self._date(Value.TIP_SKIPPED, word, old) for word in words if word}
        coming = frozenset(day for day in days if day >= self.today(old.zone))
        if len(coming) > MOST_SKIPPED:
            raise WrongValueError(Value.TIP_SKIPPED, TOO_MANY_DATES)
        return coming

    def _date(self, value: Value, said: str, old: Subscription) -> date:
        found = date_of(said, self.today(old.zone))
        if not found:
            raise WrongValueError(value, NO_DATE)
        return found

    @staticmethod
    def _grace(_old: Subscription, said: tuple[str, ...]) -> timedelta:
        if not said or said[0] not in map(str, GRACES):
            raise WrongValueError(Value.TIP_GRACE, NOT_OFFERED)
        return timedelta(hours=int(said[0]))
