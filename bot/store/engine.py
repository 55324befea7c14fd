"""The connections: SQLite or PostgreSQL behind one small class, and every fault of theirs as StoreUnavailableError."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.conversation.administration import StoreUnavailableError
from bot.store.address import Address, PostgresAddress, SqliteAddress

ANSWER_SECONDS = 2.0
"""Both platforms give 3 s to answer a form, so a moderator hears of a slow database in time."""
LONG_SECONDS = 60.0
"""An erasure or an export may take this long."""
CONNECT_SECONDS = 2.0
SQLITE_BUSY_SECONDS = 1.5
"""Less than ANSWER_SECONDS: SQLite gives up by itself, and nothing is cancelled in the middle of a commit."""
_BEGIN = "spasmbot_begin"
"""The execution option that names the words with which a transaction begins on SQLite."""
_OUR_OWN_MISTAKES = (IntegrityError, DataError, ProgrammingError)
CONNECTION_FAULTS = (DBAPIError, PoolTimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a database that is down, slow or full makes the libraries raise. (TimeoutError is an OSError.)"""


class Database:
    """A pool of connections. Use `reading` and `writing`; each is one transaction, with one time limit."""

    def __init__(
        self, engine: AsyncEngine, on_fault: Callable[[], None] = lambda: None, *, is_open: bool = True
    ) -> None:
        """Until `is_open`, which says that the tables are up to date, every use raises StoreUnavailableError.

        `on_fault` is called each time the database could not be used.
        """
        self._engine, self._on_fault, self.is_open = engine, on_fault, is_open
        self.is_postgres = engine.dialect.name == "postgresql"
        # One snapshot for the few selects of one reading. SQLite's transactions are snapshots already.
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads = engine.execution_options(**snapshot) if self.is_postgres else engine
        self._writes = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @asynccontextmanager
    async def reading(self, seconds: float = ANSWER_SECONDS) -> AsyncIterator[AsyncConnection]:
        self._see_that_it_is_open()
        with faults_told(self._on_fault):
            async with asyncio.timeout(seconds), self._reads.begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self, seconds: float = ANSWER_SECONDS) -> AsyncIterator[AsyncConnection]:
        """All of it is kept, or nothing."""
        self._see_that_it_is_open()
        with faults_told(self._on_fault):
            async with asyncio.timeout(seconds), self._writes.begin() as connection:
                yield connection

    async def time(self) -> datetime | None:
        """PostgreSQL's own time; None for a file, which has none."""
        if not self.is_postgres:
            return None
        async with self.reading() as connection:
            return await connection.scalar(select(func.clock_timestamp()))

    async def tidy_up(self) -> None:
        """Take what was erased out of SQLite's log of changes too; while somebody reads it, the next one does."""
        if not self.is_postgres:
            with suppress(*CONNECTION_FAULTS):
                await tell_sqlite(self._engine, "PRAGMA wal_checkpoint(TRUNCATE)")

    def _see_that_it_is_open(self) -> None:
        if not self.is_open:
            self._on_fault()
            raise StoreUnavailableError("the database is not there yet, or not up to date")

    async def close(self) -> None:
        await self._engine.dispose()


@contextmanager
def faults_told(on_fault: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Turn a fault of the connection into StoreUnavailableError; our own mistakes stay what they are."""
    try:
        yield
    except _OUR_OWN_MISTAKES:
        raise
    except CONNECTION_FAULTS as error:
        on_fault()
        raise StoreUnavailableError(f"the database cannot be used now ({type(error).__name__})") from error


async def tell_sqlite(engine: AsyncEngine, *pragmas: str) -> None:
    """Say what cannot be said within a transaction."""
    async with engine.execution_options(**{_BEGIN: ""}).connect() as connection:
        for pragma in pragmas:
            (await connection.exec_driver_sql(pragma)).close()


def insert_into(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens when the row is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def open_engine(address: Address, *, migrating: bool = False) -> AsyncEngine:
    """A pool that connects when it is first used. `migrating` waits for others, and leaves foreign keys for the end."""
    if isinstance(address, PostgresAddress):
        return _postgres(address)
    return _sqlite(address, migrating=migrating)


def _postgres(address: PostgresAddress) -> AsyncEngine:
    arguments: dict[str, Any] = {"dsn": address.dsn, "timeout": CONNECT_SECONDS}
    if address.pooled:
        unkept = {"prepared_statement_cache_size": 0, "statement_cache_size": 0}
        arguments |= {**unkept, "prepared_statement_name_func": lambda: f"spasmbot_{uuid4().hex}"}
    return create_async_engine(
        "postgresql+asyncpg://", connect_args=arguments, pool_pre_ping=True, pool_timeout=ANSWER_SECONDS
    )


def _sqlite(address: SqliteAddress, *, migrating: bool) -> AsyncEngine:
    wait = LONG_SECONDS if migrating else SQLITE_BUSY_SECONDS
    url = URL.create("sqlite+aiosqlite", database=str(address.path))
    engine = create_async_engine(url, connect_args={"timeout": wait}, pool_timeout=ANSWER_SECONDS)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN: sqlite3's own leaves schema changes outside of transactions
        cursor = connection.cursor()
        for pragma in _pragmas(migrating=migrating):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        words = connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE" if migrating else "BEGIN")
        if words:
            connection.exec_driver_sql(words)

    return engine


def _pragmas(*, migrating: bool) -> tuple[str, ...]:
    if migrating:  # a table that is made anew must not take its children with it
        return ("foreign_keys=OFF",)
    return ("foreign_keys=ON", "secure_delete=ON")
