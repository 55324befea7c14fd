"""`spasmbot run` for several workspaces, as an operator starts it: added, asked, started anew, removed; no secret told."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.playground.slack import App, LoopbackSlack, SharedSlack
from tests.desks import WHERE, WHO, SlackDesk, a_world
from tests.install.several import TEAMS, Browser
from tests.packs import HERE
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0
"""Seconds for a machine that does much else; a quiet one takes ten."""
pytestmark = pytest.mark.slow


@asynccontextmanager
async def spasmbot(environ: dict[str, str], cwd: Path, said: list[str]) -> AsyncIterator[None]:
    """The bot, until it has ended well; `said` gets all that it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=cwd,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield
        process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        said.append(out.decode())
        assert process.returncode == 0, said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ready(session: aiohttp.ClientSession, address: str) -> None:
    async with asyncio.timeout(PATIENCE):
        for _ in range(10_000):
            try:
                async with session.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def test_two_workspaces_add_the_bot_and_are_answered_after_a_restart_too(tmp_path: Path) -> None:
    port = free_port()
    public, key = f"http://127.0.0.1:{port}", CliRunner().invoke(main, ["keys", "new"]).stdout.strip()
    app = App(redirect_urls=(f"{public}/slack/oauth_redirect",), rotates=True)
    slack = SharedSlack(
        app, [LoopbackSlack(a_world(), team=team, request_url=f"{public}/slack/events") for team in TEAMS]
    )
    environ = {
        "PYTHONPATH": str(ROOT),
        "CONTENT_DIR": str(HERE),
        "SLACK_API_URL": await slack.start(),
        "SLACK_CLIENT_ID": app.client_id,
        "SLACK_CLIENT_SECRET": app.client_secret,
        "SLACK_SIGNING_SECRET": app.signing_secret,
        "TOKEN_KEYS": key,
        "PUBLIC_URL": public,
        "PORT": str(port),
        "LOG_LEVEL": "debug",
    }
    said: list[str] = []
    desks = [SlackDesk(each.world, None, each) for each in slack.workspaces]  # type: ignore[arg-type]  # runs elsewhere
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            async with spasmbot(environ, tmp_path, said):
                await ready(session, public)
                for desk, team in zip(desks, TEAMS, strict=True):
                    assert (await Browser(session).install(f"{public}/slack/install", team)).status == 200
                    await desk.sees("Thank you for adding me", "max", "dm-max")
                    assert (await desk.server.command(WHO, WHERE, "", "/knots")).ok
                    assert "A knot is a rope" in desk.cards()[-1].text
            async with spasmbot(environ, tmp_path, said):
                await ready(session, public)
                for desk in desks:
                    desk.look_away()
                    await desk.say("menu")
                    await desk.sees("A knot is a rope", channel=f"dm-{WHO}")
                assert all(outcome.ok for outcome in await slack.uninstall(slack.workspaces[0]))
    finally:
        await slack.stop()
    database = sqlite3.connect(tmp_path / "data" / "spasmbot.sqlite3")
    assert database.execute("SELECT workspace FROM installations").fetchall() == [(TEAMS[1],)]
    database.close()
    secrets = [key, app.client_secret, app.signing_secret, "xoxb", "xoxe", "A knot is"]
    assert [secret for secret in secrets if secret in "".join(said)] == []
