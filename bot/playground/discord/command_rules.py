"""What Discord refuses in application commands beyond its published schema, each rule with its source."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from bot.playground.discord.constants import DOCS, Json, Option
from bot.playground.discord.errors import CODES, Issue, RefusedError
from bot.playground.discord.locales import LOCALES

PAGE = DOCS + "interactions/application-commands"
NAMING = PAGE + "#application-command-object-application-command-naming"
STRUCTURE = PAGE + "#application-command-object-application-command-option-structure"

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MOST_OF_A_KIND = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
CREATES_A_DAY = 200
MAX_CHARACTERS = 8000
INDIC = ("DEVANAGARI", "THAI")
At = tuple[str | int, ...]


def check_command(command: Json, at: At = ()) -> list[Issue]:
    found: list[Issue] = []
    if command.get("type") in (None, CHAT_INPUT):
        found += check_names(command, at)
        if not command.get("description"):
            message = "Must be between 1 and 100 in length."
            found.append(Issue((*at, "description"), "BASE_TYPE_BAD_LENGTH", message, PAGE))
        found += check_options(command.get("options") or [], (*at, "options"), depth=1)
    elif command.get("description") or command.get("options"):
        message = "Context menu commands cannot have description or options"
        found.append(Issue(at, "APPLICATION_COMMAND_CONTEXT_MENU_FIELDS", message, PAGE))
    if characters(command) > MAX_CHARACTERS:
        message = f"Command exceeds maximum size ({MAX_CHARACTERS})"
        found.append(Issue(at, "APPLICATION_COMMAND_TOO_LARGE", message, PAGE + "#slash-commands"))
    return found


def check_names(named: Json, at: At) -> Iterator[Issue]:
    names = {"name": named["name"], **{f"name_localizations/{k}": v for k, v in localized(named, "name")}}
    for place, name in names.items():
        if not good_name(name):
            yield Issue((*at, *place.split("/")), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid", NAMING)
    for field in ("name", "description"):
        for locale, _ in localized(named, field):
            if locale not in LOCALES:
                where = (*at, f"{field}_localizations", locale)
                yield Issue(where, "BASE_TYPE_CHOICES", "Unknown locale", DOCS + "reference#locales")


def localized(named: Json, field: str) -> list[tuple[str, str]]:
    return list((named.get(f"{field}_localizations") or {}).items())


def good_name(name: str) -> bool:
    """Tell whether `name` is 1-32 letters (also Devanagari and Thai), digits, - _ or ', all in lower case."""
    fits = all(
        c in "-_'" or unicodedata.category(c)[0] in "LN" or unicodedata.name(c, "").startswith(INDIC) for c in name
    )
    return fits and 1 <= len(name) <= 32 and name == name.lower()


def check_options(options: list[Json], at: At, depth: int) -> Iterator[Issue]:
    optional_before = False
    names: set[str] = set()
    nested = [option["type"] in (Option.SUBCOMMAND, Option.GROUP) for option in options]
    if any(nested) and not all(nested):
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Issue(
            at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message, PAGE + "#subcommands-and-subcommand-groups"
        )
    for index, option in enumerate(options):
        place = (*at, index)
        yield from check_names(option, place)
        if option["name"] in names:
            message = f'Option name "{option["name"]}" already exists'
            yield Issue(place, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message, STRUCTURE)
        names.add(option["name"])
        if option.get("required") and optional_before:
            message = "Required options must be placed before non-required options"
            yield Issue(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message, STRUCTURE)
        optional_before |= not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            message = "Autocomplete cannot be used with choices"
            yield Issue((*place, "autocomplete"), "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES", message, STRUCTURE)
        if option["type"] == Option.GROUP and depth > 1:
            message = "A group cannot be put into a group"
            source = PAGE + "#subcommands-and-subcommand-groups"
            yield Issue(place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message, source)
        yield from check_options(option.get("options") or [], (*place, "options"), depth + 1)


def characters(command: Any) -> int:
    """Count names, descriptions and values of a command and all within it."""
    own = sum(len(str(command.get(key) or "")) for key in ("name", "description", "value"))
    inner = [*(command.get("options") or []), *(command.get("choices") or [])]
    return own + sum(map(characters, inner))


def check_set(commands: list[Json]) -> Iterator[Issue]:
    """Check what concerns the commands of one scope together."""
    seen = set()
    for index, command in enumerate(commands):
        key = (command.get("type") or CHAT_INPUT, command["name"])
        if key in seen:
            message = "Application command names must be unique"
            yield Issue((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message, PAGE)
        seen.add(key)


def too_many(commands: list[Json]) -> RefusedError | None:
    for kind, most in MOST_OF_A_KIND.items():
        if sum((c.get("type") or CHAT_INPUT) == kind for c in commands) > most:
            message = f"Maximum number of application commands reached ({most})."
            return RefusedError(400, 30032, message, PAGE + "#registering-a-command")
    return None


def too_many_creates() -> RefusedError:
    message = f"Max number of daily application command creates has been reached ({CREATES_A_DAY})"
    return RefusedError(400, 30034, message, CODES)
