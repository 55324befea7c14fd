"""The moderators' command as a Discord command group, made from the one list of their subcommands."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import discord
from discord import app_commands

from bot.conversation.admin.commands import COMMANDS, AdminCommand, Argument, Takes, wish_of_arguments
from bot.conversation.admin.request import Wish
from bot.conversation.admin.tips.words import ACTS
from bot.conversation.request import Choice
from bot.platforms.discord import limits

Interaction = discord.Interaction[discord.Client]
Answer = Callable[[Interaction, Wish], Awaitable[None]]
Suggest = Callable[[Takes, str, str], tuple[Choice, ...]]
"""Suggests for (kind of argument, typed, language)."""


class _TextChannel(app_commands.Transformer):
    """A channel that messages are written in; only its id is wanted, so it need not be known yet."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(self, _interaction: Interaction, value: Any, /) -> Any:
        return value


_KINDS: dict[Takes, Any] = {
    Takes.CHANNEL: app_commands.Transform[Any, _TextChannel],
    Takes.MODERATOR: discord.Role,
    Takes.MODE: Literal["private", "public", "off"],
    Takes.MODE_OR_SAME: Literal["private", "public", "off", "same"],
    Takes.SWITCH: Literal["on", "off"],
    Takes.SWITCH_OR_SAME: Literal["on", "off", "same"],
    Takes.ACT: Literal[ACTS],
    Takes.WORDS: app_commands.Range[str, 1, 1000],
}
"""Arguments that Discord has a kind for, or a few choices; for all others it asks us while somebody types."""


def admin_group(name: str, pack: str, description: str, answer: Answer, suggest: Suggest) -> app_commands.Group:
    """The group, for servers alone; those who manage the server see it until they show it to a role.

    `pack` is whose translations of the descriptions are used.
    """
    group = app_commands.Group(
        name=name,
        description=_translatable(description, pack),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for command in COMMANDS:
        group.add_command(_subcommand(command, pack, answer, suggest))
    return group


def _subcommand(
    command: AdminCommand, pack: str, answer: Answer, suggest: Suggest
) -> app_commands.Command[Any, Any, Any]:
    async def run(interaction: Interaction, /, **given: Any) -> None:
        said = {name: _as_words(value) for name, value in given.items() if value is not None}
        await answer(interaction, wish_of_arguments(command, said))

    # discord.py reads a command's options from its callback's parameters: give it those of this command.
    run.__signature__ = inspect.Signature([_INTERACTION, *map(_parameter, command.arguments)])  # type: ignore[attr-defined]
    described = {a.name: _translatable(a.description, pack) for a in command.arguments}
    made: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name=command.name,
        description=_translatable(command.description, pack),
        callback=app_commands.describe(**described)(run),
    )
    for argument in command.arguments:
        if argument.takes not in _KINDS:
            made.autocomplete(argument.name)(_completion(argument.takes, suggest))
    return made


_INTERACTION = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)


def _parameter(argument: Argument) -> inspect.Parameter:
    kind = _KINDS.get(argument.takes, str)
    return inspect.Parameter(
        argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=kind | None
    )


def _completion(takes: Takes, suggest: Suggest) -> Callable[[Interaction, str], Any]:
    async def complete(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = suggest(takes, typed, interaction.locale.value)[: limits.CHOICES]
        return [app_commands.Choice(name=c.label[: limits.CHOICE_NAME], value=c.value) for c in found]

    return complete


def _as_words(value: Any) -> str:
    """A channel or role by its id, all else as it was chosen."""
    return str(getattr(value, "id", value))


def _translatable(message: str, pack: str) -> app_commands.locale_str:
    return app_commands.locale_str(message[: limits.COMMAND_DESCRIPTION], pack=pack)
