"""What somebody means by the words behind the root command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Parts
from bot.conversation.commands import commands
from bot.conversation.present import Context
from bot.conversation.request import Question
from bot.conversation.view import Show, View
from tests import odd
from tests.conversation.talk import CHANNEL, ask, card_of, presses, talk
from tests.packs import small_pack

KNOTS = talk()


async def shows(words: str, view: View) -> bool:
    return (await ask(KNOTS, words)).card == card_of(KNOTS, view)


@pytest.mark.parametrize("words", ["", "   ", "menu", "MENU", " menu ", "start"])
async def test_nothing_and_menu_show_the_menu(words: str) -> None:
    assert await shows(words, View(Show.MENU))


@pytest.mark.parametrize(
    ("words", "view"),
    [
        ("tie", View(Show.GROUP, "tie")),
        ("Undo", View(Show.GROUP, "undo")),
        ("now", View(Show.TOPIC, "now")),
        ("urgent", View(Show.TOPIC, "urgent")),
        ("about", View(Show.TOPIC, "about")),
        ("sources", View(Show.SOURCES)),
        ("help", View(Show.HELP)),
        ("?", View(Show.HELP)),
    ],
)
async def test_a_command_alone_shows_its_card(words: str, view: View) -> None:
    assert await shows(words, view)


async def test_a_tip_is_one_of_the_packs_tips() -> None:
    card = (await ask(KNOTS, "tip")).card
    assert card in [card_of(KNOTS, View(Show.TIP, tip.id)) for tip in small_pack().tips["en"]]


@pytest.mark.parametrize(
    "words",
    ["tie bow", "tie  bow ", "TIE Bow", "tie tie/bow", "ask bow", "bow", "tie/bow", "tie shoelace", "shoe lace"],
)
async def test_an_id_a_title_and_an_alias_show_the_topic(words: str) -> None:
    assert await shows(words, View(Show.TOPIC, "tie/bow"))


@pytest.mark.parametrize("words", ["tie shoelase", "sholace", "undo jammd", "undo jammed knott"])
async def test_a_misspelling_shows_or_offers_the_topic(words: str) -> None:
    wanted = "undo/jam" if "jam" in words else "tie/bow"
    card = (await ask(KNOTS, words)).card
    assert card == card_of(KNOTS, View(Show.TOPIC, wanted)) or (f"1|knots|en|show|topic|{wanted}", None) in presses(
        card
    )


async def test_a_topic_of_another_list_is_found_all_the_same() -> None:
    assert await shows("tie wet rope", View(Show.TOPIC, "undo/wet"))


async def test_sources_of_a_topic_show_them() -> None:
    assert await shows("sources reef knot", View(Show.SOURCES, "tie/reef"))


@pytest.mark.parametrize("words", ["qwertzuiop", "ask qwertzuiop", "tie qwertzuiop", "sources qwertzuiop"])
async def test_what_nothing_fits_is_said_kindly_with_the_ways_on(words: str) -> None:
    assert await shows(words, View(Show.MEAN))


async def test_a_command_with_words_that_are_not_its_own_is_taken_for_a_question() -> None:
    assert (
        await shows("tip shoelace", View(Show.TOPIC, "tie/bow"))
        or "Did you mean" in (await ask(KNOTS, "tip shoelace")).card.text()
    )


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("cause", "causes"),
        ("symptom", "symptoms"),
        ("treatment", "treat"),
        ("tips", "tip"),
        ("source", "sources"),
        ("commands", "help"),
        ("privacy", "about"),
        ("emergency", "urgent"),
        ("inicio", "menu"),
        ("MENÚ", "menu"),
        ("causas", "causes"),
        ("síntomas", "symptoms"),
        ("sintomas", "symptoms"),
        ("Síntoma", "symptoms"),
        ("tratamiento", "treat"),
        ("ahora", "now"),
        ("urgente", "urgent"),
        ("consejo", "tip"),
        ("fuentes", "sources"),
        ("acerca", "about"),
        ("privacidad", "about"),
        ("ayuda", "help"),
    ],
)
async def test_other_words_for_a_command_and_spanish_ones_are_understood(
    parts: Parts, words: str, command: str
) -> None:
    view = next(c.view for c in commands(parts.packs[0]) if c.name == command)
    card = (await parts.conversation.answer(Question("spasm", words, CHANNEL))).card
    if view.show is Show.TIP:
        assert "tip" in card.text()
        return
    assert card == parts.conversation.presenter("spasm").card(view, "en", Context(share=True))


async def test_each_title_of_the_real_pack_shows_its_topic_behind_its_list(parts: Parts) -> None:
    pack = parts.library.packs["spasm"]
    for group in pack.groups:
        for topic_id in group.topics:
            topic = pack.topics["en"][topic_id]
            reply = await parts.conversation.answer(Question("spasm", f"{group.id} {topic.title}", CHANNEL))
            assert reply.card.text().startswith(topic.headline), topic.title


@pytest.mark.parametrize("words", odd.HARD, ids=range(len(odd.HARD)))
async def test_whatever_is_typed_gets_a_card(words: str) -> None:
    for start in ("", "ask ", "tie ", "sources "):
        assert (await ask(KNOTS, start + words)).card.text()


async def test_a_question_of_ten_thousand_characters_gets_a_card() -> None:
    for words in ("shoelace " * 1_200, "a" * 10_000, "\u0301" * 10_000, "🦵" * 10_000):
        assert (await ask(KNOTS, words)).card.text()


MARK = "zqxjkv"


@given(st.tuples(odd.text, odd.text), st.sampled_from(["", "ask ", "tie ", "sources ", "menu ", "help ", "tip "]))
async def test_a_card_never_says_what_was_typed(around: tuple[str, str], command: str) -> None:
    card = (await ask(KNOTS, f"{command}{around[0]}{MARK}{around[1]}")).card
    assert MARK not in repr(card).casefold()


@given(odd.text)
async def test_what_a_question_is_taken_for_holds_topics_only(words: str) -> None:
    found = KNOTS.understand(Question("knots", words, CHANNEL))
    assert set(found.topics) <= set(small_pack().ordered_ids())
