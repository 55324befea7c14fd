"""A time zone from what somebody types: a city or country in their language, misspelt or not, or an IANA name.

Cities and countries are named by CLDR (Babel), the zones of a country by the zone.tab of the package `tzdata`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversation.cities import ABBREVIATIONS, CITIES
from bot.library.search.fold import words_of

UTC_ZONE = "Etc/UTC"
LONGEST = 100
"""Characters of what is looked at."""
MOST_CHOICES = 7
_SURE, _LIKELY = 0.82, 0.65
"""Likeness of a misspelt name that is taken, and of one that is offered. One wrong letter in six is 0.83."""
_AHEAD = 0.06
"""By how much the likest name must be liker than that of another zone."""
_SUMMER_AND_WINTER = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
_UTC = ("utc", "gmt", "z", "zulu", "uct")
_TIME = re.compile(r"\s+(?:standard |daylight )?time$", re.IGNORECASE)
_OFFSET = re.compile(r"^(?:utc|gmt)?\s*[+\u2212-]\s*\d{1,2}(?:[:.]?\d\d)?$", re.IGNORECASE)


@dataclass(frozen=True)
class ZoneAnswer:
    """`zone` is an IANA name when it is sure. Else `choices` are those that may be meant, the likeliest first.

    `abbreviated` tells that something like EST or UTC+2 was typed, which says nothing of summer time.
    """

    zone: str | None = None
    choices: tuple[str, ...] = ()
    abbreviated: bool = False


def find_zone(said: str, languages: tuple[str, ...] = ("en", "es")) -> ZoneAnswer:
    """The zone that somebody means; `languages` are those in which cities and countries are known."""
    said = " ".join(said[:LONGEST].split())
    if exact := _by_id().get(said.replace(" ", "_").casefold()):
        return ZoneAnswer(exact)
    if said.casefold() in _UTC:
        return ZoneAnswer(UTC_ZONE)
    if short := ABBREVIATIONS.get(_TIME.sub("", said).upper().replace(".", "")):
        return ZoneAnswer(None, (short,), abbreviated=True)
    if _OFFSET.match(said):
        return ZoneAnswer(abbreviated=True)
    names = _index(languages)
    wanted = _key(said)
    if found := names.get(wanted):
        return _one_of(found)
    if found := _with_its_country(wanted.split(), names):
        return _one_of(found)
    return _nearest(wanted, names)


def zone_name(zone: str, locale: str) -> str:
    """Such as `Mexico City`."""
    if zone == UTC_ZONE:
        return "UTC"
    name: str = get_timezone_location(zone, locale=locale, return_city=True)
    return name.rpartition("/")[2]


def zone_words(zone: str, locale: str) -> str:
    """Such as `Mexico City (America/Mexico_City)`."""
    name = zone_name(zone, locale)
    return name if zone == UTC_ZONE else f"{name} ({zone})"


def suggested(typed: str, languages: tuple[str, ...] = ("en", "es")) -> tuple[str, ...]:
    """Zones that fit what was typed so far: names that begin with it first, then likely ones."""
    wanted = _key(typed[:LONGEST])
    if not wanted:
        return ()
    names = _index(languages)
    begun = [zone for name, zones in names.items() if name.startswith(wanted) for zone in zones]
    answer = find_zone(typed, languages)
    sure = (answer.zone,) if answer.zone else answer.choices
    return tuple(dict.fromkeys((*sure, *begun)))


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone as it is kept here."""
    return _by_id().get(name.casefold()) == name


def _with_its_country(words: list[str], names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The zones of `birmingham uk`: those of the city that are the country's too."""
    for at in range(len(words) - 1, 0, -1):
        of_city, of_country = names.get(" ".join(words[:at]), ()), names.get(" ".join(words[at:]), ())
        if both := tuple(zone for zone in of_city if zone in of_country):
            return both
    return ()


def _one_of(zones: tuple[str, ...]) -> ZoneAnswer:
    """Zones that have the same time all year are one."""
    different = _different(zones)
    return ZoneAnswer(different[0]) if len(different) == 1 else ZoneAnswer(None, different[:MOST_CHOICES])


def _different(zones: Iterable[str]) -> tuple[str, ...]:
    found: dict[tuple[object, ...], str] = {}
    for zone in zones:
        found.setdefault(tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in _SUMMER_AND_WINTER), zone)
    return tuple(found.values())


def _nearest(wanted: str, names: dict[str, tuple[str, ...]]) -> ZoneAnswer:
    likely = process.extract(
        wanted, names.keys(), scorer=OSA.normalized_similarity, score_cutoff=_LIKELY, limit=MOST_CHOICES
    )
    if not likely:
        return ZoneAnswer()
    (best, score, _), *others = likely
    rivals = [name for name, s, _ in others if s > score - _AHEAD]
    sure = score >= _SURE and len(_different(z for n in (best, *rivals) for z in names[n])) == 1
    if sure:
        return _one_of(names[best])
    offered = dict.fromkeys(zone for name, _, _ in likely for zone in _different(names[name]))
    return ZoneAnswer(None, tuple(offered)[:MOST_CHOICES])


def _key(name: str) -> str:
    return " ".join(words_of(name))


@lru_cache(1)
def _rows() -> tuple[tuple[str, str], ...]:
    """(country, zone) of zone.tab; in each country the zones of large cities first."""
    text = _file("zone.tab")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(sorted(((row[0], row[2]) for row in rows), key=lambda row: (row[0], row[1] not in CITIES)))


@lru_cache(1)
def _by_id() -> dict[str, str]:
    """Each IANA name in small letters, older ones too, with the name that is kept. Abbreviations are left out."""
    mine = {zone for _, zone in _rows()} | {UTC_ZONE}
    found = {zone.casefold(): zone for zone in mine}
    for line in _file("tzdata.zi").splitlines():
        if line.startswith("L "):
            _, target, alias = line.split()
            found.setdefault(alias.casefold(), target)
    for alias, target in found.items():  # a link may lead to another one
        found[alias] = target if target in mine else found.get(target.casefold(), target)
    return {alias: zone for alias, zone in found.items() if zone in mine and alias.upper() not in ABBREVIATIONS}


@lru_cache(4)
def _index(languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Bare names of cities and countries with their zones, those of large cities first."""
    found: dict[str, dict[str, None]] = {}

    def add(name: str, zone: str) -> None:
        if key := _key(name):
            found.setdefault(key, {})[zone] = None

    for country, zone in _rows():
        add(zone.rpartition("/")[2], zone)
        for language in languages:
            add(zone_name(zone, language), zone)
            add(Locale.parse(language).territories.get(country, country), zone)
        for name in _COUNTRIES.get(country, "").split(","):
            add(name, zone)
    for zone, cities in CITIES.items():
        for city in cities.split(","):
            add(city, zone)
    for alias, zone in _by_id().items():
        continent, _, city = alias.rpartition("/")
        if continent in _CONTINENTS and _key(city) not in found:
            add(city, zone)
    for country in {country for country, _ in _rows()}:
        if _key(country) not in found:
            found[_key(country)] = dict.fromkeys(zone for of, zone in _rows() if of == country)
    return {name: tuple(zones) for name, zones in found.items()}


_COUNTRIES = {"US": "USA, America", "GB": "UK, England, Great Britain, Scotland, Wales, Inglaterra", "AE": "UAE"}
"""What people call some countries."""
_CONTINENTS = ("africa", "america", "asia", "atlantic", "australia", "europe", "indian", "pacific")
"""Older IANA names that begin like these name cities; others name what no one types, such as Canada/Atlantic."""


def _file(name: str) -> str:
    return resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
