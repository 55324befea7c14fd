"""Whom and what the selects of a platform offer: the people, channels and roles of its community."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.discord import LoopbackDiscord
from bot.playground.slack import LoopbackSlack
from bot.playground.world import World

from .controls import Choice


@dataclass(frozen=True)
class Known:
    """`names` has what to show for an id, `keys` what the loopback platform's hands call it."""

    names: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    people: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    roles: tuple[Choice, ...] = ()

    def chosen(self, ids: list[str]) -> tuple[str, ...]:
        """The values of choices for what a platform calls by `ids`."""
        return tuple(self.keys.get(each, each) for each in ids)


def of_slack(slack: LoopbackSlack) -> Known:
    ids, world = slack.workspace.ids, slack.world
    people = {ids.person(key): key for key in world.people}
    channels = {ids.channel(key): key for key, channel in world.channels.items() if not channel.dm_with}
    names = _names(world, people, channels) | {slack.workspace.bot_user: "@Spasmbot"}
    return Known(names, people | channels, _choices(people, names), _choices(channels, names))


def of_discord(discord: LoopbackDiscord) -> Known:
    directory, world = discord.parts.directory, discord.world
    people = {directory.person_id(key): key for key in world.people}
    channels = {directory.channel_id(channel.key): channel.key for channel in directory.guild_channels()}
    roles = {role["id"]: f"@{role['name'].removeprefix('@')}" for role in discord.parts.objects.roles()}
    names = _names(world, people, channels) | roles | {discord.application_id: "@Spasmbot"}
    offered = tuple(Choice(name, role) for role, name in roles.items())
    return Known(names, people | channels, _choices(people, names), _choices(channels, names), offered)


def _names(world: World, people: Mapping[str, str], channels: Mapping[str, str]) -> dict[str, str]:
    return {id_: f"@{world.people[key].name}" for id_, key in people.items()} | {
        id_: f"#{world.channels[key].name}" for id_, key in channels.items()
    }


def _choices(keys: Mapping[str, str], names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(names[id_], key) for id_, key in keys.items())
