"""Claims tips for one worker, and writes down what became of them while their lease is still that worker's."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Boolean, RowMapping, String, and_, case, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status
from bot.store.tables import Moment, deliveries, subscriptions, workspaces
from bot.store.tips import leases
from bot.store.tips.adding import add_rows, roughly, rows_of_settled
from bot.store.tips.planning import stop
from bot.store.tips.rows import OF_ITS_WORKSPACE, is_open
from bot.store.tips.values import Few, Types, values
from bot.tips.ports import Claimed, Settled

_LOOKED_AT = 2
"""So many times the tips wanted are looked at, so that one community's many do not stand before all others."""
_TOLD = (
    *(deliveries.c[name] for name in ("id", "platform", "workspace", "subscription", "channel", "local_date", "pack")),
    *(deliveries.c[name] for name in ("tip", "due_at", "expires_at", "attempt", "maybe_sent", "tried_at")),
    subscriptions.c.locale,
    workspaces.c.locale.label("community_locale"),
    and_(subscriptions.c.active, ~workspaces.c.paused, workspaces.c.removed_at.is_(None)).label("wanted"),
)
_SETTLED: Types = {
    "of": BigInteger(),
    "token": Few(),
    "status": Few(),
    "available_at": Moment(),
    "maybe_sent": Boolean(),
    "message": String(),
    "sent_at": Moment(),
    "why": Few(),
}


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
    await leases.end_overdue(connection, platform, now)
    rows = (await connection.execute(query.with_for_update(of=deliveries, skip_locked=True))).mappings()
    chosen = _fairly(rows.all(), limit, each)
    if not chosen:
        return []
    token = uuid4().hex
    mine = values(connection, "mine", {"of": BigInteger()}, [[row["id"] for row in chosen]])
    leased = {
        "status": Status.LEASED,
        "lease_token": token,
        "available_at": now + lease,
        "maybe_sent": True,
        "tried_at": case((deliveries.c.maybe_sent, func.coalesce(deliveries.c.tried_at, now)), else_=now),
        "attempt": deliveries.c.attempt + 1,
    }
    await connection.execute(update(deliveries).where(deliveries.c.id == mine.c.of).values(leased))
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


def _claimed(row: RowMapping, token: str, now: datetime) -> Claimed:
    return Claimed(
        token,
        row["id"],
        row["subscription"],
        Workspace(row["platform"], row["workspace"]),
        row["channel"],
        row["local_date"],
        row["pack"],
        row["tip"],
        row["locale"] or row["community_locale"],
        row["due_at"],
        row["expires_at"],
        row["attempt"] + 1,
        maybe_sent=row["maybe_sent"],
        tried_at=_tried_at(row, now),
        wanted=row["wanted"],
    )


async def settle(connection: AsyncConnection, settled: Sequence[Settled]) -> None:
    """Write it all down; what another worker has taken since is left alone."""
    new = [each for each in settled if each.claimed.row is None]
    if new:
        sets = Counter(each.claimed.token for each in new)
        await leases.count_off(connection, sets)
        await leases.end_settled(connection, sets, await add_rows(connection, rows_of_settled(new)))
    if len(new) < len(settled):
        await _mark(connection, [each for each in settled if each.claimed.row is not None])
    for each in settled:
        if each.stop:
            await _stop(connection, each)


async def _mark(connection: AsyncConnection, settled: Sequence[Settled]) -> None:
    at = roughly(each.at for each in settled)
    to = values(connection, "settled", _SETTLED, zip(*map(_settled_row, settled, at), strict=True))
    written = {
        "status": to.c.status,
        "available_at": to.c.available_at,
        "maybe_sent": to.c.maybe_sent,
        "message_id": to.c.message,
        "sent_at": to.c.sent_at,
        "last_error": to.c.why,
        "lease_token": None,
    }
    still_mine = (deliveries.c.id == to.c.of, deliveries.c.lease_token == to.c.token)
    await connection.execute(update(deliveries).where(*still_mine).values(written))


def _settled_row(settled: Settled, at: datetime) -> tuple[Any, ...]:
    return (
        settled.claimed.row,
        settled.claimed.token,
        settled.status,
        settled.available_at if settled.status is Status.PENDING else at,
        settled.maybe_sent,
        settled.message,
        at if settled.status is Status.SENT else None,
        settled.why,
    )


async def _stop(connection: AsyncConnection, settled: Settled) -> None:
    """Its subscription stops too, if this was written down."""
    subscription, day = settled.claimed.subscription, settled.claimed.day
    its_day = (deliveries.c.subscription == subscription, deliveries.c.local_date == day)
    written = select(deliveries.c.id).where(*its_day, deliveries.c.status == settled.status)
    if await connection.scalar(written):
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
    rows = {platform: (number, since) for platform, number, since in await connection.execute(query)}
    for platform, (number, since) in (await leases.overdue(connection, now)).items():
        others, longest = rows.get(platform, (0, since))
        rows[platform] = number + others, min(since, longest)
    return {platform: (number, max(0.0, (now - since).total_seconds())) for platform, (number, since) in rows.items()}
