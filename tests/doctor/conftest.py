"""What the doctor looks at: a loopback Slack and Discord, and a database in which moderators chose channels."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import now
from bot.conversation.administration import ChannelChoices, Workspace
from bot.conversation.place import Mode
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.settings import Settings
from bot.store import open_store
from bot.store.address import FILE_NAME
from tests.desks import WHERE, a_world
from tests.packs import HERE

TOKENS = {
    "slack_bot_token": "xoxb-loopback",
    "slack_app_token": "xapp-loopback",
    "discord_token": "loopback-discord-token",
}


@dataclass
class Site:
    """Both platforms, and where the operator's files are."""

    slack: LoopbackSlack
    discord: LoopbackDiscord
    folder: Path

    def settings(self, **changed: Any) -> Settings:
        """The settings of an operator who did everything right, but for what is changed; None unsets."""
        known = {
            **TOKENS,
            "slack_api_url": self.slack.url,
            "discord_api_url": self.discord.base_url,
            "data_dir": self.folder / "data",
            "content_dir": HERE,
            **changed,
        }
        return Settings(**{name: value for name, value in known.items() if value is not None})

    async def choose(self, *keys: str, only: str = "") -> None:
        """Let moderators choose something for channels of the world, or of these ids, on both platforms or one."""
        ids, directory = self.slack.workspace.ids, self.discord.parts.directory
        known = self.slack.world.channels
        places = {
            Workspace("slack", self.slack.workspace.team): [ids.channel(k) if k in known else k for k in keys],
            Workspace("discord", self.discord.guild_id): [directory.channel_id(k) if k in known else k for k in keys],
        }
        async with open_store(self.settings(), now) as store:
            for workspace, channels in places.items():
                if only in ("", workspace.platform):
                    choices = await store.administration.choices(workspace)
                    rules = tuple(ChannelChoices(channel, mode=Mode.PUBLIC) for channel in channels)
                    await store.administration.save(replace(choices, channels=choices.channels + rules), "nobody")


@pytest.fixture
async def site_for(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Makes a site; `slack` and `discord` are options of the two platforms."""
    running: list[LoopbackSlack | LoopbackDiscord] = []

    async def make(slack: dict[str, Any] | None = None, discord: dict[str, Any] | None = None) -> Site:
        made = LoopbackSlack(a_world(), **(slack or {})), LoopbackDiscord(a_world(), **(discord or {}))
        running.extend(made)
        for server in made:
            await server.start()
        return Site(*made, tmp_path)

    yield make
    for server in running:
        await server.stop()


@pytest.fixture
async def site(site_for: Callable[..., Any], sqlite_template: Path) -> Site:
    made: Site = await site_for()
    (made.folder / "data").mkdir()
    shutil.copy(sqlite_template, made.folder / "data" / FILE_NAME)
    await made.choose(WHERE)
    return made
