"""How much of Discord's 50 requests a second is kept, against a loopback Discord that enforces it."""

import asyncio
import multiprocessing
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.app import Parts
from bot.conversation.administration import Workspace
from bot.platforms.discord.client import use_endpoint
from bot.platforms.discord.tips import DiscordTips, Rest
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.discord.limits import GLOBAL
from bot.playground.discord.snowflakes import steady
from bot.playground.world import Channel, World
from bot.tips.ports import Sent, TipPost

AT_ONCE = 64


async def _serve(folder: Path, channels: int, seconds: float) -> None:
    world = World()
    for number in range(channels):
        world.add_channel(Channel(f"rate-{number}", f"rate-{number}"))
    loopback = LoopbackDiscord(world, rate_limit=True, judged=False)
    (folder / "address.new").write_text(await loopback.start(), encoding="utf-8")
    (folder / "address.new").rename(folder / "address")
    await asyncio.sleep(seconds + 20)
    await loopback.stop()


def _platform(folder: Path, channels: int, seconds: float) -> None:
    asyncio.run(_serve(folder, channels, seconds))


async def rate(parts: Parts, seconds: float) -> tuple[float, int]:
    """(posts a second, posts that were not accepted at once) for so long, from a platform in a process of its own."""
    number = int(GLOBAL * (seconds + 2))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platform = multiprocessing.get_context("fork").Process(target=_platform, args=(folder, number, seconds))
        platform.start()
        try:
            while not (folder / "address").exists():  # noqa: ASYNC110 - a file of another process
                await asyncio.sleep(0.02)
            return await _post_all(parts, (folder / "address").read_text(encoding="utf-8"), number, seconds)
        finally:
            platform.kill()
            platform.join()


async def _post_all(parts: Parts, url: str, number: int, seconds: float) -> tuple[float, int]:
    use_endpoint(url, None)
    rest = Rest("loopback-discord-token")
    poster, card = DiscordTips(rest, parts.shelf), parts.conversation.daily_tip("spasm", "mild-pull", "en")
    assert card
    assert not card.pictures, "a drawing that may not be attached would be refused first, and count twice"
    await rest()
    await asyncio.sleep(1.1)  # logging in took some of this second's requests
    waiting, sent, other = iter(range(number)), 0, 0
    begun = time.perf_counter()

    async def work() -> None:
        nonlocal sent, other
        for place in waiting:
            if time.perf_counter() - begun > seconds:
                return
            channel = steady("channel", f"rate-{place}")
            workspace = Workspace("discord", steady("guild", "community"))
            outcome = await poster.post(TipPost(workspace, channel, card, f"t{place:x}", datetime.now(UTC), 10.0))
            sent += isinstance(outcome, Sent)
            other += not isinstance(outcome, Sent)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    took = time.perf_counter() - begun
    await rest.close()
    return sent / took, other
