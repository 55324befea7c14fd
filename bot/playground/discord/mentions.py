"""Who a message would ping: the mentions in its text which `allowed_mentions` lets through."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.playground.discord.constants import DOCS
from bot.playground.discord.errors import Issue

SOURCE = DOCS + "resources/message#allowed-mentions-object"
EVERYONE = re.compile(r"@(?:everyone|here)")
SOMEONE = re.compile(r"<@(!|&)?(\d+)>")


def pings(texts: Iterable[str], allowed: Any) -> list[str]:
    """List each ping once. Text in code marks counts too: a false alarm is better than a smuggled ping."""
    rules = allowed or {}
    parse = {"everyone", "users", "roles"} if allowed is None else set(rules.get("parse") or [])
    listed = {kind: set(map(str, rules.get(kind) or [])) for kind in ("users", "roles")}
    found: dict[str, None] = {}
    for text in texts:
        if "everyone" in parse:
            found.update(dict.fromkeys(EVERYONE.findall(text)))
        for match in SOMEONE.finditer(text):
            kind = "roles" if match[1] == "&" else "users"
            if kind in parse or match[2] in listed[kind]:
                found[match[0]] = None
    return list(found)


def check_allowed(allowed: Any) -> Iterator[Issue]:
    if not isinstance(allowed, dict):
        return
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield Issue(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message, SOURCE)
