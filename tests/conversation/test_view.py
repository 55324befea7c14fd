"""The ids of buttons: they say a view again after a restart, and fit on both platforms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Parts
from bot.cards.card import Menu
from bot.conversation.present import NOTICES, Context
from bot.conversation.view import LONGEST_ID, ActionId, OldActionError, Show, Verb, View
from tests.conversation.talk import actions
from tests.packs import every_view

WORD = st.text(st.characters(exclude_characters="|"), max_size=20)


@given(WORD, WORD, st.sampled_from(Verb), st.sampled_from(Show), WORD)
def test_an_id_that_comes_back_means_what_it_meant(pack: str, locale: str, verb: Verb, show: Show, target: str) -> None:
    action = ActionId(pack, locale, verb, View(show, target))
    assert ActionId.read(str(action)) == action


@given(WORD)
def test_what_was_chosen_in_a_menu_becomes_the_target(chosen: str) -> None:
    menu = ActionId("knots", "en", Verb.SHOW, View(Show.TOPIC))
    assert ActionId.read(str(menu), chosen).view == View(Show.TOPIC, chosen)


@given(st.text())
def test_garbage_is_an_old_action_and_no_crash(text: str) -> None:
    with pytest.raises(OldActionError):
        ActionId.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "0|knots|en|show|menu|",
        "2|knots|en|show|menu|",
        "1|knots|en|dance|menu|",
        "1|knots|en|show|everything|",
        "1|knots|en|show|menu",
        "1|knots|en|show|menu||",
        "1|knots|en|show|menu|x|y|z",
        "",
    ],
)
def test_an_id_of_another_version_or_shape_is_an_old_action(text: str) -> None:
    with pytest.raises(OldActionError):
        ActionId.read(text)


def test_a_view_parts_a_topic_from_its_section() -> None:
    view = View(Show.TOPIC, "tie/bow#sure")
    assert (view.topic, view.section) == ("tie/bow", "sure")
    assert View(Show.TOPIC, "tie/bow").section == ""


@pytest.mark.slow
def test_every_action_of_every_card_of_the_real_pack_fits_and_reads_back(parts: Parts) -> None:
    for pack in parts.packs:
        presenter = parts.conversation.presenter(pack.command)
        for locale in pack.locales:
            views = list(every_view(pack, locale))
            cards = [presenter.card(view, locale, Context(share=True)) for view in views]
            cards += [presenter.notice(name, locale) for name in NOTICES]
            for action in (a for card in cards for a in actions(card)):
                assert len(action.id) <= LONGEST_ID, action.id  # type: ignore[union-attr]
                values = [o.value for o in action.options] if isinstance(action, Menu) else [None]
                for value in values:
                    read = ActionId.read(action.id, value)  # type: ignore[union-attr]
                    assert read.pack == pack.command
                    assert read.locale in pack.locales
