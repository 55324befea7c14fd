"""What is read of a workspace, at speed: kept for 30 s, and given from memory while the database is down or slow."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from bot.conversation.administration import Workspace
from bot.conversation.ports import Clock

LIFETIME = timedelta(seconds=30)
RETRY_AFTER = timedelta(seconds=2)
"""After a fault the last known answers alone for so long; a question then does not wait for a dead database."""
WAIT_SECONDS = 0.3
"""The longest that an answer waits for the database."""
MOST_KEPT = 20_000
_log = structlog.get_logger(__name__)
V = TypeVar("V")


@dataclass(frozen=True)
class Known(Generic[V]):
    """What the database said last. (A value may be None; that nothing is known is None in place of this.)"""

    value: V


class _Entry(Generic[V]):
    """What is known of a workspace, and the reading that is under way."""

    def __init__(self) -> None:
        self.known: Known[V] | None = None
        self.reading: asyncio.Task[None] | None = None
        self._since: datetime | None = None
        self._lasts = LIFETIME

    def is_fresh(self, now: datetime) -> bool:
        return self._since is not None and timedelta(0) <= now - self._since < self._lasts

    def keep(self, now: datetime, lasts: timedelta) -> None:
        self._since, self._lasts, self.reading = now, lasts, None

    def expire(self) -> None:
        """Read again when asked next; a reading under way may have come too early."""
        self._since, self.reading = None, None


class Cache(Generic[V]):
    """Over one kind of reading, which `what` names in the log. It never raises, nor waits longer than WAIT_SECONDS."""

    def __init__(self, read: Callable[[Workspace], Awaitable[V]], clock: Clock, what: str) -> None:
        self._read, self._clock, self._what = read, clock, what
        self._entries: dict[Workspace, _Entry[V]] = {}
        self._readings: set[asyncio.Task[None]] = set()
        self._faulty = False

    async def get(self, workspace: Workspace) -> Known[V] | None:
        """What is known of a workspace, read anew when that is due."""
        entry = self._entry(workspace)
        await self._refresh(workspace, entry)
        return entry.known

    def known(self, workspace: Workspace) -> Known[V] | None:
        """The same, without reading."""
        entry = self._entries.get(workspace)
        return entry.known if entry else None

    def learn(self, workspace: Workspace, value: V) -> None:
        """Take what was just read or saved here."""
        entry = self._entry(workspace)
        entry.known = Known(value)
        entry.keep(self._clock(), LIFETIME)

    def expire(self, workspace: Workspace | None = None) -> None:
        """Read a workspace, or each one where None, again when it is asked for next."""
        entries = self._entries.values() if workspace is None else filter(None, [self._entries.get(workspace)])
        for entry in entries:
            entry.expire()

    def forget(self, workspace: Workspace) -> None:
        """Nothing of what was erased stays in memory."""
        self._entries.pop(workspace, None)

    async def close(self) -> None:
        for reading in self._readings:
            reading.cancel()
        await asyncio.gather(*self._readings, return_exceptions=True)

    def _entry(self, workspace: Workspace) -> _Entry[V]:
        """The entry, which is now the one used last; the one not used for longest makes room."""
        entry = self._entries.pop(workspace) if workspace in self._entries else _Entry[V]()
        self._entries[workspace] = entry
        if len(self._entries) > MOST_KEPT:
            del self._entries[next(iter(self._entries))]
        return entry

    async def _refresh(self, workspace: Workspace, entry: _Entry[V]) -> None:
        """Wait for a reading, which others may have begun, until it is here or time is up. It goes on without us."""
        loop = asyncio.get_running_loop()
        end = loop.time() + WAIT_SECONDS
        while not entry.is_fresh(self._clock()):
            if entry.reading is None:
                entry.reading = loop.create_task(self._take(workspace, entry))
                self._readings.add(entry.reading)
                entry.reading.add_done_callback(self._readings.discard)
            done, _ = await asyncio.wait({entry.reading}, timeout=max(0.0, end - loop.time()))
            if not done:
                self._tell_fault("TimeoutError")
                return

    async def _take(self, workspace: Workspace, entry: _Entry[V]) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            value = await self._read(workspace)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a person in pain gets an answer anyhow
            self._tell_fault(type(error).__name__)
            if entry.reading is asyncio.current_task():
                entry.keep(self._clock(), RETRY_AFTER)
            return
        if self._faulty and loop.time() - begun < WAIT_SECONDS:
            self._faulty = False
            _log.info(f"{self._what} are read again")
        if entry.reading is asyncio.current_task():
            entry.known = Known(value)
            entry.keep(self._clock(), LIFETIME)

    def _tell_fault(self, error: str) -> None:
        """Once for as long as it lasts."""
        if not self._faulty:
            self._faulty = True
            _log.warning(f"{self._what} cannot be read in time; the last known ones hold", error=error)
