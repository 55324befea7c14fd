"""Judges values by the published @slack/types schema and says what is wrong in Slack's words."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from .refusals import DOCS, Problem

SOURCES = {
    "ModalView": f"{DOCS}/reference/views/modal-views",
    "HomeView": f"{DOCS}/reference/views/home-tab-views",
    "MessageMetadata": f"{DOCS}/messaging/message-metadata",
    "MessageAttachment": f"{DOCS}/legacy/legacy-messaging/legacy-secondary-message-attachments",
}
KINDS = {"string": "a string", "object": "an object", "array": "an array", "boolean": "a boolean", "number": "a number"}

COUNTED = {
    "maxLength": (1, "must be less than {} characters"),
    "minLength": (-1, "must be more than {} characters"),
    "maxItems": (0, "no more than {} items allowed"),
    "minItems": (0, "no less than {} items allowed"),
}
"""Slack's words for a limit, and what it adds to the number."""


@cache
def definitions() -> dict[str, Any]:
    text = files(__package__).joinpath("schema/slack-types-3.2.0.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["definitions"]
    return found


@cache
def _validator(definition: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": definitions()})


def source_of(definition: str, value: Any) -> str:
    """Name the page that documents a definition, or the block that `value` is."""
    if definition in SOURCES:
        return SOURCES[definition]
    kind = value.get("type") if isinstance(value, dict) else None
    page = f"/{kind.replace('_', '-')}-block" if isinstance(kind, str) else ""
    return f"{DOCS}/reference/block-kit/blocks{page}"


def problems(definition: str, value: Any, pointer: str) -> Iterator[Problem]:
    """Yield what is wrong with `value`, which stands at `pointer` in the request, once each."""
    source = source_of(definition, value)
    for where, words in _faults(definition, json.dumps(value)):
        yield Problem(pointer + where, words, source)


@lru_cache(maxsize=4096)
def _faults(definition: str, text: str) -> tuple[tuple[str, str], ...]:
    """Judge a value from its JSON: the same card comes again and again, and a schema takes a millisecond a block."""
    errors = _validator(definition).iter_errors(json.loads(text))
    return tuple(dict.fromkeys(fault for error in errors for fault in _explain(error)))


def _explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    if error.context:
        for inner in _nearest_branch(error):
            yield from _explain(inner)
        return
    path = "".join(f"/{part}" for part in error.absolute_path)
    for words in _words(error):
        yield path, words


def _nearest_branch(error: ValidationError) -> list[ValidationError]:
    """Pick the alternative that was probably meant: the right type first, then the fewest faults."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    return min(branches.values(), key=lambda found: (any(e.validator in ("const", "enum") for e in found), len(found)))


def _words(error: ValidationError) -> list[str]:
    """Say it as Slack does: github.com/yonicd/slackreprex/issues/3, adobe/spacecat-api-service/issues/176."""
    rule, limit, value = str(error.validator), error.validator_value, error.instance
    if rule in COUNTED:
        more, words = COUNTED[rule]
        return [words.format(int(str(limit)) + more)]
    if rule == "required":
        named = re.match(r"'(.+)' is a required property", error.message)
        return [f"missing required field: {named.group(1) if named else limit}"]
    if rule == "additionalProperties" and isinstance(error.schema, dict) and isinstance(value, dict):
        known = error.schema.get("properties", {})
        return [f"invalid additional property: {name}" for name in value if name not in known]
    if rule in ("const", "enum") and error.absolute_path and error.absolute_path[-1] == "type":
        return [f"unsupported type: {value}"]
    if rule == "type":
        return [f"must provide {KINDS.get(str(limit), str(limit))}"]
    return [error.message[:200]]
