"""Emergency numbers of the real pack, each held against libphonenumber's data of short numbers."""

import pytest
from phonenumbers import shortnumberinfo

from bot.app import Parts
from bot.library.model import Region


@pytest.fixture
def regions(parts: Parts) -> dict[str, Region]:
    return parts.library.packs["spasm"].regions


def is_known(code: str, region: Region) -> bool:
    return bool(shortnumberinfo.is_emergency_number(region.emergency.number, code))


def test_each_number_that_a_card_shows_reaches_help_there(regions: dict[str, Region]) -> None:
    shown = {code: region for code, region in regions.items() if region.emergency.confirmed}
    assert len(shown) > 45
    assert [code for code, region in shown.items() if not is_known(code, region)] == []
    assert all(region.emergency.source for region in shown.values())


def test_no_number_that_could_be_shown_is_held_back(regions: dict[str, Region]) -> None:
    held_back = {code: region for code, region in regions.items() if not region.emergency.confirmed}
    assert [code for code, region in held_back.items() if is_known(code, region)] == []
    assert set(held_back) == {"PE", "NG", "GH"}
