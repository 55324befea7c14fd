"""Choices kept in memory: the Administration port and the Settings port over it, with a switch for trouble."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.conversation.administration import (
    AuditEntry,
    ChangedMeanwhileError,
    Choices,
    Erased,
    StoreUnavailableError,
    Workspace,
)
from bot.conversation.place import Place, PlaceSettings
from bot.store.changes import differences


class MemoryAdministration:
    """`down` makes each call fail; `slow`, while it is set, makes each wait."""

    def __init__(self) -> None:
        self.kept: dict[Workspace, Choices] = {}
        self.entries: dict[Workspace, list[tuple[int, AuditEntry]]] = {}
        self.down = False
        self.slow: asyncio.Event | None = None
        self.time = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    async def _ready(self) -> None:
        if self.slow:
            await asyncio.wait_for(self.slow.wait(), 5)
        if self.down:
            raise StoreUnavailableError

    async def choices(self, workspace: Workspace) -> Choices:
        await self._ready()
        return self.kept.get(workspace, Choices(workspace))

    async def save(self, changed: Choices, by: str) -> Choices:
        await self._ready()
        return self.keep(changed, by)

    def keep(self, changed: Choices, by: str = "somebody") -> Choices:
        current = self.kept.get(changed.workspace, Choices(changed.workspace))
        entries = self.entries.setdefault(changed.workspace, [])
        if changed.version != current.version:
            raise ChangedMeanwhileError(current, [e for v, e in reversed(entries) if v > changed.version])
        changes = list(differences(current, changed))
        if not changes:
            return current
        saved = replace(changed, version=current.version + 1)
        self.time += timedelta(minutes=1)
        entries += [(saved.version, AuditEntry(self.time, by, c.what, c.before, c.after)) for c in changes]
        self.kept[changed.workspace] = saved
        return saved

    async def audit(self, workspace: Workspace, limit: int | None = None) -> tuple[AuditEntry, ...]:
        await self._ready()
        return tuple(e for _, e in reversed(self.entries.get(workspace, [])))[:limit]

    async def workspaces(self, platform: str) -> dict[Workspace, bool]:
        await self._ready()
        return {w: c.removed_at is None for w, c in self.kept.items() if w.platform == platform}

    async def removed(self, workspace: Workspace) -> None:
        await self._ready()
        if workspace in self.kept:
            self.kept[workspace] = replace(self.kept[workspace], removed_at=self.time)

    async def returned(self, workspace: Workspace) -> None:
        await self._ready()
        if workspace in self.kept:
            self.kept[workspace] = replace(self.kept[workspace], removed_at=None)

    async def erase(self, workspace: Workspace, *, stays: bool = False) -> Erased:
        del stays  # nothing is installed here
        await self._ready()
        rows = {"workspaces": int(workspace in self.kept), "audit": len(self.entries.get(workspace, []))}
        self.kept.pop(workspace, None)
        self.entries.pop(workspace, None)
        return Erased(self.time, {name: number for name, number in rows.items() if number})

    async def erase_due(self) -> tuple[tuple[Workspace, Erased], ...]:
        due = [w for w, c in self.kept.items() if c.removed_at]
        return tuple([(w, await self.erase(w)) for w in due])

    async def export(self, workspace: Workspace) -> dict[str, Any]:
        await self._ready()
        return {"choices": asdict(await self.choices(workspace)), "audit": list(map(asdict, self._told(workspace)))}

    def _told(self, workspace: Workspace) -> Iterable[AuditEntry]:
        return (e for _, e in self.entries.get(workspace, []))

    async def of(self, place: Place) -> PlaceSettings:
        """The Settings port: what is known is served, whatever happened to the database."""
        return self.kept.get(workspace := Workspace(place.platform, place.workspace), Choices(workspace)).for_place(
            place
        )
