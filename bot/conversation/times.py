"""Times of day, days of the week and dates from what somebody types, in English, Spanish or figures."""

import re
from datetime import date, time, timedelta

from bot.library.search.fold import fold

_NAMED = {"noon": time(12), "midday": time(12), "mediodia": time(12), "midnight": time(0), "medianoche": time(0)}
_BEFORE = re.compile(r"^(?:at|a las|a la|las)\s+")
_CLOCK = re.compile(
    r"^(?P<hour>\d{1,2})(?:\s*(?:[:.h]|\s)\s*(?P<minute>\d{2}))?\s*(?:h|hs|hrs?|uhr|o?clock)?\.?"
    r"\s*(?P<half>(?P<letter>[ap])\s?\.?\s?m\s?\.?)?$"
)
_FIGURES = re.compile(r"^(\d{2})(\d{2})$")
_NOON = 12
_DAYS = (
    ("mon", "lun"),
    ("tue", "mar"),
    ("wed", "mie"),
    ("thu", "jue"),
    ("fri", "vie"),
    ("sat", "sab"),
    ("sun", "dom"),
)
"""How each day begins, from Monday on; `mar` is no English day."""
_WHOLE = (
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"],
)
EVERY_DAY, WEEKDAYS, WEEKEND = frozenset(range(7)), frozenset(range(5)), frozenset((5, 6))
_SETS = {
    **dict.fromkeys(("every day", "everyday", "daily", "all", "todos", "cada dia", "todos los dias"), EVERY_DAY),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "laborables", "entre semana"), WEEKDAYS),
    **dict.fromkeys(("weekend", "weekends", "fin de semana", "fines de semana"), WEEKEND),
}  # fmt: skip
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_TODAY, _TOMORROW, _YESTERDAY = ("today", "hoy"), ("tomorrow", "manana"), ("yesterday", "ayer")


def time_of(said: str) -> time | None:
    """`9:30`, `9.30pm`, `21h`, `0930`, `9`, `noon`; None for what is no time of day."""
    words = _BEFORE.sub("", " ".join(fold(said).split()))
    if words in _NAMED:
        return _NAMED[words]
    if figures := _FIGURES.match(words):
        return _time(int(figures[1]), int(figures[2]))
    clock = _CLOCK.match(words)
    if not clock:
        return None
    hour = int(clock["hour"])
    if letter := clock["letter"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if letter == "p" else 0)
    return _time(hour, int(clock["minute"] or 0))


def days_of(said: str) -> frozenset[int] | None:
    """`weekdays`, `every day`, `mon,wed`, `mon-fri`, `lunes a viernes`; Monday is 0. None for what is no day."""
    words = " ".join(fold(said).split())
    if words in _SETS:
        return _SETS[words]
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|;|/|\+|\band\b|\by\b|\be\b)\s*", words):
        ends = [_day(name) for name in re.split(r"\s*(?:-|\u2013|\bto\b|\ba\b)\s*", part)]
        if len(ends) > 2 or None in ends:  # noqa: PLR2004 - a range has two ends
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return frozenset(found)


def date_of(said: str, today: date) -> date | None:
    """`today`, `yesterday`, `tomorrow`, or a date written as 2026-11-30."""
    word = fold(said).strip()
    for words, days in ((_TODAY, 0), (_TOMORROW, 1), (_YESTERDAY, -1)):
        if word in words:
            return today + timedelta(days)
    figures = _ISO.match(word)
    try:
        return date(*map(int, figures.groups())) if figures else None
    except ValueError:
        return None


def _time(hour: int, minute: int) -> time | None:
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(name: str) -> int | None:
    """The day that a whole or short name means; two letters are too few."""
    for number, (english, spanish) in enumerate(_DAYS):
        for short, whole in ((english, _WHOLE[0][number]), (spanish, _WHOLE[1][number])):
            if name.removesuffix(".").removesuffix("s") in (short, whole, whole.removesuffix("s"), short + "s"):
                return number
            if name.startswith(short) and whole.startswith(name.removesuffix(".")):
                return number
    return None
