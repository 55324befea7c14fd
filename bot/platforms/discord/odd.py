"""What Discord sends and discord.py cannot read: set aside, where it would end the connection or vanish unanswered."""

import logging
from collections.abc import Callable
from typing import Any

import discord
import structlog
from discord import app_commands

PERSON = {"id", "username", "discriminator", "avatar"}
"""Without one of these discord.py goes on as if nobody had asked."""
DEEPEST = 6
"""A command nests its options three deep, a modal its fields two deep."""
_log = structlog.get_logger(__name__)


class OddInteractionError(app_commands.AppCommandError):
    """A command that does not have the shape that Discord documents."""


class Tree(app_commands.CommandTree[Any]):
    """A command that cannot be read gets the answer for unknown ones; discord.py would answer nothing."""

    async def _call(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await super()._call(interaction)
        except (KeyError, TypeError, ValueError, AttributeError, app_commands.AppCommandError) as error:
            if isinstance(error, app_commands.AppCommandError) and type(error) is not app_commands.AppCommandError:
                raise  # the plain one is what discord.py says of a payload that Discord should not send
            # Raised, it would be looked up which command this is, in the same payload.
            _log.info("discord sent a command that cannot be read", error=type(error).__name__)
            await self.on_error(interaction, OddInteractionError())


def guard(client: discord.Client) -> None:
    """Go on after an event that cannot be read. discord.py lets the error through, and that ends the whole client.

    Its table of readers is private; it hands the same one to each of its connections.
    """
    logging.getLogger("discord.app_commands.tree").addFilter(_without_person)
    readers = client._connection.parsers  # noqa: SLF001
    for name, read in tuple(readers.items()):
        readers[name] = _guarded(name, read)


def _without_person(record: logging.LogRecord) -> bool:
    """discord.py names the person in its line on suggestions that failed, such as those that came too late."""
    if "autocomplete" in str(record.msg):
        record.msg, record.args, record.levelno, record.levelname = (
            "discord took no suggestions",
            (),
            logging.WARNING,
            "WARNING",
        )
    return True


def is_known(name: str, data: Any) -> bool:
    """Whether what this bot reads of an event is there and of its type; discord.py looks at the rest."""
    if name == "MESSAGE_CREATE":
        return isinstance(data, dict) and isinstance(data.get("content"), str) and _is_person(data.get("author"))
    if name != "INTERACTION_CREATE":
        return True
    if not isinstance(data, dict) or not _texts(data, "locale", "guild_locale", "token") or not data.get("token"):
        return False  # without a token there is no way to answer
    inside, guild = data.get("data"), data.get("guild_id")
    if guild is not None and not (isinstance(guild, str) and guild.isdecimal()):
        return False
    alone = int(guild or 0) == 0
    asked = _is_person(data.get("user")) if alone else isinstance(data.get("member"), dict)
    if not isinstance(inside, dict) or not asked:
        return False
    return _texts(inside, "custom_id", "name") and _filled(inside, DEEPEST)


def _is_person(user: object) -> bool:
    return isinstance(user, dict) and user.keys() >= PERSON


def _filled(holder: dict[str, Any], depth: int) -> bool:
    """Whether the options, values and fields in here are such."""
    values = holder.get("values", [])
    if not (isinstance(values, list) and all(isinstance(v, str) for v in values)):
        return False
    inner = [[holder["component"]]] if "component" in holder else []
    rows = [holder.get("options"), holder.get("components"), *inner]
    for row in rows:
        if row is None:
            continue
        if depth == 0 or not isinstance(row, list):
            return False
        if not all(isinstance(each, dict) and _filled(each, depth - 1) for each in row):
            return False
    options = holder.get("options") or ()
    named = all(isinstance(each.get("name"), str) and ("value" in each or not each.get("focused")) for each in options)
    written = "value" not in holder or "name" in holder or isinstance(holder.get("custom_id"), str)
    return named and written and _texts(holder, "custom_id", "name")


def _texts(holder: dict[str, Any], *keys: str) -> bool:
    return all(isinstance(holder.get(key), str | None) for key in keys)


def _guarded(name: str, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def guarded(data: Any) -> None:
        if not is_known(name, data):
            _log.warning("discord sent an event that cannot be read", event_name=name)
            return
        try:
            read(data)
        except Exception as error:  # noqa: BLE001 - whatever a payload may do to code that expects Discord's
            _log.warning("discord sent an event that cannot be read", event_name=name, error=type(error).__name__)

    return guarded
