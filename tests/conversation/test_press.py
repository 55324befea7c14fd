"""Pressed buttons and chosen options: what answers them, and where the answer goes."""

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.conversation.conversation import Conversation
from bot.conversation.place import Mode, Place
from bot.conversation.request import Delivery, Pressed
from bot.conversation.view import ActionId, Show, Verb, View
from bot.library.model import Pack
from tests.conversation.talk import CHANNEL, DIRECT, ELSEWHERE, card_of, press, presses, talk
from tests.packs import small_pack

BOW = "1|knots|en|show|topic|tie/bow"


def notice(conversation: Conversation, name: str, locale: str = "en") -> Card:
    return conversation.presenter("knots").notice(name, locale)


@pytest.mark.parametrize("place", [CHANNEL, DIRECT, ELSEWHERE])
async def test_a_private_card_changes_in_place(place: Place) -> None:
    knots = talk()
    reply = await press(knots, BOW, place, on_private=True)
    assert (reply.card, reply.delivery) == (card_of(knots, View(Show.TOPIC, "tie/bow")), Delivery.REPLACE)


@pytest.mark.parametrize("place", [CHANNEL, ELSEWHERE])
async def test_a_card_that_others_see_is_answered_to_the_person_alone(place: Place) -> None:
    assert (await press(talk(), BOW, place)).delivery is Delivery.PRIVATE


async def test_in_direct_messages_the_answer_stays() -> None:
    assert (await press(talk(), BOW, DIRECT)).delivery is Delivery.VISIBLE


async def test_a_public_channel_changes_nothing_about_pressed_buttons() -> None:
    assert (await press(talk(mode=Mode.PUBLIC), BOW)).delivery is Delivery.PRIVATE


async def test_a_chosen_option_shows_its_topic() -> None:
    knots = talk()
    reply = await press(knots, "1|knots|en|show|topic|", chosen="undo/wet")
    assert reply.card == card_of(knots, View(Show.TOPIC, "undo/wet"))


async def test_another_tip_is_drawn_anew() -> None:
    knots = talk()
    tips = [card_of(knots, View(Show.TIP, tip.id)) for tip in small_pack().tips["en"]]
    assert (await press(knots, "1|knots|en|show|tip|")).card in tips


async def test_a_button_keeps_its_own_language() -> None:
    knots = talk()
    reply = await press(knots, "1|knots|es|show|topic|tie/bow", locale="en-US")
    assert reply.card == card_of(knots, View(Show.TOPIC, "tie/bow"), "es")


@pytest.mark.parametrize(
    "action_id",
    ["0|knots|en|show|menu|", "1|sheets|en|show|menu|", "hello", "", "1|knots|en|show|menu|x|y|z", "\x00", "a" * 9_000],
)
@pytest.mark.parametrize("on_private", [True, False])
async def test_an_old_or_unknown_button_gets_a_kind_answer_with_ways_on(action_id: str, *, on_private: bool) -> None:
    knots = talk()
    reply = await press(knots, action_id, on_private=on_private)
    assert reply.card == notice(knots, "old_button")
    assert list(presses(reply.card))
    assert reply.delivery is (Delivery.REPLACE if on_private else Delivery.PRIVATE)


async def test_an_old_button_is_answered_in_the_persons_language() -> None:
    knots = talk()
    assert (await press(knots, "old", locale="es-MX")).card == notice(knots, "old_button", "es")


@pytest.mark.parametrize(
    "target", ["topic|tie/none", "topic|tie/bow#none", "topic|../../etc/passwd", "group|none", "tip|none", "topic|"]
)
@pytest.mark.parametrize("verb", ["show", "keep", "share"])
async def test_a_topic_that_is_gone_or_forged_is_said_kindly(verb: str, target: str) -> None:
    knots = talk(share=True)
    reply = await press(knots, f"1|knots|en|{verb}|{target}")
    assert reply.card == notice(knots, "not_there")
    assert reply.post is None


@pytest.mark.parametrize("target", ["sources|tie/none", "sources|tie/bow#none", "sources|tie"])
async def test_sources_of_nothing_are_said_kindly(target: str) -> None:
    knots = talk()
    assert (await press(knots, f"1|knots|en|show|{target}")).card == notice(knots, "not_there")


async def test_a_forged_language_falls_back_to_the_packs_own() -> None:
    assert (await press(talk(), "1|knots|../xx|show|topic|tie/bow")).card.locale == "en"


async def test_a_share_that_cannot_be_shown_takes_nobodys_turn() -> None:
    knots = talk(share=True)
    await press(knots, "1|knots|en|share|topic|tie/none")
    assert (await press(knots, "1|knots|en|share|topic|tie/bow")).post


async def walk(conversation: Conversation, pack: str) -> dict[tuple[str, View], Card]:
    """Press everything that can be pressed, from the menu on; by language and what it shows."""
    seen: dict[tuple[str, View], Card] = {}
    waiting: list[tuple[str, str | None]] = [(f"1|{pack}|en|show|menu|", None)]
    while waiting:
        action_id, chosen = waiting.pop()
        action = ActionId.read(action_id, chosen)
        if action.verb is not Verb.SHOW or (action.locale, action.view) in seen:
            continue
        card = (await conversation.press(Pressed(action_id, CHANNEL, chosen))).card
        seen[action.locale, action.view] = card
        waiting += presses(card)
    return seen


def dead_ends(conversation: Conversation, pack: Pack, seen: dict[tuple[str, View], Card]) -> list[object]:
    """Buttons to a card that is not there, and parts of a topic that no button leads to."""
    not_there = {locale: conversation.presenter(pack.command).notice("not_there", locale) for locale in pack.locales}
    found: list[object] = [pressed for pressed, card in seen.items() if card == not_there[card.locale]]
    for locale in pack.locales:
        for topic in pack.topics[locale].values():
            parts = [topic.id, *(f"{topic.id}#{section.id}" for section in topic.sections)]
            found += [(locale, part) for part in parts if (locale, View(Show.TOPIC, part)) not in seen]
    return found


async def test_no_button_of_the_small_pack_leads_nowhere_and_every_part_is_reached() -> None:
    knots = talk(share=True)
    assert dead_ends(knots, small_pack(), await walk(knots, "knots")) == []


@pytest.mark.slow
async def test_no_button_of_the_real_pack_leads_nowhere_and_every_part_is_reached(parts: Parts) -> None:
    spasm = parts.library.packs["spasm"]
    assert dead_ends(parts.conversation, spasm, await walk(parts.conversation, "spasm")) == []
