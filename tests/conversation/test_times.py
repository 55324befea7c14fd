"""Times, days and dates from what somebody types, in English, Spanish and figures."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.times import date_of, days_of, time_of
from tests.odd import text

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("said", "meant"),
    {
        "9:30": time(9, 30),
        "09:30": time(9, 30),
        "9.30pm": time(21, 30),
        "9:30 p. m.": time(21, 30),
        "9 PM": time(21),
        "12am": time(0),
        "12 pm": time(12),
        "21h": time(21),
        "9h30": time(9, 30),
        "0930": time(9, 30),
        "9": time(9),
        "a las 9": time(9),
        "noon": time(12),
        "mediodía": time(12),
        "midnight": time(0),
    }.items(),
)
def test_a_time_of_day_is_understood(said: str, meant: time) -> None:
    assert time_of(said) == meant


@pytest.mark.parametrize("said", ["", "24:00", "9:61", "25", "13pm", "0 am", "soon", "half past nine", "9:3", "-1:00"])
def test_what_is_no_time_of_day_is_none(said: str) -> None:
    assert time_of(said) is None


@given(st.times())
def test_every_minute_can_be_typed_in_each_way(at: time) -> None:
    minute = at.replace(second=0, microsecond=0)
    for form in ("%H:%M", "%H.%M", "%Hh%M", "%H%M", "%I:%M %p", "%I.%M%p"):
        assert time_of(minute.strftime(form)) == minute


@pytest.mark.parametrize(
    ("said", "days"),
    {
        "every day": {0, 1, 2, 3, 4, 5, 6},
        "todos los días": {0, 1, 2, 3, 4, 5, 6},
        "weekdays": {0, 1, 2, 3, 4},
        "Mon-Fri": {0, 1, 2, 3, 4},
        "lunes a viernes": {0, 1, 2, 3, 4},
        "mon,wed,fri": {0, 2, 4},
        "mon and thurs": {0, 3},
        "sábado y domingo": {5, 6},
        "fri-mon": {4, 5, 6, 0},
        "martes": {1},
        "weekend": {5, 6},
    }.items(),
)
def test_days_are_understood(said: str, days: set[int]) -> None:
    assert days_of(said) == days


@pytest.mark.parametrize("said", ["", "m", "funday", "mon-", "mon,,tue", "monkeys"])
def test_what_are_no_days_is_none(said: str) -> None:
    assert days_of(said) is None


@pytest.mark.parametrize(
    ("said", "day"),
    {
        "today": TODAY,
        "Mañana": date(2026, 11, 30),
        "yesterday": date(2026, 11, 28),
        "2026-12-01": date(2026, 12, 1),
        "2026-02-30": None,
        "1/12": None,
        "0000-01-01": None,
    }.items(),
)
def test_a_date_is_understood(said: str, day: date | None) -> None:
    assert date_of(said, TODAY) == day


@given(text)
def test_whatever_is_typed_breaks_nothing(said: str) -> None:
    days = days_of(said)
    assert days is None or days <= frozenset(range(7))
    time_of(said)
    date_of(said, TODAY)
