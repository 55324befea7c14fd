"""Second opinions on everything the bot sent: the validators of ../shared/tools, where they are."""

import gc
import importlib.util
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).parent.parent.parent / "shared" / "tools"
HERE = TOOLS.is_dir()
SKIPPED = "../shared is not here: what the bot sends is judged by the loopback platforms alone"
# What an unmodified discord.py sends as a number, though the schema wants a string.
DISCORD_PY_NUMBERS = re.compile(r"^(/recipient_id|\S*/default_values/\d+/id): \d+ is not of type")
_ONE_OF_MANY = re.compile(r"(?<=/)(\d{15,20}|[\w.=-]{40,})(?=/|$)")
_ANY = "1100000000000000001"


def judge_slack(requests: list[dict[str, Any]]) -> list[str]:
    """Findings in recorded `{"method", "payload"}`; none where the validators are not here."""
    if not HERE:
        return []
    return [found for r in requests for found in _judged_at_slack(r["method"], json.dumps(r["payload"]))]


@cache
def _judged_at_slack(method: str, payload: str) -> tuple[str, ...]:
    """Each request once: tests send the same ones again and again, and a verdict takes long."""
    checker = _slack()
    if method not in checker.known:
        return ()
    return tuple(f"{method}{path}: {message}" for path, message in checker.check(method, json.loads(payload)))


def judge_discord(requests: list[dict[str, Any]]) -> list[str]:
    """Findings in recorded `{"method", "path", "body"}`; none where the validators are not here."""
    if not HERE:
        return []
    return [
        found
        for r in requests
        if r["method"] not in ("GET", "DELETE")
        for found in _judged_at_discord(r["method"], _ONE_OF_MANY.sub(_ANY, r["path"]), json.dumps(r.get("body")))
    ]


@cache
def _judged_at_discord(method: str, path: str, body: str) -> tuple[str, ...]:
    """As for Slack; ids and tokens in the path differ each time, and mean nothing to the schema."""
    module, validator = _discord()
    findings = [f"{at}: {why}" for at, why in validator.check(method, path, json.loads(body))]
    return tuple(f for f in findings if not module.DISCORDPY.search(f) and not DISCORD_PY_NUMBERS.search(f))


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _careless() -> Iterator[None]:
    """The validators leave their schema files to the garbage collector, which warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def _remembering(kind: Any) -> Any:
    """A kind of validator that need not ask of a number or a word again whether it is one that a part of the schema lists.

    Each component is compared with each kind of component, and of each of these with all numbers of kinds.
    """
    from jsonschema import validators

    fits: set[tuple[str, type, Any]] = set()

    def ref(validator: Any, reference: str, instance: Any, schema: Any) -> Iterator[Any]:
        asked = (reference, type(instance), instance) if isinstance(instance, int | str) else None
        if asked in fits:
            return
        errors = 0
        for errors, error in enumerate(kind.VALIDATORS["$ref"](validator, reference, instance, schema), 1):  # noqa: B007
            yield error
        if asked and not errors:
            fits.add(asked)

    return validators.extend(kind, {"$ref": ref})


@cache
def _slack() -> Any:
    with _careless():
        module = _load("validate_slack")
        checker = module.Checker(strict_text=True)
    checker.known = set(module.TOP)
    return checker


@cache
def _discord() -> tuple[Any, Any]:
    spec = TOOLS.parent / "specs" / "discord-openapi.json"
    with _careless():
        module = _load("validate_discord")
        module.Draft202012Validator = _remembering(module.Draft202012Validator)
        return module, module.Validator(str(spec), strict=True, limits=True)
