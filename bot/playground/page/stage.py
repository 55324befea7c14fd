"""Everything that the page shows and acts on: the world, both platforms, and the bot's process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property

from bot.playground.discord import LoopbackDiscord
from bot.playground.slack import LoopbackSlack
from bot.playground.world import Person, World

from . import discord_components, known, slack_blocks
from .bot_process import BotProcess
from .journal import Journal

KEPT_REQUESTS = 100


@dataclass
class Stage:
    world: World
    slack: LoopbackSlack
    discord: LoopbackDiscord
    bot: BotProcess
    forget: Callable[[], Awaitable[None]]
    """Erase what moderators chose."""
    journal: Journal = field(init=False)
    _people: dict[str, Person] = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.world)
        self._people = dict(self.world.people)

    @cached_property
    def slack_drawing(self) -> slack_blocks.Drawing:
        return slack_blocks.Drawing(known.of_slack(self.slack))

    @cached_property
    def discord_drawing(self) -> discord_components.Drawing:
        return discord_components.Drawing(known.of_discord(self.discord))

    def trim(self) -> None:
        """Forget old requests, so that a page left open for days stays small."""
        del self.slack.recorded[:-KEPT_REQUESTS]
        del self.discord.recorded[:-KEPT_REQUESTS]

    async def reset(self) -> None:
        """Start anew: no messages, no requests, nothing chosen, and a bot that has just read its content."""
        self.world.people.update(self._people)
        for message in list(self.world.messages):
            self.world.delete(message)
        self.journal.clear()
        self.discord.modals.clear()
        self.slack.close_all()
        for kept in (self.slack.recorded, self.discord.recorded, self.slack.refusals, self.discord.refusals):
            kept.clear()
        await self.forget()
        await self.bot.restart()
