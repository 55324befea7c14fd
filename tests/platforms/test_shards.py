"""Shards: a process serves its own ones, and they start one after another, whichever process they are in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic
from typing import Any

import pytest

from bot.app import Parts
from bot.conversation.administration import StoreUnavailableError
from bot.pacing import IdentifyPace
from bot.platforms.discord.service import discord_service
from bot.playground.discord.driver import LoopbackDiscord
from bot.settings import SettingError, Settings, load_settings
from tests.desks import WHERE, WHO, a_world


@pytest.mark.parametrize(
    ("text", "ids"), [("0", (0,)), ("0-3", (0, 1, 2, 3)), (" 0, 2 ,5-6", (0, 2, 5, 6)), ("1,1", (1,))]
)
def test_shards_are_numbers_and_ranges(text: str, ids: tuple[int, ...]) -> None:
    found = load_settings({"DISCORD_SHARD_IDS": text, "DISCORD_SHARD_COUNT": "8"})
    assert (found.discord_shard_ids, found.discord_shard_count) == (ids, 8)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"DISCORD_SHARD_IDS": "one", "DISCORD_SHARD_COUNT": "2"}, "DISCORD_SHARD_IDS"),
        ({"DISCORD_SHARD_IDS": "3-1", "DISCORD_SHARD_COUNT": "4"}, "DISCORD_SHARD_IDS"),
        ({"DISCORD_SHARD_IDS": "99999999", "DISCORD_SHARD_COUNT": "4"}, "DISCORD_SHARD_IDS"),
        ({"DISCORD_SHARD_IDS": "2", "DISCORD_SHARD_COUNT": "2"}, "DISCORD_SHARD_IDS"),
        ({"DISCORD_SHARD_IDS": "0"}, "DISCORD_SHARD_COUNT"),
        ({"DISCORD_SHARD_COUNT": "0"}, "DISCORD_SHARD_COUNT"),
    ],
)
def test_shards_that_cannot_be_are_refused_by_name(given: dict[str, str], wrong: str) -> None:
    with pytest.raises(SettingError) as told:
        load_settings(given)
    assert told.value.name == wrong


@asynccontextmanager
async def process(parts: Parts, loopback: LoopbackDiscord, pace: Any = None, **settings: Any) -> AsyncIterator[Any]:
    """One process of the bot, as far as Discord is concerned."""
    whole = Settings(
        discord_token=loopback.token,
        discord_api_url=loopback.base_url,
        discord_gateway_url=loopback.gateway_url,
        **settings,
    )
    service = discord_service(whole, parts.conversation, parts.packs, parts.shelf, pace=pace)
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ready(service: Any) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while not (told := await service.check()).ok:  # noqa: ASYNC110 - the sign of life is the library's
            await asyncio.sleep(0.02)
    return dict(told.facts)


@pytest.mark.slow
async def test_two_processes_share_the_shards_and_a_command_is_answered_once(parts: Parts) -> None:
    loopback = LoopbackDiscord(a_world(), shards=2, max_concurrency=2)
    await loopback.start()
    async with AsyncExitStack() as stack:
        services = [
            await stack.enter_async_context(process(parts, loopback, discord_shard_ids=(shard,), discord_shard_count=2))
            for shard in (0, 1)
        ]
        facts = await asyncio.gather(*map(ready, services))
        assert [f["shards"] for f in facts] == [1, 1]
        assert sorted(f["guilds"] for f in facts) == [0, 1]
        await loopback.connected(commands=True)
        outcome = await loopback.command(WHO, WHERE, ["spasm", "urgent"])
        assert outcome.ok
        assert len(outcome.messages) == 1
    await loopback.stop()
    assert not loopback.refusals


@pytest.mark.slow
async def test_one_process_serves_all_shards_that_discord_advises(parts: Parts) -> None:
    loopback = LoopbackDiscord(a_world(), shards=2, max_concurrency=2)
    await loopback.start()

    async def at_once(_bucket: int) -> None:
        """Two buckets: nobody has to wait."""

    async with process(parts, loopback, at_once) as service:
        facts = await ready(service)
        assert (facts["shards"], facts["guilds"]) == (2, 1)
    await loopback.stop()
    assert not loopback.refusals


class OneTurn:
    """Turns as PostgreSQL gives them, in one process."""

    def __init__(self) -> None:
        self.locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def hold(self, name: str, _stopping: asyncio.Event) -> AsyncIterator[asyncio.Event]:
        async with self.locks.setdefault(name, asyncio.Lock()):
            yield asyncio.Event()


class Clockless:
    def __init__(self, *, down: bool = False) -> None:
        self.down = down

    async def time(self) -> None:
        if self.down:
            raise StoreUnavailableError("down")


async def test_shards_of_one_bucket_start_apart_and_others_at_once() -> None:
    pace: Any = IdentifyPace(OneTurn(), Clockless(), seconds=0.2)  # type: ignore[arg-type]
    begun = monotonic()
    await asyncio.gather(pace(0), pace(1))
    assert monotonic() - begun < 0.15
    await pace(0)
    assert monotonic() - begun >= 0.2


async def test_a_shard_starts_without_the_database_too() -> None:
    pace: Any = IdentifyPace(OneTurn(), Clockless(down=True), seconds=0.05)  # type: ignore[arg-type]
    async with asyncio.timeout(2):
        await pace(0)
