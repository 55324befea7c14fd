"""Finds the people and channels of the world by Discord's ids, and tells who may do what where."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.playground.discord.constants import Context, Permission
from bot.playground.discord.errors import missing_access, unknown_channel, unknown_user
from bot.playground.discord.setup import Setup
from bot.playground.discord.snowflakes import steady
from bot.playground.world import Channel, Person

MEMBER = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
MODERATOR = MEMBER | Permission.MANAGE_GUILD | Permission.MANAGE_CHANNELS | Permission.MANAGE_MESSAGES


class Kind(Enum):
    """What sort of place a channel of the world is to Discord."""

    GUILD = auto()
    ELSEWHERE = auto()  # a server without the bot, in which somebody uses the app they installed for themselves
    BOT_DM = auto()
    PRIVATE = auto()  # a conversation between people

    @property
    def context(self) -> Context:
        return {Kind.BOT_DM: Context.BOT_DM, Kind.PRIVATE: Context.PRIVATE}.get(self, Context.GUILD)


@dataclass
class Directory:
    """Reads the world afresh each time: people and channels may be added while the server runs."""

    setup: Setup

    def __post_init__(self) -> None:
        self.permissions_in: dict[str, int] = {}
        self._people: dict[str, str] = {}
        self._channels: dict[str, str] = {}

    @staticmethod
    def person_id(key: str) -> str:
        return steady("person", key)

    @staticmethod
    def channel_id(key: str) -> str:
        return steady("channel", key)

    def person(self, snowflake: str) -> Person:
        people = self.setup.world.people
        if snowflake not in self._people:
            self._people = {self.person_id(key): key for key in people}
        key = self._people.get(snowflake, "")
        if key not in people:
            raise unknown_user()
        return people[key]

    def channel(self, snowflake: str) -> Channel:
        channels = self.setup.world.channels
        if snowflake not in self._channels:
            self._channels = {self.channel_id(key): key for key in channels}
        key = self._channels.get(snowflake, "")
        if key not in channels:
            raise unknown_channel()
        return channels[key]

    def kind(self, channel: Channel) -> Kind:
        if channel.dm_with:
            return Kind.BOT_DM
        if channel.key in self.setup.private_channels:
            return Kind.PRIVATE
        if self.setup.user_install and not channel.bot_is_member:
            return Kind.ELSEWHERE
        return Kind.GUILD

    def guild_channels(self) -> list[Channel]:
        return [c for c in self.setup.world.channels.values() if self.kind(c) is Kind.GUILD]

    def guild_of(self, channel: Channel) -> str | None:
        kind = self.kind(channel)
        return {Kind.GUILD: self.setup.guild_id, Kind.ELSEWHERE: self.setup.elsewhere_id}.get(kind)

    def bot_in(self, channel: Channel) -> Permission:
        """Return what the bot may do in `channel`; `permissions_in[key]` stands for what an admin changed there."""
        kind = self.kind(channel)
        if kind is Kind.BOT_DM:
            return MEMBER
        if kind is not Kind.GUILD or not channel.bot_is_member:
            return Permission(0)
        return Permission(self.permissions_in.get(channel.key, self.setup.permissions))

    def person_in(self, person: Person, channel: Channel) -> Permission:
        return MODERATOR if person.moderator and self.kind(channel) is Kind.GUILD else MEMBER

    def sees(self, person: Person, channel: Channel) -> bool:
        return channel.dm_with in (None, person.key)

    def readable(self, snowflake: str) -> Channel:
        """Find a channel which the bot can see, as a request for it would."""
        channel = self.channel(snowflake)
        if Permission.VIEW_CHANNEL not in self.bot_in(channel):
            raise missing_access()
        return channel
