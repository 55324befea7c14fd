"""One tip a chosen local day that exists, in every zone of the world, through daylight saving and dropped days."""

import itertools
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tips.calendar import EVERY_DAY, FARTHEST, Schedule, first_after, first_from, instant_of, upcoming

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
TWO_YEARS = (date(2026, 1, 1), date(2028, 1, 1))
DAY = timedelta(days=1)


def days(first: date, end: date) -> list[date]:
    return [first + n * DAY for n in range((end - first).days)]


def exists(day: date, zone: str) -> bool:
    """Whether any instant falls on that local day: each quarter of an hour is tried, without the calendar's help."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    place = ZoneInfo(zone)
    return any((noon + timedelta(minutes=15 * n)).astimezone(place).date() == day for n in range(-160, 161))


def mask(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)


@pytest.mark.slow
def test_every_zone_has_one_rising_instant_for_each_chosen_day_of_two_years() -> None:
    chance = random.Random(6)
    first, end = TWO_YEARS
    for zone in ZONES:
        at = time(chance.choice((0, 1, 2, 3, 12, 23)), chance.choice((0, 15, 30, 59)))
        weekdays = mask(chance.randrange(1, 128))
        schedule, place = Schedule(zone, at, weekdays), ZoneInfo(zone)
        wanted = [day for day in days(first, end) if day.weekday() in weekdays]
        found, day = [], first
        while (occurrence := first_from(schedule, day)) and occurrence.day < end:
            found.append(occurrence)
            day = occurrence.day + DAY
        assert [o.day for o in found] == wanted, zone
        assert all(o.due_at.astimezone(place).date() == o.day for o in found), zone
        assert all(a.due_at < b.due_at for a, b in itertools.pairwise(found)), zone


@pytest.mark.slow
@pytest.mark.parametrize("hour", [0, 2, 23])
def test_each_hour_of_each_zone_keeps_to_its_day(hour: int) -> None:
    """At the hours in which clocks change somewhere."""
    first, end = TWO_YEARS
    for zone in ZONES:
        place = ZoneInfo(zone)
        for day in days(first, end)[hour % 3 :: 3]:
            instant = instant_of(day, time(hour, 30), zone)
            assert instant is not None
            assert instant.astimezone(place).date() == day


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))]
)
def test_a_day_that_a_zone_left_out_has_no_tip(zone: str, day: date) -> None:
    assert not exists(day, zone)
    assert instant_of(day, time(9), zone) is None
    before = instant_of(day - 2 * DAY, time(9), zone)
    assert before
    assert [o.day for o in upcoming(Schedule(zone, time(9)), before, 2)] == [day - DAY, day + DAY]


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.times())
def test_a_day_has_an_instant_just_when_it_exists(zone: str, day: date, at: time) -> None:
    instant = instant_of(day, at.replace(tzinfo=None), zone)
    assert (instant is not None) == exists(day, zone)
    assert instant is None or instant.astimezone(ZoneInfo(zone)).date() == day


def test_a_time_in_a_gap_moves_forward_with_the_clocks() -> None:
    due = instant_of(date(2026, 3, 29), time(2, 30), "Europe/Madrid")
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 there


def test_a_time_in_a_gap_before_midnight_stays_on_its_day() -> None:
    """Scoresbysund springs from 23:00 on Saturday to midnight on Sunday in 2026."""
    due = instant_of(date(2026, 3, 28), time(23, 30), "America/Scoresbysund")
    assert due == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert due.astimezone(ZoneInfo("America/Scoresbysund")).time() == time(22, 30)


def test_a_time_that_comes_twice_counts_once_and_the_first() -> None:
    schedule = Schedule("Europe/Madrid", time(2, 30))
    before, after = upcoming(schedule, datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert (before.day, before.due_at) == (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert after.day == date(2026, 10, 26)


def test_skipped_days_weekdays_and_the_start_are_held() -> None:
    schedule = Schedule("UTC", time(9), mask(0b0011111), date(2026, 12, 2), frozenset({date(2026, 12, 4)}))
    found = upcoming(schedule, datetime(2026, 11, 29, tzinfo=UTC), 4)
    assert [o.day.day for o in found] == [2, 3, 7, 8]


def test_a_schedule_that_skips_every_day_comes_to_none() -> None:
    monday = date(2026, 11, 30)
    skipped = frozenset(monday + 7 * n * DAY for n in range(FARTHEST // 7 + 2))
    assert first_after(Schedule("UTC", time(9), mask(1), None, skipped), datetime(2026, 11, 29, tzinfo=UTC)) is None
    assert first_from(Schedule("UTC", time(9)), date.max) is not None
    assert first_from(Schedule("UTC", time(9), mask(1)), date.max) is None


@settings(max_examples=200)
@given(
    st.sampled_from(ZONES),
    st.times().map(lambda t: t.replace(microsecond=0)),
    st.integers(1, 127),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_is_next_is_the_first_that_is_still_to_come(zone: str, at: time, bits: int, moment: datetime) -> None:
    schedule = Schedule(zone, at, mask(bits))
    found = first_after(schedule, moment)
    assert found
    assert found.due_at > moment
    local = moment.astimezone(ZoneInfo(zone)).date()
    earlier = [local + n * DAY for n in range(-2, 10) if local + n * DAY < found.day]
    missed = [instant_of(day, at, zone) for day in earlier if schedule.chooses(day)]
    assert all(due is None or due <= moment for due in missed)


def test_every_day_is_the_default() -> None:
    assert frozenset(range(7)) == EVERY_DAY
