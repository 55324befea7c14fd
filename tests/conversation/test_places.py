"""What moderators chose for a place, and the languages of person and place."""

from dataclasses import replace

import pytest

from bot.conversation.place import Mode
from bot.conversation.request import Delivery
from bot.conversation.view import Show, View
from tests.conversation.talk import CHANNEL, DIRECT, ELSEWHERE, ask, card_of, labels, talk

BOW = View(Show.TOPIC, "tie/bow")


async def test_an_answer_is_private_where_nobody_chose_anything() -> None:
    assert (await ask(talk(), "bow")).delivery is Delivery.PRIVATE


async def test_in_a_public_channel_an_answer_is_seen_by_all() -> None:
    assert (await ask(talk(mode=Mode.PUBLIC), "bow")).delivery is Delivery.VISIBLE


async def test_where_the_bot_is_no_member_an_answer_stays_private() -> None:
    assert (await ask(talk(mode=Mode.PUBLIC), "bow", ELSEWHERE)).delivery is Delivery.PRIVATE


async def test_a_channel_that_is_off_says_so_to_the_asker_alone() -> None:
    knots = talk(mode=Mode.OFF)
    reply = await ask(knots, "bow")
    assert reply.card == knots.presenter("knots").notice("off_here", "en")
    assert reply.delivery is Delivery.PRIVATE


async def test_a_channel_that_is_off_does_not_silence_direct_messages() -> None:
    knots = talk(mode=Mode.OFF)
    assert (await ask(knots, "bow", DIRECT)).card == card_of(knots, BOW)


@pytest.mark.parametrize(
    ("person", "chosen", "place", "spoken"),
    [
        ("es-419", None, None, "es"),
        ("es-ES", "en", "en", "es"),
        ("ES_mx", None, None, "es"),
        ("en-US", "es", "es", "en"),
        (None, "es", "en", "es"),
        (None, None, "es-ES", "es"),
        ("fr", "es", None, "es"),
        ("fr", None, None, "en"),
        ("", "", "", "en"),
        ("../es", None, None, "en"),
        (None, None, None, "en"),
    ],
)
async def test_the_persons_language_decides_the_places_otherwise(
    person: str | None, chosen: str | None, place: str | None, spoken: str
) -> None:
    knots = talk(locale=chosen)
    reply = await ask(knots, "menu", replace(CHANNEL, locale=place), person)
    assert reply.card == card_of(knots, View(Show.MENU), spoken)
    assert reply.card.locale == spoken


async def test_a_topic_is_found_by_its_words_in_the_persons_language() -> None:
    knots = talk()
    assert (await ask(knots, "zapato", locale="es")).card == card_of(knots, BOW, "es")


async def test_a_card_leads_to_itself_in_the_other_language() -> None:
    card = (await ask(talk(), "bow")).card
    assert "En español" in labels(card)
    assert "In English" in labels((await ask(talk(), "tie/bow", locale="es")).card)


@pytest.mark.parametrize(("region", "says"), [("US", "Call 911 now."), ("CA", "your local emergency number now")])
async def test_the_urgent_card_names_a_number_only_where_a_source_confirms_it(region: str, says: str) -> None:
    assert says in (await ask(talk(region=region), "urgent")).card.text()


@pytest.mark.parametrize("region", [None, "XX", "us", ""])
async def test_without_a_region_the_urgent_card_names_no_number(region: str | None) -> None:
    assert "your local emergency number now" in (await ask(talk(region=region), "urgent")).card.text()


def test_the_kind_answers_to_trouble_and_to_unknown_requests_speak_the_persons_language() -> None:
    knots = talk()
    assert knots.trouble("knots", "es-MX").locale == "es"
    assert knots.trouble("no such pack", "fr").locale == "en"
    assert knots.unknown("es").locale == "es"
    assert knots.unknown().locale == "en"
