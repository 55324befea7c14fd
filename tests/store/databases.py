"""A plugin of fixtures: an empty or an up-to-date database of each kind, new for each test; one server for all.

PostgreSQL is the server of TEST_DATABASE_URL (its user may create databases), else one of our own (server.py).
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bot.settings import Settings
from bot.store.address import address_of
from bot.store.migrate import migrate
from tests.store.server import Server

KINDS = ("sqlite", "postgresql")
_numbers = count(1)


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a loop of its own, also while a test's loop is set up."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def url_of(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


@asynccontextmanager
async def new_database(dsn: str, template: str = "template0") -> AsyncIterator[str]:
    """A database on the server of `dsn` as long as it is needed; gives its name."""
    name = f"spasmbot_test_{os.getpid()}_{next(_numbers)}"
    await tell(dsn, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        await tell(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def tell(dsn: str, words: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(words, *values)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Our own PostgreSQL, which a test may kill."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def running(server: Server) -> Iterator[Server]:
    """The same, for a test that kills it: it runs again afterwards, whatever happened."""
    yield server
    server.recover()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> str:
    """The address of a server to make databases on."""
    return os.environ.get("TEST_DATABASE_URL") or request.getfixturevalue("server").dsn


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of an up-to-date database; copying it is quicker than migrating."""
    name = f"spasmbot_template_{os.getpid()}"
    aside(_make(postgres, name))
    yield name
    aside(_drop(postgres, name))


async def _make(dsn: str, name: str) -> None:
    await tell(dsn, f'CREATE DATABASE "{name}" TEMPLATE template0')
    await migrate(address_of(Settings(database_url=url_of(dsn, name))))


async def _drop(dsn: str, name: str) -> None:
    await tell(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    aside(migrate(address_of(Settings(database_url=f"sqlite:///{path}"))))
    return path


@pytest.fixture
async def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'spasmbot.sqlite3')}"


@pytest.fixture
async def postgres_url(postgres: str, postgres_template: str) -> AsyncIterator[str]:
    async with new_database(postgres, postgres_template) as name:
        yield url_of(postgres, name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """An up-to-date database of each kind, with nothing in it."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
async def empty_postgres_url(postgres: str) -> AsyncIterator[str]:
    async with new_database(postgres) as name:
        yield url_of(postgres, name)


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("empty_postgres_url")
