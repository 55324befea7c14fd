"""`/readyz` of each platform: how old its last sign of life is, not what a flag says (slackapi/bolt-python #965)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.app import Parts, now
from bot.platforms.discord.service import STALE_SECONDS
from bot.platforms.slack.connection import ASK_SECONDS, STALE_ASKS, SignedHttp
from bot.platforms.slack.service import make_adapter
from bot.playground.slack.driver import LoopbackSlack
from bot.service import Check, Health
from tests.desks import DiscordDesk, a_world, slack_desk

SECONDS = 5.0


class Watch:
    """The time, which a test may set ahead."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


async def becomes(check: Check | None, *, ok: bool) -> Health:
    """Wait until the check says so; a few packets take their time."""
    assert check
    async with asyncio.timeout(SECONDS):
        while (health := await check()).ok is not ok:  # noqa: ASYNC110 - the sign of life is the library's; nothing of ours could wake us
            await asyncio.sleep(0.01)
    return health


async def test_slack_is_ready_while_it_answers_pings(parts_for: Callable[..., Parts]) -> None:
    watch = Watch()
    async with slack_desk(parts_for, clock=watch) as desk:
        check: Any = desk.service.check
        health = await becomes(check, ok=True)
        assert 0 <= health.facts["last_ping_age_seconds"] < SECONDS
        watch.ahead = timedelta(seconds=40)  # the socket is open as before
        health = await check()
        assert not health.ok
        assert health.facts["last_ping_age_seconds"] >= 40
    assert await check() == Health(ok=False, facts={"mode": "socket", "problem": "not connected"})


async def test_slack_is_ready_again_after_its_connection_broke(parts_for: Callable[..., Parts]) -> None:
    async with slack_desk(parts_for) as desk:
        await becomes(desk.service.check, ok=True)
        await desk.server.disconnect("refresh_requested")
        await desk.server.connected()
        await becomes(desk.service.check, ok=True)


@asynccontextmanager
async def over_http(parts_for: Callable[..., Parts], watch: Watch) -> AsyncIterator[tuple[LoopbackSlack, Check]]:
    """Slack over HTTP, asked about the token a hundred times a second."""
    server = LoopbackSlack(a_world())
    parts = parts_for(slack_bot_token="xoxb-loopback", slack_signing_secret="s", slack_api_url=await server.start())
    http = SignedHttp(make_adapter(parts.settings, parts.conversation, ("spasm",), watch), watch)
    assert await http.check() == Health(ok=False, facts={"mode": "http", "problem": "Slack has not answered yet"})
    running = asyncio.create_task(http.run(every=0.01))
    try:
        yield server, http.check
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await server.stop()


async def test_slack_over_http_is_ready_while_its_token_holds(parts_for: Callable[..., Parts]) -> None:
    async with over_http(parts_for, Watch()) as (server, check):
        await becomes(check, ok=True)
        server.revoke()
        health = await becomes(check, ok=False)
        assert health.facts["problem"] == "Slack refuses the bot token (token_revoked)"


async def test_slack_over_http_is_not_ready_when_slack_has_been_silent_for_long(
    parts_for: Callable[..., Parts],
) -> None:
    watch = Watch()
    async with over_http(parts_for, watch) as (server, check):
        await becomes(check, ok=True)
        await server.stop()
        watch.ahead = timedelta(seconds=ASK_SECONDS)
        assert (await check()).ok  # one silent minute is no reason to take the bot out
        watch.ahead = timedelta(seconds=(STALE_ASKS + 1) * ASK_SECONDS)
        await becomes(check, ok=False)


async def test_discord_is_ready_while_it_acknowledges_heartbeats(at_discord: DiscordDesk) -> None:
    check: Any = at_discord.service.check
    health = await becomes(check, ok=True)
    assert 0 <= health.facts["last_heartbeat_age_seconds"] < SECONDS
    assert health.facts["guilds"] == 1
    health = await check(lambda: time.perf_counter() + STALE_SECONDS + 1)
    assert not health.ok
    assert health.facts["last_heartbeat_age_seconds"] > STALE_SECONDS


async def test_discord_is_ready_again_after_its_gateway_broke(at_discord: DiscordDesk) -> None:
    await becomes(at_discord.service.check, ok=True)
    await at_discord.server.drop_gateway()
    await at_discord.server.connected()
    await becomes(at_discord.service.check, ok=True)


async def test_discord_is_not_ready_while_its_gateway_is_away(at_discord: DiscordDesk) -> None:
    await becomes(at_discord.service.check, ok=True)
    await at_discord.server.stop()
    health = await becomes(at_discord.service.check, ok=False)
    assert health.facts == {"problem": "the gateway is not connected"}
