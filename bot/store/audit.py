"""Who changed what, when, from what to what."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import AuditEntry, Choices, Workspace
from bot.store.changes import Change
from bot.store.tables import audit

SYSTEM = "system"


async def write(connection: AsyncConnection, saved: Choices, changes: Sequence[Change], by: str, at: datetime) -> None:
    """Add an entry for each change that made `saved`, or something that belongs to it."""
    whose = {"platform": saved.workspace.platform, "workspace": saved.workspace.id, "version": saved.version}
    rows = [
        whose | {"at": at, "by": by, "what": each.what, "before": each.before, "after": each.after} for each in changes
    ]
    await connection.execute(insert(audit), rows)


async def newest(connection: AsyncConnection, workspace: Workspace, limit: int | None) -> tuple[AuditEntry, ...]:
    return await _read(connection, workspace, 0, limit)


async def since(connection: AsyncConnection, workspace: Workspace, version: int) -> tuple[AuditEntry, ...]:
    """What was changed after `version`, the newest first."""
    return await _read(connection, workspace, version, None)


async def _read(
    connection: AsyncConnection, workspace: Workspace, version: int, limit: int | None
) -> tuple[AuditEntry, ...]:
    mine = and_(audit.c.platform == workspace.platform, audit.c.workspace == workspace.id, audit.c.version > version)
    told = (audit.c.at, audit.c.by, audit.c.what, audit.c.before, audit.c.after)
    rows = await connection.execute(select(*told).where(mine).order_by(audit.c.id.desc()).limit(limit))
    return tuple(AuditEntry(*row) for row in rows)
