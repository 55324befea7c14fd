"""Reads and writes the choices of a workspace, inside a transaction that the caller opened."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.conversation.administration import ChangedMeanwhileError, ChannelChoices, Choices, Workspace
from bot.conversation.place import Mode
from bot.store import audit
from bot.store.changes import OF_A_CHANNEL, OF_A_WORKSPACE, Change, differences, tidied
from bot.store.engine import insert_into
from bot.store.tables import channels, moderators, workspaces

_IN_ROW = tuple(name for name in OF_A_WORKSPACE if name != "moderators")


def belongs_to(workspace: Workspace, table: Table) -> ColumnElement[bool]:
    return and_(table.c.platform == workspace.platform, table.c.workspace == workspace.id)


def key(workspace: Workspace) -> dict[str, str]:
    return {"platform": workspace.platform, "workspace": workspace.id}


async def read(connection: AsyncConnection, workspace: Workspace, *, lock: bool = False) -> Choices:
    """What holds now; the defaults where nothing was chosen. `lock` keeps other writers off until the end."""
    query = select(workspaces).where(belongs_to(workspace, workspaces))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        return Choices(workspace)
    named = select(moderators.c.moderator).where(belongs_to(workspace, moderators)).order_by(moderators.c.position)
    chosen = select(channels).where(belongs_to(workspace, channels)).order_by(channels.c.channel)
    return Choices(
        workspace,
        version=row["version"],
        moderators=tuple(await connection.scalars(named)),
        channels=tuple(_channel(each) for each in (await connection.execute(chosen)).mappings()),
        removed_at=row["removed_at"],
        **_of_row(row),
    )


async def known(connection: AsyncConnection, platform: str) -> dict[Workspace, bool]:
    """Each workspace of a platform, with whether the bot is in it."""
    of_it = workspaces.c.platform == platform
    told = select(workspaces.c.workspace, workspaces.c.removed_at.is_(None)).where(of_it)
    found = await connection.execute(told.order_by(workspaces.c.workspace))
    return {Workspace(platform, name): bool(is_there) for name, is_there in found}


def _of_row(row: RowMapping) -> dict[str, Any]:
    values = {name: row[name] for name in _IN_ROW}
    packs = values["packs"]
    return values | {"mode": Mode(values["mode"]), "packs": None if packs is None else tuple(packs)}


def _channel(row: RowMapping) -> ChannelChoices:
    values = {name: row[name] for name in OF_A_CHANNEL}
    mode = values["mode"]
    return ChannelChoices(row["channel"], **values | {"mode": None if mode is None else Mode(mode)})


async def save(connection: AsyncConnection, changed: Choices, by: str, at: datetime) -> Choices:
    """Put `changed` in the place of the version that it was made from, with an audit entry for each difference.

    Raises:
        ChangedMeanwhileError: when that version is no longer the newest.
    """
    current = await read(connection, changed.workspace, lock=True)
    if current.version != changed.version:
        raise await _changed_meanwhile(connection, current, changed)
    wanted = replace(tidied(changed), removed_at=current.removed_at)
    changes = tuple(differences(current, wanted))
    if not changes:
        return current
    saved = replace(wanted, version=_next_version(current, at))
    if not await _write_row(connection, saved, current.version):
        raise await _changed_meanwhile(connection, await read(connection, changed.workspace), changed)
    await _write_moderators(connection, saved)
    await _write_channels(connection, saved)
    await audit.write(connection, saved, changes, by, at)
    return saved


async def there(connection: AsyncConnection, workspace: Workspace, at: datetime) -> Choices:
    """What holds now, with a row of its own that other rows may belong to; other writers wait until the end."""
    current = await read(connection, workspace, lock=True)
    if not current.version:
        await _write_row(connection, replace(current, version=_next_version(current, at)), 0)
        current = await read(connection, workspace, lock=True)
    return current


async def set_removed(
    connection: AsyncConnection, workspace: Workspace, removed_at: datetime | None, at: datetime
) -> Choices:
    """Note that the bot was removed, or came back. Where nothing was chosen there is nothing to note."""
    current = await read(connection, workspace, lock=True)
    if current.version == 0 or (current.removed_at is None) == (removed_at is None):
        return current
    saved = replace(current, removed_at=removed_at, version=_next_version(current, at))
    await _write_row(connection, saved, current.version)
    before, after = (moment and moment.isoformat() for moment in (current.removed_at, removed_at))
    await audit.write(connection, saved, (Change("removed_at", before, after),), audit.SYSTEM, at)
    return saved


def _next_version(current: Choices, at: datetime) -> int:
    """The first version is the time in seconds: a form from before an erasure never fits what was chosen after it."""
    return current.version + 1 if current.version else max(1, int(at.timestamp()))


async def _changed_meanwhile(connection: AsyncConnection, current: Choices, changed: Choices) -> ChangedMeanwhileError:
    return ChangedMeanwhileError(current, await audit.since(connection, changed.workspace, changed.version))


async def _write_row(connection: AsyncConnection, saved: Choices, version: int) -> bool:
    """False when somebody else was first: two first saves have no row to wait for each other on."""
    values = {name: getattr(saved, name) for name in _IN_ROW}
    values |= {"version": saved.version, "removed_at": saved.removed_at}
    values["packs"] = None if saved.packs is None else list(saved.packs)
    if version:
        mine = and_(belongs_to(saved.workspace, workspaces), workspaces.c.version == version)
        return (await connection.execute(update(workspaces).where(mine).values(values))).rowcount == 1
    first = insert_into(connection, workspaces).values(key(saved.workspace) | values)
    result = await connection.execute(first.on_conflict_do_nothing())
    return result.rowcount == 1


async def _write_moderators(connection: AsyncConnection, saved: Choices) -> None:
    rows = [
        key(saved.workspace) | {"position": position, "moderator": moderator}
        for position, moderator in enumerate(saved.moderators)
    ]
    await _replace(connection, moderators, saved.workspace, rows)


async def _write_channels(connection: AsyncConnection, saved: Choices) -> None:
    rows = [
        key(saved.workspace) | {"channel": channel.channel} | {name: getattr(channel, name) for name in OF_A_CHANNEL}
        for channel in saved.channels
    ]
    await _replace(connection, channels, saved.workspace, rows)


async def _replace(connection: AsyncConnection, table: Table, workspace: Workspace, rows: list[dict[str, Any]]) -> None:
    await connection.execute(delete(table).where(belongs_to(workspace, table)))
    if rows:
        await connection.execute(insert(table), rows)
