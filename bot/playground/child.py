"""The bot as the playground runs it: in a process of its own, which ends when the playground does."""

import asyncio
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from bot import log
from bot.app import assemble, serve
from bot.conversation.administration import Administration, Workspace
from bot.library.problems import ContentError
from bot.playground.discord.setup import Setup
from bot.playground.slack.workspace import TEAM
from bot.playground.world import World
from bot.settings import SettingError, load_settings

PATIENCE = 1.0
"""Seconds that the bot gets to end by itself once its parent is gone; both platforms are gone then as well."""


def _end_with_parent() -> None:
    """Wait until the pipe on standard input closes: the parent has ended, however hard."""
    while os.read(0, 1024):
        pass
    threading.Timer(PATIENCE, os._exit, (1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


async def _let_members_share(administration: Administration) -> None:
    """In both communities of the playground, until somebody there chooses otherwise."""
    for workspace in (Workspace("slack", TEAM), Workspace("discord", Setup(World()).guild_id)):
        choices = await administration.choices(workspace)
        if not choices.version:
            await administration.save(replace(choices, share=True), "system")


def main() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        # A .env file may hold real tokens; the playground has passed on all that is wanted here.
        settings = load_settings(dotenv=Path(os.devnull))
        log.configure(settings.log_level)
        asyncio.run(serve(assemble(settings), _let_members_share))
    except (SettingError, ContentError) as error:
        sys.exit(f"spasmbot: {error}")


if __name__ == "__main__":
    main()
