"""Leases on sets of tips: one row for all that a worker begins to send as it plans them.

Such a tip gets a row of its own when its first try came to its end, or when the lease did, whichever is written first:
a day has one row, and that decides between the two. So a tip is written down once before it goes out, with its set,
and once after.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import BigInteger, Date, RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status
from bot.store.tables import deliveries, leases
from bot.store.tips.adding import add_rows, rows_of_settled
from bot.store.tips.values import Types, are_alike, values
from bot.tips.ports import Claimed, Planned, Settled

_TIMES = {"day": date, "due_at": datetime, "expires_at": datetime}
"""Fields that JSON has no form for."""
_OWN = "subscription"
"""The field that is always a list."""
_DAYS: Types = {"of": BigInteger(), "day": Date()}


class Leased(NamedTuple):
    """A tip of a set."""

    subscription: int
    workspace: str
    channel: str
    pack: str
    day: date
    tip: str
    due_at: datetime
    expires_at: datetime


async def take(
    connection: AsyncConnection, planned: Mapping[str, Sequence[Planned]], now: datetime, lease: timedelta
) -> list[Claimed]:
    """Lease tips, by platform, to whoever sends them now. Until they are settled each may have been sent."""
    claimed: list[Claimed] = []
    for platform, tips in planned.items():
        if not tips:
            continue
        token = uuid4().hex
        row = {
            "token": token,
            "platform": platform,
            "until": now + lease,
            "tried_at": now,
            "unsettled": len(tips),
            "tips": _written(tips),
        }
        await connection.execute(insert(leases).values(row))
        claimed += [_claimed(each, token, now) for each in tips]
    return claimed


def _claimed(p: Planned, token: str, now: datetime) -> Claimed:
    s = p.subscription
    return Claimed(
        token,
        None,
        s.id,
        s.workspace,
        s.channel,
        p.day,
        s.pack,
        p.tip,
        p.locale,
        p.due_at,
        p.expires_at,
        attempt=1,
        maybe_sent=False,
        tried_at=now,
    )


async def count_off(connection: AsyncConnection, sets: Mapping[str, int]) -> None:
    """So many tips of each set, by its token, are about to get their rows.

    Before the rows, as `end_overdue` locks a set before it adds rows: else the two could wait for each other.
    """
    for token, number in sorted(sets.items()):
        counted = update(leases).where(leases.c.token == token).values(unsettled=leases.c.unsettled - number)
        await connection.execute(counted)


async def end_settled(connection: AsyncConnection, sets: Mapping[str, int], added: int) -> None:
    """Sets go with their last tip. Where not each tip got its row now, nothing was counted off: such a set ends late.

    For rows that were there already may be ours, of a try to write whose answer was lost.
    """
    if added == sum(sets.values()):
        await connection.execute(delete(leases).where(leases.c.token.in_(sorted(sets)), leases.c.unsettled <= 0))
    else:
        await count_off(connection, {token: -number for token, number in sets.items()})


async def end_overdue(connection: AsyncConnection, platform: str, now: datetime) -> None:
    """Whoever leased these is gone: what has no row yet gets one, as a tip that may have been sent."""
    query = select(leases).where(leases.c.platform == platform, leases.c.until <= now)
    for lease in (await connection.execute(query.with_for_update(skip_locked=True))).mappings().all():
        if tips := _read(lease["tips"]):
            await add_rows(connection, rows_of_settled([_cut_off(tip, lease) for tip in tips]))
        await connection.execute(delete(leases).where(leases.c.token == lease["token"]))


def _cut_off(tip: Leased, lease: RowMapping) -> Settled:
    claimed = Claimed(
        lease["token"],
        None,
        tip.subscription,
        Workspace(lease["platform"], tip.workspace),
        tip.channel,
        tip.day,
        tip.pack,
        tip.tip,
        None,  # a claim tells the language as it is then
        tip.due_at,
        tip.expires_at,
        attempt=1,
        maybe_sent=False,
        tried_at=lease["tried_at"],
    )
    return Settled(claimed, Status.PENDING, lease["until"], available_at=lease["until"])


async def on_their_way(
    connection: AsyncConnection, workspace: Workspace | None = None
) -> list[tuple[Workspace, Leased]]:
    """Tips, of one community or of all, that were leased as they were planned and have no row yet."""
    query = select(leases.c.platform, leases.c.tips)
    if workspace:
        query = query.where(leases.c.platform == workspace.platform)
    found = [
        (Workspace(platform, tip.workspace), tip)
        for platform, tips in (await connection.execute(query)).all()
        for tip in _read(tips)
        if workspace is None or tip.workspace == workspace.id
    ]
    if not found:
        return []
    days = [tip.subscription for _, tip in found], [tip.day for _, tip in found]
    asked = values(connection, "asked", _DAYS, days).c
    has_row = (deliveries.c.subscription == asked.of, deliveries.c.local_date == asked.day)
    rows = await connection.execute(select(deliveries.c.subscription, deliveries.c.local_date).where(*has_row))
    arrived = {tuple(row) for row in rows}
    return [(whose, tip) for whose, tip in found if (tip.subscription, tip.day) not in arrived]


async def overdue(connection: AsyncConnection, now: datetime) -> dict[str, tuple[int, datetime]]:
    """By platform, how many tips wait in sets whose lease is over, and since when."""
    query = select(leases.c.platform, func.sum(leases.c.unsettled), func.min(leases.c.until))
    rows = await connection.execute(query.where(leases.c.until <= now).group_by(leases.c.platform))
    return {platform: (number, since) for platform, number, since in rows}


async def hold_still(connection: AsyncConnection, platform: str) -> Sequence[tuple[str, str]]:
    """Let no tip of a set get its row meanwhile; returns (token, tips) of each set.

    For whoever removes subscriptions, before they lock anything of them, as those who settle do too.
    """
    query = select(leases.c.token, leases.c.tips).where(leases.c.platform == platform)
    rows = await connection.execute(query.order_by(leases.c.token).with_for_update())
    return [(token, tips) for token, tips in rows]


async def erase(connection: AsyncConnection, workspace: Workspace) -> int:
    """Take a community's tips out of all sets; returns how many there were. What is sent already gets no row."""
    number = 0
    for token, tips in await hold_still(connection, workspace.platform):
        there = _read(tips)
        kept = [tip for tip in there if tip.workspace != workspace.id]
        if len(kept) < len(there):
            number += len(there) - len(kept)
            fields = {name: [getattr(tip, name) for tip in kept] for name in Leased._fields}
            await connection.execute(update(leases).where(leases.c.token == token).values(tips=_as_json(fields)))
    return number


