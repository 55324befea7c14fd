"""Which instant a local day's tip is due at. Pure: local time and IANA zone are the truth, an instant is derived.

A time in a gap moves forward with the clocks, one that happens twice counts once (the first), a day that a zone left
out has no tip. zoneinfo over the `tzdata` package, so that every machine knows the same rules.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import metadata
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
FARTHEST = 800
"""Days looked ahead: more than two years of skipped dates leave nothing to be due."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Schedule:
    """When a channel's tip is due.

    Attributes:
        zone: IANA name, such as `Europe/Madrid`.
        at: local time of day, without a zone.
        weekdays: 0 is Monday, as in `date.weekday`.
        start: the first day that may have a tip.
        skipped: days without one.
    """

    zone: str
    at: time
    weekdays: frozenset[int] = EVERY_DAY
    start: date | None = None
    skipped: frozenset[date] = field(default=frozenset())

    def chooses(self, day: date) -> bool:
        """Whether a tip is wanted on this day, if the zone has such a day."""
        wanted = day.weekday() in self.weekdays and day not in self.skipped
        return wanted and (self.start is None or day >= self.start)


@dataclass(frozen=True)
class Occurrence:
    """A local day and the instant (UTC) at which its tip is due."""

    day: date
    due_at: datetime


@lru_cache(1)
def rules_version() -> str:
    """The release of the time zone rules; what was derived from other rules is derived anew."""
    return metadata.version("tzdata")


@lru_cache(1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone by its IANA name. Raises ZoneInfoNotFoundError (a KeyError) or ValueError for one that is none."""
    return ZoneInfo(name)


def instant_of(day: date, at: time, zone: str) -> datetime | None:
    """The instant (UTC) of a local day and time; None when the zone has no such day.

    In a gap the offset from before it holds (RFC 5545, 3.3.5), so 02:30 becomes 03:30; where that would be the next
    day already, the offset from after it, so that an existing day keeps its tip.
    """
    place = zone_of(zone)
    for fold in (0, 1):
        instant = datetime.combine(day, at.replace(fold=fold), tzinfo=place).astimezone(UTC)
        if instant.astimezone(place).date() == day:
            return instant
    return None


@lru_cache(4096)
def first_from(schedule: Schedule, day: date) -> Occurrence | None:
    """The first occurrence on `day` or later; None when there is none within `FARTHEST` days.

    Kept, for many channels have their tip at the same local time.
    """
    if schedule.start and schedule.start > day:
        day = schedule.start
    for _ in range(FARTHEST):
        if schedule.chooses(day) and (due_at := instant_of(day, schedule.at, schedule.zone)):
            return Occurrence(day, due_at)
        try:
            day += _DAY
        except OverflowError:
            return None
    return None


def first_after(schedule: Schedule, moment: datetime) -> Occurrence | None:
    """The first occurrence that is due later than `moment` (with a zone)."""
    day = moment.astimezone(zone_of(schedule.zone)).date() - _DAY
    found = first_from(schedule, day)
    while found and found.due_at <= moment:
        found = first_from(schedule, found.day + _DAY)
    return found


def upcoming(schedule: Schedule, moment: datetime, number: int) -> tuple[Occurrence, ...]:
    """The next occurrences after `moment`, at most `number`."""
    found: list[Occurrence] = []
    next_one = first_after(schedule, moment) if number > 0 else None
    while next_one and len(found) < number:
        found.append(next_one)
        next_one = first_from(schedule, next_one.day + _DAY)
    return tuple(found)
