"""`spasmbot playground`: a Slack and a Discord on this machine, the bot between them, and a page to try it on."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.app import now
from bot.content import read_content
from bot.conversation.administration import Workspace
from bot.library.shelf import Shelf
from bot.playground.discord import LoopbackDiscord
from bot.playground.page.bot_process import (
    PASSED_ON,
    STARTS_WITHIN,
    BotNeverStartedError,
    BotProcess,
    environment,
)
from bot.playground.page.community import make_world
from bot.playground.page.server import Page
from bot.playground.page.stage import Stage
from bot.playground.slack import LoopbackSlack
from bot.settings import DEFAULT_PORT, Settings
from bot.web.server import address_error, quiet_about_visitors

ENDS_WITHIN = 1.0
"""Seconds that open requests of the page get when it ends."""

PICTURES = "http://pictures.invalid"
"""Where the bot says that its pictures are; the page has them itself, and fetches nothing from anywhere else."""


async def run_playground(settings: Settings, port: int | None) -> None:
    """Serve until SIGINT or SIGTERM; print the address once the bot answers on both platforms.

    Args:
        settings: where content, templates and the page's address are. Tokens in it are not used.
        port: the page's port. Where None, PORT, else 8080, or any free one if 8080 is taken.

    Raises:
        SettingError: when the address cannot be taken.
        ContentError: when no pack can be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with playground(settings, port) as (stage, address):
        started = asyncio.create_task(stage.bot.start())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((started, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            with suppress(asyncio.CancelledError):
                await started
            return
        try:
            started.result()
        except BotNeverStartedError:
            stopped.cancel()
            sys.exit(1)  # it has said why
        print(f"Spasmbot playground: {address}", flush=True)  # noqa: T201 - the one line for the person who started it
        await stopped


@asynccontextmanager
async def playground(settings: Settings, port: int | None) -> AsyncIterator[tuple[Stage, str]]:
    """Both platforms and the page, served at the address that comes with them; the bot is not started yet."""
    quiet_about_visitors()
    world = make_world()
    slack, discord = LoopbackSlack(world), LoopbackDiscord(world)
    runner: web.AppRunner | None = None
    stage: Stage | None = None
    stack = ExitStack()
    try:
        await slack.start()
        await discord.start()

        async def connected() -> None:
            await asyncio.gather(slack.connected(STARTS_WITHIN), discord.connected(STARTS_WITHIN, commands=True))

        choices = stack.enter_context(TemporaryDirectory(prefix="spasmbot-playground-"))
        kept = {**child_environment(settings, slack, discord), "DATA_DIR": choices}
        bot = BotProcess(kept, connected, world.touch)
        stage = Stage(world, slack, discord, bot, lambda: _forget_choices(Path(choices), slack, discord))
        page = Page(stage, settings.host, settings.templates_dir, Shelf(read_content(settings).packs))
        runner = web.AppRunner(page.app, access_log=None, shutdown_timeout=ENDS_WITHIN)
        await runner.setup()
        yield stage, await _listen(runner, settings, port)
    finally:
        if stage:
            await stage.bot.stop()
        if runner:
            await runner.cleanup()
        await slack.stop()
        await discord.stop()
        stack.close()


async def _forget_choices(folder: Path, slack: LoopbackSlack, discord: LoopbackDiscord) -> None:
    """What moderators chose is gone, as it is in a community that has just added the bot."""
    from bot.store import open_store  # half of what the page would wait for at its start, and not needed for that

    async with open_store(Settings(data_dir=folder), now) as store:
        for workspace in (Workspace("slack", slack.workspace.team), Workspace("discord", discord.guild_id)):
            await store.administration.erase(workspace)


def child_environment(settings: Settings, slack: LoopbackSlack, discord: LoopbackDiscord) -> dict[str, str]:
    """What the bot's process is told: the loopback platforms instead of the real ones, and the same content."""
    asked = {name: getattr(settings, name.lower()) for name in PASSED_ON}
    values = {
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "SLACK_API_URL": slack.url,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.base_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "PUBLIC_URL": PICTURES,
        "PORT": "0",
        **{name: str(value) for name, value in asked.items() if value is not None},
    }
    return environment(tuple(f.name.upper() for f in fields(Settings)), values)


async def _listen(runner: web.AppRunner, settings: Settings, port: int | None) -> str:
    """Take the port that was asked for, or else a free one; return the page's address. Raises SettingError."""
    asked = settings.port if port is None else port
    wanted = (DEFAULT_PORT, 0) if asked is None else (asked,)
    for number in wanted:
        try:
            await web.TCPSite(runner, settings.host, number).start()
            break
        except OSError as error:
            refused = address_error(settings.host, number, error)
            if number == wanted[-1] or refused.name != "PORT":
                raise refused from None
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    bare_v6 = ":" in name and not name.startswith("[")
    return f"http://{f'[{name}]' if bare_v6 else name}:{runner.addresses[0][1]}/"
