"""What moderators are told once: a subscription stopped by itself, or its quiet days are over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.conversation.tips import Stop
from bot.store.audit import SYSTEM
from bot.store.choices import belongs_to
from bot.store.tables import audit, notices, subscriptions
from bot.store.tips.planning import notify
from bot.store.tips.rows import subscription_of
from bot.tips.ports import Notice

MOST_PEOPLE = 3
"""Moderators that are tried, the one who changed something last first."""


async def end_quiet(connection: AsyncConnection, now: datetime, limit: int) -> int:
    """Subscriptions whose quiet days are over stay silent until a moderator says that they go on."""
    over = select(subscriptions.c.id).where(
        subscriptions.c.quiet_until <= now, subscriptions.c.quiet_until.is_not(None), subscriptions.c.stopped == "quiet"
    )
    found = list(await connection.scalars(over.limit(limit).with_for_update(skip_locked=True)))
    for subscription in found:
        values = {"stopped": Stop.ASKED, "quiet_until": None, "version": subscriptions.c.version + 1}
        await connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(values))
        await notify(connection, subscription, Stop.ASKED, now)
    return len(found)


async def take(connection: AsyncConnection, platform: str, now: datetime, limit: int) -> Sequence[Notice]:
    """Take what nobody was told yet. It counts as told from now on: once at most, whatever happens."""
    query = select(notices.c.id, notices.c.kind, notices.c.subscription)
    query = query.where(notices.c.platform == platform, notices.c.told_at.is_(None), notices.c.at <= now)
    query = query.order_by(notices.c.at).limit(limit).with_for_update(skip_locked=True)
    found = []
    for number, kind, of in (await connection.execute(query)).all():
        row = (await connection.execute(select(subscriptions).where(subscriptions.c.id == of))).one()
        subscription = subscription_of(row)
        found.append(Notice(number, subscription, Stop(kind), await _people(connection, subscription.workspace)))
    if found:
        told = update(notices).where(notices.c.id.in_([n.id for n in found])).values(told_at=now)
        await connection.execute(told)
    return found


async def _people(connection: AsyncConnection, workspace: Workspace) -> tuple[str, ...]:
    """Who changed something in the community, the last one first."""
    mine = belongs_to(workspace, audit)
    query = select(audit.c.by).where(mine, audit.c.by != SYSTEM).group_by(audit.c.by)
    return tuple(await connection.scalars(query.order_by(func.max(audit.c.id).desc()).limit(MOST_PEOPLE)))
