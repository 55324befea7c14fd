"""The whole bot while its database is down at the start: members are answered, moderators hear that nothing is saved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from bot import app, backoff
from bot.app import Parts, now, serve
from bot.conversation.administration import Choices, Workspace
from bot.pacing import IdentifyPace
from bot.playground.discord import LoopbackDiscord
from bot.playground.slack import LoopbackSlack
from bot.service import Service
from bot.settings import SettingError, Settings
from bot.store import open_store, opening
from tests.admin.hands import Desk, Hands
from tests.desks import DiscordDesk, SlackDesk, a_world
from tests.store.databases import new_database, tell, url_of
from tests.store.server import Server

LEFT = Workspace("discord", str(1234567890 << 22))
SECONDS = 30.0


@asynccontextmanager
async def both(parts: Parts, url: str) -> AsyncIterator[tuple[SlackDesk, DiscordDesk, asyncio.Task[None]]]:
    """The bot as `spasmbot run` runs it, at both platforms."""
    slack, discord = LoopbackSlack(a_world()), LoopbackDiscord(a_world())
    settings = Settings(
        slack_bot_token="xoxb-loopback",
        slack_app_token="xapp-loopback",
        slack_api_url=await slack.start(),
        discord_token="loopback-discord-token",
        discord_api_url=await discord.start(),
        discord_gateway_url=discord.gateway_url,
        database_url=url,
        port=0,
    )
    bot = asyncio.create_task(serve(replace(parts, settings=settings)))
    try:
        # Without a database a process cannot ask whose turn it is to start a shard, and waits instead (impatient).
        await asyncio.gather(slack.connected(SECONDS), discord.connected(SECONDS, commands=True))
        service = Service("bot", lambda: wait_for(bot))
        yield SlackDesk(slack.world, service, slack), DiscordDesk(discord.world, service, discord), bot
    finally:
        bot.cancel()
        with suppress(asyncio.CancelledError, SettingError):
            await bot
        await slack.stop()
        await discord.stop()


async def wait_for(bot: asyncio.Task[None]) -> None:
    await bot


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "_SECONDS", (0.1,))
    monkeypatch.setattr(opening, "HEAD_START", 0.1)
    monkeypatch.setattr(app, "identify_pace", lambda store: IdentifyPace(store.turns, store.tips, seconds=0.5))


async def test_the_database_comes_after_the_bot(running: Server, parts: Parts) -> None:
    async with new_database(running.dsn) as name:
        url = url_of(running.dsn, name)
        async with open_store(Settings(database_url=url), now) as store:
            await store.administration.save(Choices(LEFT, share=True), "1")
        running.kill()
        async with both(parts, url) as (slack, discord, _):
            desks: tuple[Desk, ...] = (slack, discord)
            for desk in desks:
                await desk.type("treat stress")
                assert (await desk.sees("Calm your body")).private
                await Hands(desk).type("share on")
                await Hands(desk).sees("I cannot save now")
            await asyncio.to_thread(running.start)
            for desk in desks:
                await saved_at_last(Hands(desk), "share on", "Sharing: off → on")
            async with open_store(Settings(database_url=url), now) as store, asyncio.timeout(SECONDS):
                while not (await store.administration.choices(LEFT)).removed_at:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)


async def saved_at_last(hands: Hands, words: str, see: str) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            await hands.type(words)
            with suppress(AssertionError):
                await hands.sees(see)
                return


async def test_a_newer_bots_database_ends_this_one_with_the_reason(running: Server, parts: Parts) -> None:
    async with new_database(running.dsn) as name:
        url = url_of(running.dsn, name)
        async with open_store(Settings(database_url=url), now):
            await tell(url, "UPDATE store_schema SET min_code_version = 99")
        running.kill()
        async with both(parts, url) as (_, _, bot):
            await asyncio.to_thread(running.start)
            with pytest.raises(SettingError, match="data of a newer Spasmbot"):
                await asyncio.wait_for(bot, SECONDS)
