"""Nobody meets the name of a disease unasked, and who fears one is neither alarmed nor falsely comforted."""

from collections.abc import Iterator

import pytest

from bot.app import Parts
from bot.cards.card import Button, Card, Menu
from bot.check.reading import has_word
from bot.conversation.commands import commands
from bot.conversation.present import Context
from bot.conversation.view import Show, View
from bot.library.model import ABOUT, DOORS, Pack, Topic

LANGUAGES = ("en", "es")
FEARED = (
    "symptoms/twitching",
    "causes/nervous-system",
    "causes/stress",
    "causes/nerve",
    "symptoms/fatigue",
    "overview",
)
CANNOT_CHECK = {
    "en": ("can't check", "cannot check", "No card can"),
    "es": ("puede examinarle", "Ninguna tarjeta puede"),
}
VISIT = {"en": ("visit", "Get help"), "es": ("cita", "Busque ayuda")}
NO_TEST = {"en": ("test", "check your muscles"), "es": ("prueb", "probar", "revise sus músculos")}
COMFORT = {
    "en": ("nothing to worry about", "don't worry", "you are fine", "it is not serious"),
    "es": ("no se preocupe", "no es nada", "no es grave"),
}


@pytest.fixture
def pack(parts: Parts) -> Pack:
    return parts.library.packs["spasm"]


def labels(card: Card) -> Iterator[str]:
    for action in (action for group in card.actions for action in group):
        if isinstance(action, Menu):
            for option in action.options:
                yield from (option.label, option.description or "")
        elif isinstance(action, Button):
            yield action.label


def unasked_cards(parts: Parts, pack: Pack, locale: str) -> Iterator[tuple[str, Card]]:
    """What somebody sees who chose from lists, pressed Another tip, or typed a topic's own title."""
    presenter = parts.conversation.presenter("spasm")
    views = [command.view for command in commands(pack)]
    views += [View(Show.GROUP, group.id) for group in pack.groups]
    views += [View(Show.TOPIC, topic) for topic in pack.ordered_ids()]
    views += [View(Show.TIP, tip.id) for tip in pack.tips[locale]]
    for view in views:
        if view.topic != ABOUT:
            yield (
                f"{view.show} {view.target}",
                presenter.card(presenter.settle(view, locale), locale, Context(share=True)),
            )


def doors(pack: Pack, locale: str) -> set[str]:
    """Labels of buttons for who lives with an illness, or fears it."""
    return {s.label for topic in pack.topics[locale].values() for s in topic.sections if s.id in DOORS}


def named(pack: Pack, locale: str, text: str) -> list[str]:
    return [name for name in pack.unasked_names[locale] if has_word(text, name)]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_card_button_or_menu_that_nobody_asked_for_names_a_disease(parts: Parts, pack: Pack, locale: str) -> None:
    own = doors(pack, locale)
    for what, card in unasked_cards(parts, pack, locale):
        shown = "\n".join([card.text(), *(label for label in labels(card) if label not in own)])
        for door in own:
            shown = shown.replace(door, "")
        assert not named(pack, locale, shown), what


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("typed", ["", "t", "m", "tw", "weak", "nerve", "a", "p", "débil", "tic"])
async def test_no_suggestion_names_a_disease(parts: Parts, pack: Pack, locale: str, typed: str) -> None:
    for command in commands(pack):
        for choice in await parts.conversation.suggest("spasm", command.name, typed, locale):
            assert not named(pack, locale, choice.label)


def worried(pack: Pack, locale: str) -> Iterator[Topic]:
    yield from (pack.topics[locale][topic] for topic in FEARED)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_door_for_the_worried_says_what_no_card_can_do_and_when_to_go(pack: Pack, locale: str) -> None:
    for topic in worried(pack, locale):
        section = topic.section("worried")
        assert section, topic.id
        for words in (CANNOT_CHECK, VISIT):
            assert any(each in section.body for each in words[locale]), (topic.id, words[locale])
        assert any(each in section.body for each in NO_TEST[locale]), topic.id


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_card_comforts_falsely(pack: Pack, locale: str) -> None:
    for topic in pack.topics[locale].values():
        text = "\n".join([topic.gist, topic.body, *(s.body for s in topic.sections)]).lower()
        assert not [words for words in COMFORT[locale] if words in text], topic.id


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_nervous_system_has_both_doors_first(pack: Pack, locale: str) -> None:
    assert [s.id for s in pack.topics[locale]["causes/nervous-system"].sections][:2] == list(DOORS)
