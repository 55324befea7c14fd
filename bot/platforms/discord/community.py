"""A Discord server as moderators mean it: its channels, its roles, and what the bot may do in it."""

import asyncio
import re
from typing import Any

import discord
from aiohttp import ClientError

from bot.conversation.admin.community import CannotLookError, Lack, Named, Spot
from bot.conversation.admin.request import AdminRequest, Who, Wish
from bot.conversation.administration import Workspace

WAIT = 5.0
"""Seconds that one channel is waited for."""
_ID = re.compile(r"^(?:<#|<@&)?(\d{15,20})>?$")


class DiscordCommunity:
    """Reads what the gateway tells of a server; a person's name is asked for."""

    moderators_are_roles = True

    def __init__(self, guild: discord.Guild | None) -> None:
        self._guild = guild

    async def channel(self, said: str) -> Spot | None:
        guild, by_id = self._known(), _ID.match(said)
        if by_id:
            found = guild.get_channel(int(by_id[1]))
        else:
            name = said.removeprefix("#").casefold()
            found = next((c for c in guild.channels if c.name.casefold() == name), None)
        if found is None or isinstance(found, discord.CategoryChannel):
            return None
        return Spot(str(found.id), f"#{found.name}", lacks(found, guild.me))

    async def moderator(self, said: str) -> Named | None:
        """A role. Everyone has the first one, so that one names nobody."""
        guild, by_id = self._known(), _ID.match(said)
        if by_id:
            found = guild.get_role(int(by_id[1]))
        else:
            name = said.removeprefix("@").casefold()
            found = next((r for r in guild.roles if r.name.casefold() == name), None)
        return Named(str(found.id), f"@{found.name}") if found and not found.is_default() else None

    async def name_of(self, person: str) -> str:
        if not person.isdecimal():
            return person
        try:
            return (await self._known().fetch_member(int(person))).display_name
        except discord.NotFound:
            return person
        except (discord.HTTPException, ClientError, OSError):
            raise CannotLookError from None

    def _known(self) -> discord.Guild:
        if self._guild is None or self._guild.unavailable:
            raise CannotLookError
        return self._guild


async def fetched_channel(guild: discord.Guild, me: discord.Member, channel: str) -> Spot | None:
    """A channel by its id where no gateway told of it; `guild` needs its roles. Raises CannotLookError."""
    try:
        async with asyncio.timeout(WAIT):
            found = await guild.fetch_channel(int(channel))
    except discord.NotFound:
        return None
    except discord.Forbidden:
        return Spot(channel, f"channel {channel}", (Lack.SEE,))
    except (discord.HTTPException, discord.InvalidData, ClientError, TimeoutError, OSError):
        raise CannotLookError from None
    return None if isinstance(found, discord.Thread) else Spot(channel, f"#{found.name}", lacks(found, me))


def lacks(channel: discord.abc.GuildChannel, me: discord.Member | None) -> tuple[Lack, ...]:
    """What the bot may not do there. What cannot be seen cannot be posted in either: one fix at a time."""
    if me is None:
        return ()
    may = channel.permissions_for(me)
    if not may.view_channel:
        return (Lack.SEE,)
    if not may.send_messages:
        return (Lack.POST,)
    return () if may.embed_links else (Lack.EMBED,)


async def request_from_afar(interaction: discord.Interaction[Any], guild: discord.Guild, wish: Wish) -> AdminRequest:
    """What is wished of a server in direct messages, with the rights that Discord names when it is asked now."""
    user = interaction.user
    try:
        member = await guild.fetch_member(user.id)
    except discord.NotFound:
        who = Who(str(user.id))
    except (discord.HTTPException, ClientError, OSError):
        who = Who(str(user.id), is_administrator=None)
    else:
        roles = tuple(str(r.id) for r in member.roles if not r.is_default())
        who = Who(str(user.id), roles, is_administrator=member.guild_permissions.manage_guild)
    workspace = Workspace("discord", str(guild.id))
    return AdminRequest(workspace, "", who, wish, interaction.locale.value, from_afar=True)


def request_of(interaction: discord.Interaction[Any], wish: Wish) -> AdminRequest:
    """What is wished, with the rights that Discord names on this very interaction."""
    user, guild = interaction.user, interaction.guild_id
    roles = tuple(str(r.id) for r in user.roles if not r.is_default()) if isinstance(user, discord.Member) else ()
    in_community = bool(guild) and interaction.is_guild_integration()
    who = Who(str(user.id), roles, is_administrator=in_community and interaction.permissions.manage_guild)
    return AdminRequest(
        Workspace("discord", str(guild or "")),
        str(interaction.channel_id or ""),
        who,
        wish,
        interaction.locale.value,
        in_community,
    )
