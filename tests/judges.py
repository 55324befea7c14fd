"""Second opinions on everything the bot sent: the validators of ../shared/tools, where they are."""

import gc
import importlib.util
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


def judge_slack(requests: list[dict[str, Any]]) -> list[str]:
    """Findings in recorded `{"method", "payload"}`; none where the validators are not here."""
    if not HERE:
        return []
    checker = _slack()
    return [
        f"{r['method']}{path}: {message}"
        for r in requests
        if r["method"] in checker.known
        for path, message in checker.check(r["method"], r["payload"])
    ]


def judge_discord(requests: list[dict[str, Any]]) -> list[str]:
    """Findings in recorded `{"method", "path", "body"}`; none where the validators are not here."""
    if not HERE:
        return []
    module, validator = _discord()
    findings = [
        f"{at}: {why}"
        for r in requests
        if r["method"] not in ("GET", "DELETE")
        for at, why in validator.check(r["method"], r["path"], r.get("body"))
    ]
    return [f for f in findings if not module.DISCORDPY.search(f) and not DISCORD_PY_NUMBERS.search(f)]


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
        return module, module.Validator(str(spec), strict=True, limits=True)
