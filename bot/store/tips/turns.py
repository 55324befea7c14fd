"""One holder at a time, by PostgreSQL's advisory locks: for what only one process may do. SQLite has one process."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg  # type: ignore[import-untyped]
import structlog

from bot.store.address import Address, PostgresAddress
from bot.store.engine import CONNECT_SECONDS

_LOCKS = 0x5BA5
"""First half of the lock's key; the second one is made of its name."""
AGAIN_SECONDS = 1.0
PING_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class Turns:
    """Gives turns. A turn is held by a connection of its own; it is lost with that."""

    def __init__(self, address: Address) -> None:
        self._address = address

    @asynccontextmanager
    async def hold(self, name: str, stopping: asyncio.Event) -> AsyncIterator[asyncio.Event]:
        """Wait for the turn, or until it is time to stop. The event is set when the turn is lost while it is held."""
        lost = asyncio.Event()
        connection = None
        if isinstance(self._address, PostgresAddress):
            connection = await self._taken(self._address, zlib.crc32(name.encode()) - (1 << 31), stopping)
        if not connection:
            yield lost
            return
        connection.add_termination_listener(lambda _connection: lost.set())
        watching = asyncio.create_task(_watch(connection, lost))
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            connection.terminate()

    async def _taken(self, address: PostgresAddress, key: int, stopping: asyncio.Event) -> asyncpg.Connection | None:
        """A connection that holds the lock; None when it was time to stop first."""
        while not stopping.is_set():
            if connection := await _try(address, key):
                return connection
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), AGAIN_SECONDS)
        return None


async def _try(address: PostgresAddress, key: int) -> asyncpg.Connection | None:
    connection, held = None, False
    try:
        connection = await asyncpg.connect(dsn=address.dsn, timeout=CONNECT_SECONDS)
        held = await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _LOCKS, key)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        _log.debug("no turn: the database does not answer", error=type(error).__name__)
    finally:
        if connection and not held:
            connection.terminate()
    return connection if held else None


async def _watch(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
    """A connection that hangs without an end has lost its turn too."""
    while not lost.is_set():
        await asyncio.sleep(PING_SECONDS)
        try:
            await connection.fetchval("SELECT 1", timeout=PING_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            lost.set()
