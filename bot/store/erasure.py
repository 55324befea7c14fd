"""Erase and show everything kept about a workspace. It goes over all tables, so a new one is never forgotten."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Erased, Workspace
from bot.store.choices import belongs_to
from bot.store.tables import HIDDEN, installations, leases, of_workspaces, subscriptions, workspaces
from bot.store.tips import leases as in_sets

ERASED_AFTER = timedelta(days=30)
"""How long after its removal what the bot kept about a workspace is erased."""


async def due(connection: AsyncConnection, at: datetime) -> tuple[Workspace, ...]:
    query = select(workspaces.c.platform, workspaces.c.workspace).where(workspaces.c.removed_at <= at - ERASED_AFTER)
    return tuple(Workspace(*row) for row in await connection.execute(query.order_by(workspaces.c.removed_at)))


async def erase(connection: AsyncConnection, workspace: Workspace, at: datetime, *, stays: bool = False) -> Erased:
    """Erase every row of a workspace; no trace of it stays, but for the installation where the bot `stays`.

    Tips that are on their way come first: whoever sends them locks their set before anything else, too. Then its
    subscriptions are held, so that nothing is planned for them while their deliveries go.
    """
    await connection.execute(_the_row(workspace))
    rows = {leases.name: await in_sets.erase(connection, workspace)}
    await connection.execute(_its_subscriptions(workspace))
    for table in of_workspaces():
        if stays and table is installations:
            continue
        rows[table.name] = (await connection.execute(delete(table).where(belongs_to(workspace, table)))).rowcount
    return Erased(at, {name: number for name, number in reversed(rows.items()) if number})


async def erase_if_due(connection: AsyncConnection, workspace: Workspace, at: datetime) -> Erased | None:
    """None when the bot has come back, or another process was quicker."""
    still_due = _the_row(workspace).where(workspaces.c.removed_at <= at - ERASED_AFTER)
    found = (await connection.execute(still_due)).one_or_none()
    return await erase(connection, workspace, at) if found else None


def _the_row(workspace: Workspace) -> Select[tuple[int]]:
    """The row that every writer locks first."""
    return select(workspaces.c.version).where(belongs_to(workspace, workspaces)).with_for_update()


def _its_subscriptions(workspace: Workspace) -> Select[tuple[int]]:
    return select(subscriptions.c.id).where(belongs_to(workspace, subscriptions)).with_for_update()


async def export(connection: AsyncConnection, workspace: Workspace, at: datetime) -> dict[str, Any]:
    """Every row of a workspace, table by table, as JSON."""
    found: dict[str, Any] = {"platform": workspace.platform, "workspace": workspace.id, "exported_at": at.isoformat()}
    for table in reversed(of_workspaces()):
        unsaid = ("platform", "workspace", "id")
        columns = [c for c in table.c if c.name not in unsaid and not c.info.get(HIDDEN)]
        query = select(*columns).where(belongs_to(workspace, table)).order_by(*table.primary_key)
        rows = (await connection.execute(query)).mappings()
        found[table.name] = [{name: _as_json(value) for name, value in row.items()} for row in rows]
    sent = await in_sets.on_their_way(connection, workspace)
    found[leases.name] = [{name: _as_json(value) for name, value in tip._asdict().items()} for _, tip in sent]
    return found


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
