"""Everything that the page shows and acts on: the world, both platforms, and the bot's process."""

from dataclasses import dataclass, field
from functools import cached_property

from bot.playground.discord import LoopbackDiscord
from bot.playground.slack import LoopbackSlack
from bot.playground.world import Person, World

from .bot_process import BotProcess
from .discord_components import Drawing
from .journal import Journal

KEPT_REQUESTS = 100


@dataclass
class Stage:
    world: World
    slack: LoopbackSlack
    discord: LoopbackDiscord
    bot: BotProcess
    journal: Journal = field(init=False)
    _people: dict[str, Person] = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.world)
        self._people = dict(self.world.people)

    @cached_property
    def slack_names(self) -> dict[str, str]:
        """What Slack shows for an id."""
        ids = self.slack.workspace.ids
        people = {ids.person(p.key): f"@{p.name}" for p in self.world.people.values()}
        channels = {ids.channel(c.key): f"#{c.name}" for c in self.world.channels.values() if not c.dm_with}
        return people | channels | {self.slack.workspace.bot_user: "@Spasmbot"}

    @cached_property
    def discord_drawing(self) -> Drawing:
        directory = self.discord.parts.directory
        people = {directory.person_id(p.key): f"@{p.name}" for p in self.world.people.values()}
        channels = {directory.channel_id(c.key): f"#{c.name}" for c in self.world.channels.values() if not c.dm_with}
        return Drawing(people | channels | {self.discord.application_id: "@Spasmbot"})

    def trim(self) -> None:
        """Forget old requests, so that a page left open for days stays small."""
        del self.slack.recorded[:-KEPT_REQUESTS]
        del self.discord.recorded[:-KEPT_REQUESTS]

    async def reset(self) -> None:
        """Start anew: no messages, no requests, and a bot that has just read its content."""
        self.world.people.update(self._people)
        for message in list(self.world.messages):
            self.world.delete(message)
        self.journal.clear()
        for kept in (self.slack.recorded, self.discord.recorded, self.slack.refusals, self.discord.refusals):
            kept.clear()
        await self.bot.restart()