def _written(planned: Sequence[Planned]) -> str:
    of = [each.subscription for each in planned]
    fields: dict[str, list[Any]] = {
        "subscription": [each.id for each in of],
        "workspace": [each.workspace.id for each in of],
        "channel": [each.channel for each in of],
        "pack": [each.pack for each in of],
        "day": [each.day for each in planned],
        "tip": [each.tip for each in planned],
        "due_at": [each.due_at for each in planned],
        "expires_at": [each.expires_at for each in planned],
    }
    return _as_json(fields)


def _as_json(fields: Mapping[str, list[Any]]) -> str:
    """A list for each field, or what all tips have alike."""
    told: dict[str, Any] = {}
    for name, cells in fields.items():
        told[name] = cells[0] if name != _OWN and cells and are_alike(cells) else cells
    return json.dumps(told, separators=(",", ":"), default=_text)


def _text(cell: date) -> str:
    return cell.isoformat()


def _read(tips: str) -> list[Leased]:
    told = json.loads(tips)
    number = len(told[_OWN])
    fields = {name: cells if isinstance(cells, list) else [cells] * number for name, cells in told.items()}
    for name, kind in _TIMES.items():
        fields[name] = [kind.fromisoformat(cell) for cell in fields[name]]
    return [Leased(*cells) for cells in zip(*(fields[name] for name in Leased._fields), strict=True)]
