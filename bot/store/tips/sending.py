"""Claims tips for one worker, and writes down what became of them while their lease is still that worker's."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, and_, bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status
from bot.store.tables import deliveries, subscriptions, workspaces
from bot.store.tips.planning import stop
from bot.store.tips.rows import OF_ITS_WORKSPACE, is_open, mark_of
from bot.tips.ports import Claimed, Settled

_LOOKED_AT = 2
"""So many times the tips wanted are looked at, so that one community's many do not stand before all others."""
_TOLD = (
    deliveries,
    subscriptions.c.active,
    subscriptions.c.locale,
    workspaces.c.paused,
    workspaces.c.removed_at,
    workspaces.c.locale.label("community_locale"),
)
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"))
    .values(
        status="leased",
        lease_token=bindparam("to_token"),
        available_at=bindparam("to_end"),
        maybe_sent=True,
        tried_at=bindparam("to_tried"),
        attempt=deliveries.c.attempt + 1,
    )
)
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"), deliveries.c.lease_token == bindparam("of_token"))
    .values(
        status=bindparam("to_status"),
        available_at=bindparam("to_available"),
        maybe_sent=bindparam("to_maybe"),
        message_id=bindparam("to_message"),
        sent_at=bindparam("to_sent"),
        last_error=bindparam("to_error"),
        lease_token=None,
    )
)


async def claim(
    connection: AsyncConnection,
    platform: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    *,
    each: int,
    without: Sequence[Workspace],
) -> list[Claimed]:
    """Take at most `limit` tips that may be sent now, at most `each` of a community."""
    of_subscription = subscriptions.c.id == deliveries.c.subscription
    query = select(*_TOLD).select_from(deliveries).join(subscriptions, of_subscription)
    query = query.join(workspaces, OF_ITS_WORKSPACE)
    query = query.where(deliveries.c.platform == platform, is_open(), deliveries.c.available_at <= now)
    if without:
        whose = tuple_(deliveries.c.platform, deliveries.c.workspace)
        query = query.where(whose.not_in([(w.platform, w.id) for w in without]))
    query = query.order_by(deliveries.c.available_at).limit(limit * _LOOKED_AT)
    rows = (await connection.execute(query.with_for_update(of=deliveries, skip_locked=True))).mappings()
    chosen = _fairly(rows.all(), limit, each)
    if not chosen:
        return []
    token = uuid4().hex
    await connection.execute(_CLAIM, [_lease_row(row, token, now, lease) for row in chosen])
    return [_claimed(row, token, now) for row in chosen]


def _fairly(rows: Sequence[RowMapping], limit: int, each: int) -> list[RowMapping]:
    taken = Counter[str]()
    chosen: list[RowMapping] = []
    for row in rows:
        if len(chosen) == limit:
            break
        if taken[row["workspace"]] < each:
            taken[row["workspace"]] += 1
            chosen.append(row)
    return chosen


def _tried_at(row: RowMapping, now: datetime) -> datetime:
    tried: datetime | None = row["tried_at"]
    return tried if row["maybe_sent"] and tried else now


def _lease_row(row: RowMapping, token: str, now: datetime, lease: timedelta) -> dict[str, Any]:
    return {"of_id": row["id"], "to_token": token, "to_end": now + lease, "to_tried": _tried_at(row, now)}


def _claimed(row: RowMapping, token: str, now: datetime) -> Claimed:
    return Claimed(
        row["id"],
        token,
        mark_of(row["subscription"], row["local_date"]),
        Workspace(row["platform"], row["workspace"]),
        row["channel"],
        row["pack"],
        row["tip"],
        row["locale"] or row["community_locale"],
        row["due_at"],
        row["expires_at"],
        row["attempt"] + 1,
        maybe_sent=row["maybe_sent"],
        tried_at=_tried_at(row, now),
        wanted=row["active"] and not row["paused"] and row["removed_at"] is None,
    )


async def settle(connection: AsyncConnection, settled: Sequence[Settled]) -> None:
    """Write it all down; what another worker has leased since is left alone."""
    await connection.execute(_SETTLE, [_settled_row(each) for each in sorted(settled, key=lambda s: s.claimed.id)])
    for each in settled:
        if each.stop:
            await _stop(connection, each)


def _settled_row(settled: Settled) -> dict[str, Any]:
    return {
        "of_id": settled.claimed.id,
        "of_token": settled.claimed.token,
        "to_status": settled.status,
        "to_available": settled.available_at or settled.at,
        "to_maybe": settled.maybe_sent,
        "to_message": settled.message,
        "to_sent": settled.at if settled.status is Status.SENT else None,
        "to_error": settled.why,
    }


async def _stop(connection: AsyncConnection, settled: Settled) -> None:
    """Its subscription stops too, if this was still its lease."""
    of = select(deliveries.c.subscription).where(
        deliveries.c.id == settled.claimed.id, deliveries.c.status == settled.status
    )
    subscription = await connection.scalar(of)
    if subscription is not None:
        await stop(connection, subscription, settled.stop or "", settled.at)


async def forget_old(connection: AsyncConnection, before: datetime, limit: int = 5000) -> int:
    """Erase what became of old tips, a part at a time."""
    old = select(deliveries.c.id).where(deliveries.c.due_at < before, ~is_open()).limit(limit)
    return (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(old)))).rowcount


async def backlog(connection: AsyncConnection, now: datetime) -> dict[str, tuple[int, float]]:
    """By platform, how many tips could be sent now, and for how many seconds the oldest has waited."""
    waiting = and_(is_open(), deliveries.c.available_at <= now)
    oldest = func.min(deliveries.c.available_at)
    query = select(deliveries.c.platform, func.count(), oldest).where(waiting).group_by(deliveries.c.platform)
    return {
        platform: (number, max(0.0, (now - since).total_seconds()))
        for platform, number, since in await connection.execute(query)
    }
