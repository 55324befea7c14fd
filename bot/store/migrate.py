"""Bring the tables up to date at start, under a lock; refuse only a schema that this code cannot read."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.settings import SettingError
from bot.store.address import Address
from bot.store.engine import LONG_SECONDS, open_engine, tell_sqlite
from bot.store.tables import store_schema

MIGRATIONS = Path(__file__).parent / "migrations"
CODE_VERSION = 1
"""Grows when code learns to read a changed schema. A contracting migration raises `min_code_version` to it."""
AGAIN_SECONDS = 0.02
_VERSIONS = "alembic_version"
_LOCK = 0x5BA5_B07
"""The advisory lock of those who migrate."""


async def migrate(address: Address, migrations: Path = MIGRATIONS, code_version: int = CODE_VERSION) -> None:
    """Run what is missing, all in one transaction; whoever else starts at this moment waits.

    Raises:
        SettingError: when the schema is newer than this code can read.
    """
    engine = open_engine(address, migrating=True)
    try:
        if engine.dialect.name == "sqlite":
            await _write_ahead(engine)
        async with engine.begin() as connection:
            await _wait_for_my_turn(connection)
            await connection.run_sync(_upgrade, migrations, code_version, address.setting)
    finally:
        await engine.dispose()


async def _write_ahead(engine: AsyncEngine) -> None:
    """Turn SQLite's write-ahead log on, for good. Who waits for this inside of SQLite holds up those it waits for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LONG_SECONDS
    impatient, patient = "PRAGMA busy_timeout=0", f"PRAGMA busy_timeout={LONG_SECONDS * 1000:.0f}"
    while True:
        try:
            return await tell_sqlite(engine, impatient, "PRAGMA journal_mode=WAL", patient)
        except OperationalError:
            if loop.time() > end:
                raise
        await asyncio.sleep(AGAIN_SECONDS)


async def _wait_for_my_turn(connection: AsyncConnection) -> None:
    """SQLite has waited already: its transaction began as the only one that writes."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LONG_SECONDS:.0f}s'"))
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


class Standing(StrEnum):
    """How a database stands to this code."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"
    """Newer, and readable still."""
    TOO_NEW = "too new"


def standing(connection: Connection) -> Standing:
    """Look, and change nothing."""
    if not inspect(connection).has_table(_VERSIONS):
        return Standing.EMPTY
    if _min_code_version(connection) > CODE_VERSION:
        return Standing.TOO_NEW
    scripts = ScriptDirectory(str(MIGRATIONS))
    if _is_ahead(connection, scripts):
        return Standing.AHEAD
    return Standing.CURRENT if _revision(connection) == scripts.get_current_head() else Standing.BEHIND


def known_revisions() -> frozenset[str]:
    """Every step that this code knows of."""
    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def _upgrade(connection: Connection, migrations: Path, code_version: int, setting: str) -> None:
    needs = _min_code_version(connection)
    if needs > code_version:
        problem = f"holds data of a newer Spasmbot (schema {needs}; this one reads up to {code_version})."
        raise SettingError(setting, problem, "run the newer version, or go back to a backup made before the upgrade")
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    if _is_ahead(connection, ScriptDirectory.from_config(config)):
        return
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration left rows without the row that they belong to; nothing was changed")


def _min_code_version(connection: Connection) -> int:
    if not inspect(connection).has_table(store_schema.name):
        return 0
    return connection.scalar(select(store_schema.c.min_code_version)) or 0


def _is_ahead(connection: Connection, scripts: ScriptDirectory) -> bool:
    """Newer code has only added to the tables: this code reads them still, and there is nothing to do."""
    if not inspect(connection).has_table(_VERSIONS):
        return False
    return _revision(connection) not in {None, *(script.revision for script in scripts.walk_revisions())}


def _revision(connection: Connection) -> Any:
    """None where no migration is noted."""
    return connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 - a constant
