"""The parts of the loopback Discord, put together once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.playground.discord.attachments import Attachments
from bot.playground.discord.commands import Registry
from bot.playground.discord.constants import Intent, Permission
from bot.playground.discord.directory import Directory, Kind
from bot.playground.discord.errors import Refusal
from bot.playground.discord.faults import Faults
from bot.playground.discord.gateway import Gateway
from bot.playground.discord.interactions import Interactions
from bot.playground.discord.limits import Limits
from bot.playground.discord.message_json import MessageJson
from bot.playground.discord.messages import Messages, Sent
from bot.playground.discord.objects import Objects
from bot.playground.discord.setup import Setup
from bot.playground.discord.snowflakes import Snowflakes


@dataclass
class Parts:
    """Everything that routes and the driver work with. `address` is where the server is reached."""

    setup: Setup
    address: Callable[[], str]
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.snowflakes = Snowflakes(self.setup.world)
        self.directory = Directory(self.setup)
        self.objects = Objects(self.setup, self.directory)
        self.message_json = MessageJson(self.objects)
        self.gateway = Gateway(self.objects, self.refusals)
        self.attachments = Attachments(self.snowflakes, self.address)
        self.messages = Messages(self.setup, self.snowflakes, self.attachments, self.announce)
        self.commands = Registry(self.setup, self.snowflakes)
        self.interactions = Interactions(self.message_json, self.snowflakes, self.commands)
        self.limits = Limits(self.setup.rate_limit)
        self.faults = Faults()

    def announce(self, event: str, sent: Sent) -> None:
        """Tell the gateway of a message, where the bot can see it and nobody else is meant."""
        channel = self.setup.world.channels[sent.shown.channel]
        if sent.shown.only_for or Permission.VIEW_CHANNEL not in self.directory.bot_in(channel):
            return
        guild = self.directory.kind(channel) is Kind.GUILD
        self.gateway.dispatch(
            event,
            self.message_json.event(event, sent),
            guild_id=self.setup.guild_id if guild else None,
            intent=Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES,
        )
