"""A newer process takes over a shard on Discord: while both are connected, whatever a person does has one answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.platforms.discord.twice import ACKNOWLEDGED
from bot.playground.world import BOT
from tests.desks import SECONDS, WHERE, WHO, DiscordDesk, discord_desk, service_at_discord
from tests.desks import _running as running


@pytest.fixture
async def two(parts_for: Any) -> AsyncIterator[DiscordDesk]:
    """One person at a Discord with which two processes of the bot are connected, on the same shard."""
    async with discord_desk(parts_for) as desk:
        server = desk.server
        newer = parts_for(
            discord_token=server.token, discord_api_url=server.base_url, discord_gateway_url=server.gateway_url
        )
        sessions = server.parts.gateway.sessions
        both = desk.world.wait_for(lambda: sum(each.ready for each in sessions.values()) == 2)
        async with running(service_at_discord(newer).run(), both):
            yield desk


def seconds_refused(desk: DiscordDesk) -> int:
    """How many second answers Discord refused; it refused nothing else."""
    assert {each.rule.split(":")[0] for each in desk.refusals} <= {str(ACKNOWLEDGED)}, desk.refusals
    return len(desk.refusals)


async def both_answered(desk: DiscordDesk, times: int) -> None:
    async with asyncio.timeout(SECONDS):
        while seconds_refused(desk) < times:  # noqa: ASYNC110 - the loopback Discord tells nobody what it refused
            await asyncio.sleep(0.01)


def posted(desk: DiscordDesk, channel: str) -> list[str]:
    return [m.text for m in desk.world.messages if m.channel == channel and m.author == BOT]


async def test_a_command_a_button_and_a_shared_card_each_come_once(two: DiscordDesk) -> None:
    with capture_logs() as logs:
        await two.type("treat stress")
        await both_answered(two, 1)
        await two.press("How sure are we?")
        await both_answered(two, 2)
        await two.press("Share in this channel", on=two.cards()[0])
        await both_answered(two, 3)
    shared = [m for m in two.world.messages if m.channel == WHERE and m.author == BOT and not m.only_for]
    assert len(shared) == 1
    assert [each for each in logs if each["log_level"] in ("warning", "error")] == []


async def test_a_direct_message_is_answered_once(two: DiscordDesk) -> None:
    before = len(two.server.recorded)
    await two.say("stress relief")
    sent = lambda: [r for r in two.server.recorded[before:] if r["path"].endswith("/messages")]  # noqa: E731
    await two.world.wait_for(lambda: len(sent()) == 2)
    await two.type("help")
    await both_answered(two, 1)  # by now both direct messages were dealt with
    assert len(posted(two, f"dm-{WHO}")) == 1


async def test_suggestions_come_all_the_same(two: DiscordDesk) -> None:
    choices = await two.server.autocomplete(WHO, WHERE, ["spasm", "treat"], "topic", "str")
    assert choices
    await both_answered(two, 1)
