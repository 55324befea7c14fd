"""Where the moderators turned the bot off, danger is still answered."""

import pytest

from bot.app import Parts, wire
from bot.conversation.place import Mode, Place, PlaceSettings
from bot.conversation.request import Question

CHANNEL = Place("slack", "T1", "C1")


@pytest.mark.parametrize("chosen", [PlaceSettings(mode=Mode.OFF), PlaceSettings(paused=True)])
async def test_signs_of_danger_bring_the_urgent_card_where_the_bot_is_off(parts: Parts, chosen: PlaceSettings) -> None:
    conversation = wire(parts.settings, parts.library, chosen).conversation
    danger = await conversation.answer(Question("spasm", "my husband can't breathe", CHANNEL))
    assert danger.card.urgent
    other = await conversation.answer(Question("spasm", "treat stress", CHANNEL))
    assert not other.card.urgent
    assert "Calm your body" not in other.card.text()
