"""conversations.history, as the sender of tips reads it: newest first, with metadata on request."""

from datetime import timedelta
from typing import Any

from bot.playground.world import Message, Platform

from .calls import is_true
from .conversations import named_channel, need_scope_for, paged, whole_number
from .objects import message_object
from .refusals import DOCS, METHODS, RefusedError
from .workspace import Workspace

DISTRIBUTED_LIMIT = 15
DISTRIBUTED_PAUSE = timedelta(minutes=1)
SOURCE = f"{METHODS}/conversations.history"


class History:
    """Answers conversations.history; a distributed app gets 15 messages, once a minute."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._free_at = ws.world.clock()

    def read(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = named_channel(ws, "conversations.history", arguments["channel"])
        need_scope_for(ws, "conversations.history", channel, "history")
        if not ws.is_member(channel):
            raise RefusedError("not_in_channel", f"{SOURCE}#errors", channel.key)
        if ws.distributed:
            arguments = {
                **arguments,
                "limit": min(whole_number(arguments, "limit", DISTRIBUTED_LIMIT), DISTRIBUTED_LIMIT),
            }
            self._pace()
        messages = [message for message in self._listed(channel.key) if _within(ws.ids.ts(message), arguments)]
        page, cursor = paged(messages[::-1], arguments, default=100)
        metadata = is_true(arguments.get("include_all_metadata"))
        return {
            "messages": [message_object(ws, message, metadata=metadata) for message in page],
            "has_more": bool(cursor),
            "pin_count": 0,
            "response_metadata": {"next_cursor": cursor},
        }

    def _listed(self, channel: str) -> list[Message]:
        """List what a history shows: no ephemeral messages, no replies in threads."""
        return [
            m
            for m in self._ws.world.messages
            if m.platform is Platform.SLACK
            and m.channel == channel
            and not m.deleted
            and m.only_for is None
            and m.thread_of is None
        ]

    def _pace(self) -> None:
        now = self._ws.world.clock()
        if now < self._free_at:
            source = f"{DOCS}/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps"
            error = RefusedError("ratelimited", source, "once a minute for a distributed app", status=429)
            error.headers = {"Retry-After": str(max(1, round((self._free_at - now).total_seconds())))}
            raise error
        self._free_at = now + DISTRIBUTED_PAUSE


def _within(ts: str, arguments: dict[str, Any]) -> bool:
    oldest, latest = (_moment(arguments, name) for name in ("oldest", "latest"))
    moment = float(ts)
    if is_true(arguments.get("inclusive")):
        return (oldest is None or moment >= oldest) and (latest is None or moment <= latest)
    return (oldest is None or moment > oldest) and (latest is None or moment < latest)


def _moment(arguments: dict[str, Any], name: str) -> float | None:
    if arguments.get(name) in (None, "", "0", 0):
        return None
    try:
        return float(arguments[name])
    except (TypeError, ValueError):
        raise RefusedError(f"invalid_ts_{name}", f"{SOURCE}#errors", str(arguments[name])) from None
