"""`spasmbot tips`: which daily tips come next, and which are stuck."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import now
from bot.conversation.administration import Workspace
from bot.conversation.tips import Status, Stop
from bot.settings import Settings
from bot.store import open_store
from bot.store.address import what_is_kept
from bot.store.tips.listing import Coming, Stuck, coming, stuck

NOTHING_COMES = "No daily tip comes next. Moderators add one with /spasm-admin tips."
NOTHING_STUCK = "Nothing is stuck."
TO_DO = {
    Stop.ASKED: "quiet days are over: a moderator says whether it goes on",
    Stop.GONE: "channel gone or not seen: a moderator chooses another one, or lets the bot in",
    Stop.FORBIDDEN: "may not post there: a moderator gives the right (spasmbot doctor looks)",
    Stop.NO_TIPS: "no tip of these kinds is left: a moderator chooses more kinds",
    Status.PENDING: "waits: is a worker running (run --role all or worker)? /readyz tells",
    Status.LEASED: "a worker has it; another takes over when its lease ends",
    Status.FAILED: "not posted, and not tried again",
    Status.UNCERTAIN: "may be posted; could not look, so it is not sent again",
}
"""What each state asks of whom."""


async def tips(settings: Settings, workspace: Workspace | None, limit: int, *, as_json: bool) -> str:
    """The list. Raises SettingError or StoreUnavailableError when it cannot be read."""
    what_is_kept(settings)
    async with open_store(settings, now) as store:
        next_ones = await coming(store.database, workspace, limit)
        stuck_ones = await stuck(store.database, workspace, now(), limit)
    if as_json:
        both = {"coming": [_plain(each) for each in next_ones], "stuck": [_plain(each) for each in stuck_ones]}
        return json.dumps(both, ensure_ascii=False, indent=2)
    return "\n".join(["COMING", *_coming(next_ones), "", "STUCK", *_stuck(stuck_ones)])


def _coming(found: Sequence[Coming]) -> list[str]:
    head = ("COMMUNITY", "CHANNEL", "ID", "DUE (UTC)", "LOCAL", "STATE")
    rows = [
        (_name(c.workspace), c.channel, str(c.subscription), _utc(c.due_at), _local(c), "paused" if c.paused else "on")
        for c in found
    ]
    return _columns([head, *rows]) if rows else [NOTHING_COMES]


def _stuck(found: Sequence[Stuck]) -> list[str]:
    head = ("COMMUNITY", "CHANNEL", "ID", "DAY", "STATE", "WHY", "WHAT TO DO")
    rows = [
        (
            _name(s.workspace),
            s.channel,
            str(s.subscription),
            s.day.isoformat() if s.day else "-",
            s.state,
            s.why or "-",
            TO_DO.get(s.state, ""),
        )
        for s in found
    ]
    return _columns([head, *rows]) if rows else [NOTHING_STUCK]


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _name(workspace: Workspace) -> str:
    return f"{workspace.platform}:{workspace.id}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _local(c: Coming) -> str:
    return f"{c.due_at.astimezone(ZoneInfo(c.zone)):%a %H:%M} {c.zone}"


def _plain(each: Coming | Stuck) -> dict[str, Any]:
    found = {**asdict(each), "workspace": _name(each.workspace)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}
