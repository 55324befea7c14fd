"""Share a card in a channel, keep a copy in direct messages: who may, when, and what others see."""

import pytest

from bot.cards.card import Card
from bot.conversation.conversation import Conversation
from bot.conversation.place import Place
from bot.conversation.request import Delivery, Destination
from bot.conversation.view import Show, View
from tests.conversation.talk import (
    CHANNEL,
    DIRECT,
    ELSEWHERE,
    OTHER_CHANNEL,
    Watch,
    ask,
    card_of,
    labels,
    press,
    talk,
)

SHARE = "1|knots|en|share|topic|tie/bow"
KEEP = "1|knots|en|keep|topic|tie/bow"
LABEL = "Share in this channel"
BOW = View(Show.TOPIC, "tie/bow")


def notice(conversation: Conversation, name: str) -> Card:
    return conversation.presenter("knots").notice(name, "en")


async def test_sharing_is_off_until_moderators_allow_it() -> None:
    knots = talk()
    assert LABEL not in labels((await ask(knots, "bow")).card)
    reply = await press(knots, SHARE)
    assert (reply.card, reply.post) == (notice(knots, "share_off"), None)


@pytest.mark.parametrize("words", ["bow", "now", "tip", "urgent"])
async def test_where_sharing_is_allowed_a_card_offers_it(words: str) -> None:
    assert LABEL in labels((await ask(talk(share=True), words)).card)


@pytest.mark.parametrize("words", ["", "help", "tie", "sources", "qwertzuiop"])
async def test_a_list_is_not_shared(words: str) -> None:
    assert LABEL not in labels((await ask(talk(share=True), words)).card)


@pytest.mark.parametrize("place", [DIRECT, ELSEWHERE])
async def test_nothing_is_shared_outside_a_channel_of_ours(place: Place) -> None:
    knots = talk(share=True)
    assert LABEL not in labels((await ask(knots, "bow", place)).card)
    reply = await press(knots, SHARE, place)
    assert (reply.card, reply.post) == (notice(knots, "share_off"), None)


async def test_a_shared_card_says_what_it_is_and_offers_no_further_share() -> None:
    knots = talk(share=True)
    reply = await press(knots, SHARE, on_private=True)
    assert reply.card == notice(knots, "shared")
    assert reply.delivery is Delivery.PRIVATE
    assert reply.post
    assert (reply.post.to, reply.post.refused) == (Destination.CHANNEL, notice(knots, "share_refused"))
    shared = reply.post.card
    assert shared.body == card_of(knots, BOW).body
    assert "General information shared by a member. Not medical advice." in shared.text()
    assert LABEL not in labels(shared)


async def test_the_urgent_card_is_shared_with_its_note_too() -> None:
    reply = await press(talk(share=True), "1|knots|en|share|topic|urgent")
    assert reply.post
    assert reply.post.card.urgent
    assert "shared by a member" in reply.post.card.text()


async def test_a_channel_takes_one_shared_card_a_minute() -> None:
    watch = Watch()
    knots = talk(watch, share=True)
    assert (await press(knots, SHARE)).post
    watch.forward(59)
    reply = await press(knots, "1|knots|en|share|topic|undo/jam")
    assert (reply.card, reply.post) == (notice(knots, "share_later"), None)
    watch.forward(1)
    assert (await press(knots, SHARE)).post


async def test_a_refused_share_does_not_make_the_wait_longer() -> None:
    watch = Watch()
    knots = talk(watch, share=True)
    await press(knots, SHARE)
    for _ in range(6):
        watch.forward(10)
        reply = await press(knots, SHARE)
    assert reply.post


async def test_channels_do_not_wait_for_each_other() -> None:
    knots = talk(share=True)
    assert (await press(knots, SHARE)).post
    assert (await press(knots, SHARE, OTHER_CHANNEL)).post


@pytest.mark.parametrize("place", [CHANNEL, DIRECT, ELSEWHERE])
async def test_a_copy_goes_to_direct_messages_and_the_answer_says_so(place: Place) -> None:
    knots = talk()
    reply = await press(knots, KEEP, place)
    assert (reply.card, reply.delivery) == (notice(knots, "kept"), Delivery.PRIVATE)
    assert reply.post
    assert (reply.post.to, reply.post.refused) == (Destination.DIRECT_MESSAGE, notice(knots, "keep_refused"))
    assert reply.post.card.text() == "Your saved card\n\n" + card_of(knots, BOW).text()


async def test_a_copy_can_be_kept_as_often_as_one_likes() -> None:
    knots = talk()
    assert all([(await press(knots, KEEP)).post for _ in range(5)])


async def test_a_section_and_a_tip_can_be_kept_too() -> None:
    knots = talk()
    for target in ("topic|tie/bow#steps", "tip|look", "topic|now"):
        assert (await press(knots, f"1|knots|en|keep|{target}")).post


async def test_a_copy_is_in_the_language_of_its_card() -> None:
    reply = await press(talk(), "1|knots|es|keep|topic|tie/bow", locale="en")
    assert reply.post
    assert (reply.post.card.locale, reply.card.locale) == ("es", "es")
