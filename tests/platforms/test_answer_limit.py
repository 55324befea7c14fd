"""The limit of answers a person and minute, on each platform."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.app import Parts
from tests.conftest import PLATFORMS
from tests.desks import discord_desk, slack_desk


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_one_who_asks_too_fast_is_asked_to_wait_while_another_is_answered(
    platform: str, parts_for: Callable[..., Parts]
) -> None:
    def limited(**settings: Any) -> Parts:
        return parts_for(answers_per_minute=2, **settings)

    at = discord_desk(limited) if platform == "discord" else slack_desk(limited, http=platform == "slack-http")
    async with at as desk:
        await desk.type("treat stress")
        await desk.sees("Calm your body")
        await desk.press("How sure are we?")
        await desk.sees("How sure are we?")
        desk.look_away()
        await desk.type("treat stress")
        card = await desk.sees("Please try again in a minute")
        assert card.private
        desk.look_away()
        await desk.type("treat stress", who="max")
        await desk.sees("Calm your body", who="max")
        await desk.say("my chest hurts and I cannot breathe")
        await desk.sees("emergency", channel="dm-ana")
        assert not desk.refusals
