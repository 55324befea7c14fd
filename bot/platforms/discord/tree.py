"""The one list of commands as Discord's command tree, and its registration when it changed."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.conversation.commands import ARGUMENTS, Command, Takes, commands
from bot.conversation.request import Choice
from bot.library.model import Pack
from bot.platforms.discord import limits

_log = structlog.get_logger(__name__)
Interaction = discord.Interaction[discord.Client]
Answer = Callable[[Interaction, str, str], Awaitable[None]]
"""Answers (interaction, pack, words)."""
Suggest = Callable[[Interaction, str, str, str], Awaitable[tuple[Choice, ...]]]
"""Suggests topics for (interaction, pack, command, typed)."""


def add_pack(tree: app_commands.CommandTree[Any], pack: Pack, answer: Answer, suggest: Suggest) -> None:
    """Add the pack's root command: a group, for guilds, direct messages and user installs."""
    group = app_commands.Group(
        name=pack.command,
        description=pack.titles[pack.default_locale][: limits.COMMAND_DESCRIPTION],
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )
    for command in commands(pack):
        group.add_command(_subcommand(pack, command, answer, suggest))
    tree.add_command(group)


def _subcommand(pack: Pack, command: Command, answer: Answer, suggest: Suggest) -> app_commands.Command[Any, Any, Any]:
    description = _translatable(pack, command.description)
    argument = _translatable(pack, ARGUMENTS[command.takes]) if command.takes in ARGUMENTS else ""

    async def alone(interaction: Interaction) -> None:
        await answer(interaction, pack.command, command.name)

    async def with_topic(interaction: Interaction, topic: str = "") -> None:
        await answer(interaction, pack.command, f"{command.name} {topic}")

    async def with_words(interaction: Interaction, words: str) -> None:
        await answer(interaction, pack.command, f"{command.name} {words}")

    async def complete(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        choices = await suggest(interaction, pack.command, command.name, typed)
        return [
            app_commands.Choice(name=c.label[: limits.CHOICE_NAME], value=c.value) for c in choices[: limits.CHOICES]
        ]

    match command.takes:
        case Takes.NOTHING:
            return app_commands.Command(name=command.name, description=description, callback=alone)
        case Takes.TOPIC:
            made: app_commands.Command[Any, Any, Any]
            made = app_commands.Command(
                name=command.name,
                description=description,
                callback=app_commands.describe(topic=argument)(with_topic),
            )
            made.autocomplete("topic")(complete)
            return made
        case Takes.WORDS:
            return app_commands.Command(
                name=command.name,
                description=description,
                callback=app_commands.describe(words=argument)(with_words),
            )


def _translatable(pack: Pack, message: str) -> app_commands.locale_str:
    return app_commands.locale_str(message[: limits.COMMAND_DESCRIPTION], pack=pack.command)


class Translator(app_commands.Translator):
    """Descriptions of commands in the languages of their pack; names stay the same everywhere."""

    def __init__(self, translated: Callable[[str, str, str], str | None]) -> None:
        """`translated` gives (pack, message, locale) in the locale's language, or None."""
        super().__init__()
        self._translated = translated

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        del context  # the same words wherever they stand
        pack = string.extras.get("pack")
        text = self._translated(pack, string.message, locale.value) if pack else None
        return text[: limits.COMMAND_DESCRIPTION] if text else None


async def register_if_changed(
    client: discord.Client, tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None
) -> bool:
    """Register the tree unless Discord has the same already: a guild takes 200 new commands a day.

    Returns:
        Whether it was registered anew.
    """
    http, application = client.http, client.application_id
    if application is None:
        raise RuntimeError("register commands after login: the application id comes with it")
    if guild:
        tree.copy_global_to(guild=guild)
        known = await http.get_guild_commands(application, guild.id)
    else:
        known = await http.get_global_commands(application)
    translator = tree.translator
    wanted = [
        await c.get_translated_payload(tree, translator) if translator else c.to_dict(tree)
        for c in tree.get_commands(guild=guild)
    ]
    if _by_name(wanted) == _by_name(known):
        _log.info("discord commands are up to date")
        return False
    await tree.sync(guild=guild)
    _log.info("discord commands registered", number=len(wanted))
    return True


def _by_name(payloads: Any) -> dict[str, Any]:
    return {payload["name"]: _essence(payload) for payload in payloads}


_OURS = (
    "name",
    "description",
    "description_localizations",
    "type",
    "options",
    "required",
    "autocomplete",
    "contexts",
    "integration_types",
    "default_member_permissions",
    "choices",
    "value",
    "min_length",
    "max_length",
)


_LOCALES = frozenset(locale.value for locale in discord.Locale)


def _essence(payload: Any) -> Any:
    """What we set, without what Discord adds, and without what says nothing."""
    if isinstance(payload, dict):
        if payload.get("default_member_permissions") is not None:  # a number for us, a string for Discord
            payload = {**payload, "default_member_permissions": str(payload["default_member_permissions"])}
        kept = {key: _essence(value) for key, value in payload.items() if key in _OURS or key in _LOCALES}
        return {key: value for key, value in kept.items() if value not in (None, False, [], {})}
    if isinstance(payload, list):
        essences = [_essence(item) for item in payload]
        return sorted(essences) if all(isinstance(e, int) for e in essences) else essences
    return payload
