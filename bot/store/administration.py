"""The Administration port: each call is one transaction, and what it changed is known to the cache at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import AuditEntry, Choices, Erased, Workspace
from bot.conversation.ports import Clock
from bot.store import audit, choices, erasure, hints, slack_pictures
from bot.store.cache import Cache
from bot.store.engine import ANSWER_SECONDS, LONG_SECONDS, Database
from bot.store.settings_cache import CachedSettings


class StoredAdministration:
    """Keeps choices in a database. Every call may raise StoreUnavailableError."""

    def __init__(self, database: Database, cached: CachedSettings, clock: Clock, *others: Cache[Any]) -> None:
        """`others` know of workspaces too, and forget what is erased."""
        self._database, self._cached, self._clock, self._others = database, cached, clock, others

    async def choices(self, workspace: Workspace) -> Choices:
        async with self._database.reading() as connection:
            return await choices.read(connection, workspace)

    async def save(self, changed: Choices, by: str) -> Choices:
        async with self._changing(changed.workspace) as connection:
            saved = await choices.save(connection, changed, by, self._clock())
        self._cached.take(saved)
        return saved

    async def audit(self, workspace: Workspace, limit: int | None = None) -> tuple[AuditEntry, ...]:
        async with self._database.reading() as connection:
            return await audit.newest(connection, workspace, limit)

    async def workspaces(self, platform: str) -> dict[Workspace, bool]:
        async with self._database.reading(LONG_SECONDS) as connection:
            return await choices.known(connection, platform)

    async def removed(self, workspace: Workspace) -> None:
        now = self._clock()
        async with self._changing(workspace) as connection:
            saved = await choices.set_removed(connection, workspace, now, now)
            await slack_pictures.drop_all(connection, workspace)
        self._cached.take(saved)

    async def returned(self, workspace: Workspace) -> None:
        async with self._changing(workspace) as connection:
            saved = await choices.set_removed(connection, workspace, None, self._clock())
        self._cached.take(saved)

    async def erase(self, workspace: Workspace, *, stays: bool = False) -> Erased:
        async with self._changing(workspace, LONG_SECONDS) as connection:
            erased = await erasure.erase(connection, workspace, self._clock(), stays=stays)
        await self._forget(workspace)
        return erased

    async def erase_due(self) -> tuple[tuple[Workspace, Erased], ...]:
        now, receipts = self._clock(), []
        async with self._database.reading() as connection:
            due = await erasure.due(connection, now)
        for workspace in due:
            async with self._changing(workspace, LONG_SECONDS) as connection:
                erased = await erasure.erase_if_due(connection, workspace, now)
            if erased:
                await self._forget(workspace)
                receipts.append((workspace, erased))
        return tuple(receipts)

    async def export(self, workspace: Workspace) -> dict[str, Any]:
        async with self._database.reading(LONG_SECONDS) as connection:
            return await erasure.export(connection, workspace, self._clock())

    @asynccontextmanager
    async def _changing(self, workspace: Workspace, seconds: float = ANSWER_SECONDS) -> AsyncIterator[AsyncConnection]:
        """A transaction after which no process goes on with what it knew, however it ends."""
        try:
            async with self._database.writing(seconds) as connection:
                yield connection
                await hints.give(connection, workspace)
        finally:
            self._cached.expire(workspace)

    async def _forget(self, workspace: Workspace) -> None:
        for cache in (self._cached, *self._others):
            cache.forget(workspace)
        await self._database.tidy_up()
