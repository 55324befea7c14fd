"""The README's way from nothing to an answer: .env from the example, doctor, run, and a person asks on each platform."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.playground.world import BOT, Platform, World
from tests.desks import WHERE, WHO, a_world

ROOT = Path(__file__).parent.parent
PATIENCE = 180.0
"""Seconds for a machine that does much else; a quiet one takes ten."""
pytestmark = pytest.mark.slow


@asynccontextmanager
async def spasmbot(*words: str, cwd: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command as an operator starts it, with nothing in the environment but where the code is."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def answered(world: World, platform: Platform) -> bool:
    """Whether the person who asked, and nobody else, sees a card."""
    cards = [m for m in world.seen_by(WHO, platform, WHERE) if m.author == BOT]
    return any("Calm your body" in m.text and m.only_for == WHO for m in cards)


async def test_the_readme_leads_from_nothing_to_an_answer_on_both_platforms(tmp_path: Path) -> None:
    world = a_world()
    slack, discord = LoopbackSlack(world), LoopbackDiscord(world)
    values = {
        "SLACK_API_URL": await slack.start(),
        "DISCORD_API_URL": await discord.start(),
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "DISCORD_TOKEN": discord.token,
        "PORT": "0",
    }
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, value in values.items():
        text, found = re.subn(rf"^#{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert found == 1
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    try:
        async with asyncio.timeout(PATIENCE), spasmbot("doctor", cwd=tmp_path) as doctor:
            told, _ = await doctor.communicate()
            assert (doctor.returncode, told.decode().splitlines()[-1]) == (0, "0 errors, 0 warnings"), told.decode()
        async with asyncio.timeout(PATIENCE), spasmbot("run", cwd=tmp_path) as bot:
            await asyncio.gather(slack.connected(PATIENCE), discord.connected(PATIENCE, commands=True))
            await slack.command(WHO, WHERE, "treat stress")
            await discord.command(WHO, WHERE, ["spasm", "treat"], {"topic": "stress"})
            for platform in Platform:
                await world.wait_for(lambda at=platform: answered(world, at), PATIENCE)
            bot.send_signal(signal.SIGTERM)
            await bot.communicate()
            assert bot.returncode == 0
    finally:
        await slack.stop()
        await discord.stop()
    # Without the scope the bot finds out once that it may not upload drawings.
    assert not [r for r in (*slack.refusals, *discord.refusals) if "files:write" not in r.detail]
