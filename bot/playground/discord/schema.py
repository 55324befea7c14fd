"""Judges a request body by Discord's published schema and tells what is wrong in Discord's own words."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from bot.playground.discord.constants import SCHEMA, Json
from bot.playground.discord.errors import Issue

SCHEMES = ("http", "https", "discord", "attachment")
NAMES = {"integer": "int", "string": "string", "boolean": "bool", "number": "float"}

formats = FormatChecker(formats=())


@formats.checks("uri", raises=ValueError)
def known_scheme(value: object) -> bool:
    if isinstance(value, str) and urlsplit(value).scheme not in SCHEMES:
        raise ValueError(f"Scheme \"{urlsplit(value).scheme}\" must be one of ('http', 'https', 'discord').")
    return True


@cache
def published() -> Json:
    text = files(__package__).joinpath("schema", "requests.json").read_text(encoding="utf-8")
    loaded: Json = json.loads(text)
    return loaded


@cache
def validator(operation: str) -> Draft202012Validator:
    document = published()
    return Draft202012Validator(
        {"$defs": document["$defs"], **document["operations"][operation]}, format_checker=formats
    )


def check(operation: str, body: Any) -> list[Issue]:
    """Return what is wrong with the body of `operation` (`"POST /channels/{channel_id}/messages"`), each place once."""
    if operation not in published()["operations"]:
        return []
    found: dict[tuple[str | int, ...], Issue] = {}
    for error in validator(operation).iter_errors(body):
        for issue in issues(error):
            found.setdefault(issue.at, issue)
    return list(found.values())


def issues(error: ValidationError) -> Iterator[Issue]:
    at: tuple[str | int, ...] = tuple(error.absolute_path)
    instance: Any = error.instance
    if error.context:
        branches: dict[object, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        for inner in min(branches.values(), key=unlikely):
            yield from issues(inner)
    elif error.validator == "required":
        for name in schema_of(error)["required"]:
            if name not in instance:
                yield Issue((*at, name), "BASE_TYPE_REQUIRED", "This field is required", SCHEMA)
    elif error.validator == "additionalProperties":
        for name in sorted(instance.keys() - schema_of(error)["properties"].keys()):
            # Discord itself overlooks these: a bot that sends one has a spelling mistake or an outdated belief.
            yield Issue((*at, name), "UNKNOWN_PROPERTY", "The published schema knows no such property", SCHEMA)
    else:
        code, message = worded(error)
        yield Issue(at, code, message, SCHEMA)


def worded(error: ValidationError) -> tuple[str, str]:
    say = WORDS.get(str(error.validator))
    if say is None:
        return "BASE_TYPE_INVALID", error.message[:200]
    return say(error.validator_value, error.instance, schema_of(error))


def unlikely(branch: list[ValidationError]) -> tuple[bool, int]:
    """Rank the members of a union: one of another type was not meant, one with fewer faults was."""
    return any(error.validator == "type" and not error.relative_path for error in branch), len(branch)


def schema_of(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def length(_: Any, instance: Any, schema: Mapping[str, Any]) -> tuple[str, str]:
    kind = "Items" if isinstance(instance, list) else "Length"
    low, high = schema.get(f"min{kind}"), schema.get(f"max{kind}")
    if low and high:
        return "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length."
    if high is not None:
        return "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length."
    return "BASE_TYPE_MIN_LENGTH", f"Must be {low} or more in length."


def wrong_type(expected: Any, instance: Any, _: Mapping[str, Any]) -> tuple[str, str]:
    name = next(kind for kind in (expected if isinstance(expected, list) else [expected]) if kind != "null")
    if instance is None:
        return "BASE_TYPE_REQUIRED", "This field is required"
    if name == "array":
        return "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"
    if name == "object":
        return "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"
    return (
        "NUMBER_TYPE_COERCE" if name == "integer" else "BASE_TYPE_INVALID",
        f'Value "{instance}" is not {NAMES[name]}.',
    )


def wrong_choice(values: Any, instance: Any, _: Mapping[str, Any]) -> tuple[str, str]:
    return "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, values))}}}, not {instance!r}."


def wrong_pattern(_: Any, instance: Any, schema: Mapping[str, Any]) -> tuple[str, str]:
    if schema.get("format") == "snowflake":
        return "NUMBER_TYPE_COERCE", f'Value "{instance}" is not snowflake.'
    return "STRING_TYPE_REGEX", "String value did not match validation regex."


WORDS: dict[str, Callable[[Any, Any, Mapping[str, Any]], tuple[str, str]]] = {
    "minLength": length,
    "maxLength": length,
    "minItems": length,
    "maxItems": length,
    "type": wrong_type,
    "enum": wrong_choice,
    "pattern": wrong_pattern,
    "minimum": lambda least, _, __: ("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}."),
    "maximum": lambda most, _, __: ("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}."),
    "uniqueItems": lambda *_: ("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"),
    "format": lambda _, instance, __: (
        "URL_TYPE_INVALID_SCHEME",
        f"Scheme \"{urlsplit(instance).scheme}\" must be one of ('http', 'https', 'discord').",
    ),
}
