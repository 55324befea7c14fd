"""What operators see of daily tips: which come next, and what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, and_, or_, select

from bot.conversation.administration import Workspace
from bot.conversation.tips import Status, Stop, Why
from bot.store.choices import belongs_to
from bot.store.engine import LONG_SECONDS, Database
from bot.store.tables import deliveries, subscriptions, workspaces
from bot.store.tips import leases
from bot.store.tips.rows import OF_ITS_WORKSPACE, is_open

STUCK_AFTER = timedelta(minutes=5)
"""A tip that waits so long after it was due is told to be stuck."""
FAILED_WITHIN = timedelta(days=2)
_BY_THEMSELVES = (Stop.ASKED, Stop.GONE, Stop.FORBIDDEN, Stop.NO_TIPS)


@dataclass(frozen=True)
class Coming:
    """The next tip of one subscription. `paused` tells that its community paused everything, or removed the bot."""

    workspace: Workspace
    channel: str
    subscription: int
    zone: str
    due_at: datetime
    day: date
    paused: bool


@dataclass(frozen=True)
class Stuck:
    """Something that does not go on by itself, or not in time: a subscription (no `day`), or one day's tip."""

    workspace: Workspace
    channel: str
    subscription: int
    day: date | None
    since: datetime | None
    state: Stop | Status
    why: Why | None = None


async def coming(database: Database, workspace: Workspace | None, limit: int) -> Sequence[Coming]:
    """The next ones of all communities, or of one, the soonest first."""
    paused = or_(workspaces.c.paused, workspaces.c.removed_at.is_not(None)).label("paused")
    query = select(subscriptions, paused).join(workspaces, OF_ITS_WORKSPACE)
    query = query.where(subscriptions.c.active, subscriptions.c.next_due_at.is_not(None))
    query = query.order_by(subscriptions.c.next_due_at, subscriptions.c.id).limit(limit)
    async with database.reading(LONG_SECONDS) as connection:
        rows = (await connection.execute(_of(query, workspace, subscriptions))).mappings().all()
    return [
        Coming(
            Workspace(row["platform"], row["workspace"]),
            row["channel"],
            row["id"],
            row["zone"],
            row["next_due_at"],
            row["next_local_date"],
            bool(row["paused"]),
        )
        for row in rows
    ]


async def stuck(database: Database, workspace: Workspace | None, now: datetime, limit: int) -> Sequence[Stuck]:
    """Subscriptions that stopped by themselves, then tips that wait too long or did not get there."""
    stopped = select(subscriptions).where(subscriptions.c.stopped.in_(_BY_THEMSELVES)).order_by(subscriptions.c.id)
    waiting = and_(is_open(), deliveries.c.due_at < now - STUCK_AFTER)
    unsure = deliveries.c.status.in_((Status.FAILED, Status.UNCERTAIN))
    failed = and_(unsure, deliveries.c.due_at > now - FAILED_WITHIN)
    late = select(deliveries).where(or_(waiting, failed)).order_by(deliveries.c.due_at, deliveries.c.id)
    async with database.reading(LONG_SECONDS) as connection:
        first = (await connection.execute(_of(stopped.limit(limit), workspace, subscriptions))).mappings().all()
        then = (await connection.execute(_of(late.limit(limit), workspace, deliveries))).mappings().all()
        sent = await leases.on_their_way(connection, workspace)
    found = [
        Stuck(Workspace(r["platform"], r["workspace"]), r["channel"], r["id"], None, None, Stop(r["stopped"]))
        for r in first
    ]
    late_sent = [(whose, tip) for whose, tip in sent if tip.due_at < now - STUCK_AFTER][:limit]
    found += [
        Stuck(whose, tip.channel, tip.subscription, tip.day, tip.due_at, Status.LEASED) for whose, tip in late_sent
    ]
    return found + [
        Stuck(
            Workspace(r["platform"], r["workspace"]),
            r["channel"],
            r["subscription"],
            r["local_date"],
            r["due_at"],
            Status(r["status"]),
            Why(r["last_error"]) if r["last_error"] else None,
        )
        for r in then
    ]


def _of(query: Select[Any], workspace: Workspace | None, table: Table) -> Select[Any]:
    return query.where(belongs_to(workspace, table)) if workspace else query
