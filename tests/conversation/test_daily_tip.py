"""A tip as it is posted in a channel: small, with one button, and a drawing where one shows just what it says."""

import pytest

from bot.app import Parts
from bot.cards.card import Button

EVERY = ("en", "es")


@pytest.mark.parametrize("locale", EVERY)
def test_each_tip_is_small_and_has_one_button_that_leads_to_its_topic(parts: Parts, locale: str) -> None:
    pack = parts.packs[0]
    for tip in pack.tips_in(locale):
        card = parts.conversation.daily_tip(pack.command, tip.id, locale)
        assert card is not None
        (group,) = card.actions
        assert [isinstance(action, Button) and tip.topic in action.id for action in group] == [True]
        assert len(card.without_pictures().text()) < 500


@pytest.mark.slow
@pytest.mark.parametrize("locale", EVERY)
def test_a_tip_with_a_picture_shows_it_with_the_words_of_the_card_that_it_is_from(parts: Parts, locale: str) -> None:
    pack = parts.packs[0]
    pictured = [tip for tip in pack.tips_in(locale) if tip.picture]
    assert len(pictured) == 17
    for tip in pictured:
        card = parts.conversation.daily_tip(pack.command, tip.id, locale)
        assert card is not None
        (picture,) = card.pictures
        assert picture.name == f"spasm/{tip.picture.removesuffix('.svg')}"
        assert f"![{picture.alt}]" in pack.drawing(tip.picture, locale)
        assert parts.shelf.png(picture.name)


def test_both_languages_have_the_same_pictures(parts: Parts) -> None:
    found = [{(tip.id, tip.picture) for tip in parts.packs[0].tips_in(locale)} for locale in EVERY]
    assert found[0] == found[1]


def test_a_tip_that_is_not_there_has_no_card(parts: Parts) -> None:
    assert parts.conversation.daily_tip("spasm", "no-such-tip", "en") is None
    assert parts.conversation.daily_tip("no-such-pack", "toes-to-shin", "en") is None
