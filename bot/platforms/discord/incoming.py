"""Discord's interactions and messages as places."""

from typing import Any

import discord

from bot.conversation.place import Place, PlaceKind


def place_of(interaction: discord.Interaction[Any]) -> Place:
    """Where somebody asks. A server that only the person, not the bot, belongs to is elsewhere."""
    guild, channel = interaction.guild_id, interaction.channel_id
    locale = interaction.guild_locale.value if interaction.guild_locale else None
    if guild and interaction.is_guild_integration():
        kind = PlaceKind.CHANNEL
    elif not guild and interaction.context.dm_channel:
        kind = PlaceKind.DIRECT_MESSAGE
    else:
        kind = PlaceKind.ELSEWHERE
    return Place("discord", str(guild or ""), str(channel or ""), kind, locale)


def place_of_direct_message(message: discord.Message) -> Place:
    return Place("discord", "", str(message.channel.id), PlaceKind.DIRECT_MESSAGE)


def is_private(interaction: discord.Interaction[Any]) -> bool:
    """Whether the message whose button was pressed is seen by this person alone."""
    return bool(interaction.message and interaction.message.flags.ephemeral)


def pressed_value(interaction: discord.Interaction[Any]) -> tuple[str, str | None]:
    """The custom_id, and the chosen value of a menu."""
    data: Any = interaction.data or {}
    values = data.get("values") or []
    return str(data.get("custom_id", "")), str(values[0]) if values else None
