"""Finds what Slack would turn into a live mention: text that was smuggled in shows up here."""

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.world import Message

from .blocks import walk

# docs.slack.dev/messaging/formatting-message-text#advanced
CONTROL = re.compile(r"<(![a-z]+(?:\^[^<>|]*)?|[@#][A-Z0-9]+)(?:\|[^<>]*)?>")
PLAIN_GROUP = re.compile(r"@(?:channel|here|everyone)\b")
RICH = {
    "user": "user_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "channel": "channel_id",
    "team": "team_id",
}


def live_mentions(message: Message | dict[str, Any]) -> list[str]:
    """List the control sequences (`<!channel>`, `<@U…>`, `<#C…>` …) that are live in a message, an ack or a view."""
    payload = message.payload if isinstance(message, Message) else message
    return list(_live(payload))


def _live(payload: dict[str, Any]) -> Iterator[str]:
    parses_names = payload.get("parse") == "full" or payload.get("link_names") in (True, "true", 1, "1")
    for text in _texts(payload):
        yield from (found.group(0) for found in CONTROL.finditer(text) if not found.group(1).startswith("!date^"))
        if parses_names:
            yield from PLAIN_GROUP.findall(text)
    for node, _ in walk(payload.get("blocks") or []):
        kind = node.get("type")
        if isinstance(kind, str) and kind in RICH and RICH[kind] in node:
            yield f"{kind}:{node[RICH[kind]]}"


def _texts(payload: dict[str, Any]) -> Iterator[str]:
    """Yield what Slack reads as mrkdwn: the message's text, mrkdwn objects and old attachments."""
    for key in ("text", "markdown_text"):
        if isinstance(payload.get(key), str):
            yield payload[key]
    for node, _ in walk(payload.get("blocks") or []):
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"]
    for attachment in payload.get("attachments") or []:
        yield from (str(attachment[key]) for key in ("text", "pretext") if attachment.get(key))
        yield from _texts({"blocks": attachment.get("blocks")})
