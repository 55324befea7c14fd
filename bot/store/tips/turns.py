"""One holder at a time, by PostgreSQL's advisory locks: for what only one process may do. SQLite has one process."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    async def hold(self, name: str) -> AsyncIterator[asyncio.Event]:
        """Wait for the turn, then hold it. The event is set when it is lost while it is held."""
        lost = asyncio.Event()
        if not isinstance(self._address, PostgresAddress):
            yield lost
            return
        connection = await self._taken(self._address, name)
        connection.add_termination_listener(lambda _connection: lost.set())
        watching = asyncio.create_task(_watch(connection, lost))
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            connection.terminate()

    async def _taken(self, address: PostgresAddress, name: str) -> asyncpg.Connection:
        key = zlib.crc32(name.encode()) - (1 << 31)
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(dsn=address.dsn, timeout=CONNECT_SECONDS)
                if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _LOCKS, key):
                    return connection
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.debug("no turn: the database does not answer", turn=name, error=type(error).__name__)
            except BaseException:
                if connection:
                    connection.terminate()
                raise
            if connection:
                connection.terminate()
            await asyncio.sleep(AGAIN_SECONDS)


async def _watch(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
    """A connection that hangs without an end has lost its turn too."""
    while not lost.is_set():
        await asyncio.sleep(PING_SECONDS)
        try:
            await connection.fetchval("SELECT 1", timeout=PING_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            lost.set()
