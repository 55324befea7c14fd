"""A time zone from what somebody types: a city, a country, misspelt or not; and that nothing breaks it."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.cities import ABBREVIATIONS, CITIES
from bot.conversation.zones import MOST_CHOICES, UTC_ZONE, find_zone, is_zone, suggested, zone_name, zone_words
from tests.odd import text


@pytest.mark.parametrize(
    ("said", "zone"),
    {
        "madrid": "Europe/Madrid",
        "  MADRID ": "Europe/Madrid",
        "mardid": "Europe/Madrid",
        "Barcelona": "Europe/Madrid",
        "madrid, spain": "Europe/Madrid",
        "ciudad de méxico": "America/Mexico_City",
        "cdmx": "America/Mexico_City",
        "nueva york": "America/New_York",
        "Nueva Yrok": "America/New_York",
        "NYC": "America/New_York",
        "san fransisco": "America/Los_Angeles",
        "birmingham uk": "Europe/London",
        "munchen": "Europe/Berlin",
        "Germany": "Europe/Berlin",
        "Reino Unido": "Europe/London",
        "Perú": "America/Lima",
        "Europe/Berlin": "Europe/Berlin",
        "europe/berlin": "Europe/Berlin",
        "America/New York": "America/New_York",
        "US/Eastern": "America/New_York",
        "Asia/Calcutta": "Asia/Kolkata",
        "Kiev": "Europe/Kyiv",
        "utc": UTC_ZONE,
    }.items(),
)
def test_a_place_has_one_zone(said: str, zone: str) -> None:
    assert find_zone(said).zone == zone


@pytest.mark.parametrize(
    ("said", "among"),
    {
        "spain": ("Europe/Madrid", "Atlantic/Canary"),
        "usa": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
        "méxico": ("America/Mexico_City", "America/Tijuana"),
        "Birmingham": ("America/Chicago", "Europe/London"),
        "san jose": ("America/Costa_Rica", "America/Los_Angeles"),
    }.items(),
)
def test_where_several_fit_they_are_offered(said: str, among: tuple[str, ...]) -> None:
    answer = find_zone(said)
    assert answer.zone is None
    assert set(among) <= set(answer.choices)
    assert len(answer.choices) <= MOST_CHOICES


@pytest.mark.parametrize(
    ("said", "city"),
    {
        "EST": "America/New_York",
        "e.s.t.": "America/New_York",
        "Eastern time": "America/New_York",
        "pst": "America/Los_Angeles",
        "CET": "Europe/Madrid",
        "UTC+2": None,
        "GMT -5": None,
        "+01:00": None,
    }.items(),
)
def test_an_abbreviation_is_no_zone_but_a_city_is_offered(said: str, city: str | None) -> None:
    answer = find_zone(said)
    assert answer.zone is None
    assert answer.abbreviated
    assert answer.choices == ((city,) if city else ())


@pytest.mark.parametrize("said", ["", "zzz", "Atlantis on Mars", "../../etc/passwd", "posix/Europe/Madrid", "Factory"])
def test_what_is_no_place_is_none(said: str) -> None:
    assert find_zone(said) == find_zone("")


@given(st.sampled_from(sorted(available_timezones())))
def test_every_name_of_a_zone_is_one_that_is_kept_or_is_told_to_be_none(name: str) -> None:
    answer = find_zone(name)
    if answer.zone:
        assert is_zone(answer.zone)
    else:
        assert answer.abbreviated or answer.choices or name.startswith("Etc/") or "/" not in name


@given(text)
def test_whatever_is_typed_is_answered_with_zones_that_there_are(said: str) -> None:
    answer = find_zone(said)
    for zone in filter(None, (answer.zone, *answer.choices, *suggested(said))):
        assert is_zone(zone)
        assert ZoneInfo(zone)


def test_every_city_of_our_own_list_is_at_a_zone_that_there_is() -> None:
    assert [zone for zone in (*CITIES, *ABBREVIATIONS.values()) if not is_zone(zone)] == []
    assert [c for cities in CITIES.values() for c in cities.split(",") if find_zone(c) == find_zone("")] == []


def test_a_zone_is_named_in_the_readers_language() -> None:
    assert zone_name("America/Mexico_City", "es") == "Ciudad de México"
    assert zone_words("America/New_York", "es") == "Nueva York (America/New_York)"
    assert zone_words("America/Argentina/Buenos_Aires", "en") == "Buenos Aires (America/Argentina/Buenos_Aires)"
    assert zone_words(UTC_ZONE, "en") == "UTC"


def test_half_a_name_suggests_whole_ones() -> None:
    assert "Europe/Madrid" in suggested("mad")
    assert suggested("ciudad de m")[0] == "America/Mexico_City"
    assert suggested(" ") == ()
