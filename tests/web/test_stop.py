"""A process that is told to stop finishes what it is answering; what it is not answering does not hold it up."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot import process
from bot.app import assemble, serve
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.process import run_services
from bot.service import Service
from bot.settings import Settings
from tests.desks import WHERE, WHO, a_world
from tests.packs import HERE
from tests.ports import free_port
from tests.web.test_process import SECONDS, for_ever, running

SLACK = {"slack_bot_token": "xoxb-loopback"}
HTTP = {**SLACK, "slack_signing_secret": "loopback-signing-secret"}
SOCKET = {**SLACK, "slack_app_token": "xapp-loopback"}
LATE = 0.4
"""Seconds that the platform keeps the bot waiting, while the bot is told to stop."""


@asynccontextmanager
async def at_slack(tmp_path: Path, secret: dict[str, str]) -> AsyncIterator[LoopbackSlack]:
    """The whole bot at a loopback Slack. Leaving is being told to stop, and waits for the end of the process."""
    slack, port = LoopbackSlack(a_world()), free_port()
    url = await slack.start()
    settings = Settings(**secret, slack_api_url=url, content_dir=HERE, data_dir=tmp_path, port=port)
    try:
        async with running(serve(assemble(settings)), port):
            if secret is HTTP:
                slack.request_url = f"http://127.0.0.1:{port}/slack/events"
            await slack.connected()
            yield slack
    finally:
        await slack.stop()


def tell_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def begun(count: Callable[[], int], before: int) -> None:
    """Wait until the bot has asked its platform for something, on the way to its answer."""
    async with asyncio.timeout(SECONDS):
        while count() <= before:  # noqa: ASYNC110 - the loopback platform wakes nobody before it has answered
            await asyncio.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("secret", [HTTP, SOCKET], ids=["http", "socket"])
async def test_a_slack_command_that_is_being_answered_is_answered(tmp_path: Path, secret: dict[str, str]) -> None:
    async with at_slack(tmp_path, secret) as slack:
        asked = slack.sent("users.info")
        slack.fail_next("users.info", late=LATE)
        asking = asyncio.create_task(slack.command(WHO, WHERE, "tie bow", "/knots"))
        await begun(lambda: len(slack.sent("users.info")), len(asked))
        tell_to_stop()
        outcome = await asking
    assert outcome.ok
    assert outcome.message
    assert "A bow holds a shoe" in outcome.message.text


@pytest.mark.slow
@pytest.mark.parametrize("secret", [HTTP, SOCKET], ids=["http", "socket"])
async def test_a_slack_button_whose_card_is_on_its_way_shows_it(tmp_path: Path, secret: dict[str, str]) -> None:
    """Slack had its acknowledgement at once; the card goes another way."""
    async with at_slack(tmp_path, secret) as slack:
        card = (await slack.command(WHO, WHERE, "", "/knots")).message
        assert card
        button = next(
            e for block in card.payload["blocks"] for e in block.get("elements", ()) if e.get("type") == "button"
        )
        before = card.text
        slack.fail_next("response_url", retry_after=1)
        assert (await slack.press(WHO, card.id, button["action_id"])).ok
        tell_to_stop()
    assert slack.world.message(card.id).text != before


@pytest.mark.slow
async def test_a_discord_command_that_is_being_answered_is_answered(tmp_path: Path) -> None:
    discord, port = LoopbackDiscord(a_world()), free_port()
    url = await discord.start()
    settings = Settings(
        discord_token="loopback-discord-token",
        discord_api_url=url,
        discord_gateway_url=discord.gateway_url,
        content_dir=HERE,
        data_dir=tmp_path,
        port=port,
    )
    try:
        async with running(serve(assemble(settings)), port):
            await discord.connected(commands=True)
            fault_is_met = lambda: int(not discord.parts.faults.planned)  # noqa: E731
            discord.fail_next("POST /interactions/.*/callback", retry_after=LATE)
            asking = asyncio.create_task(discord.command(WHO, WHERE, ["knots", "tie"], {"topic": "bow"}))
            await begun(fault_is_met, 0)
            tell_to_stop()
            outcome = await asking
    finally:
        await discord.stop()
    assert outcome.ok
    assert outcome.messages


async def test_a_request_of_the_bots_own_server_is_answered_before_the_end() -> None:
    begun_, port = asyncio.Event(), free_port()

    async def slow(_: web.Request) -> web.Response:
        begun_.set()
        await asyncio.sleep(LATE)
        return web.Response(text="done")

    service = Service("one", for_ever, routes=(web.get("/slow", slow),))

    async def asked(browser: ClientSession) -> str:
        async with browser.get("/slow") as answer:
            return await answer.text()

    async with running(run_services(Settings(port=port), [service]), port) as browser:
        asking = asyncio.create_task(asked(browser))
        await begun_.wait()
        tell_to_stop()
        assert await asking == "done"


async def test_an_answer_that_never_comes_is_cut_off_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FINISH_SECONDS", 0.2)
    port, since = free_port(), monotonic()
    stuck: Any = run_services(Settings(port=port), [Service("one", for_ever)], is_answering=lambda: True)
    with capture_logs() as logs:
        async with running(stuck, port):
            pass
    assert monotonic() - since < SECONDS
    assert "some answers were cut off" in [each["event"] for each in logs]
