"""The database comes late: people are answered meanwhile, nothing is saved, and what no waiting mends ends the bot."""

import asyncio
import socket
import sqlite3
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from bot import backoff
from bot.conversation.administration import Choices, StoreUnavailableError, Workspace
from bot.conversation.place import Mode, Place, PlaceSettings
from bot.settings import SettingError, Settings
from bot.store import migrate, open_store, opening
from tests.ports import free_port
from tests.store.conftest import MovedClock
from tests.store.databases import new_database, tell, url_of
from tests.store.server import Server

WORKSPACE = Workspace("slack", "T01")
HERE = Place("slack", "T01", "C1")
SECONDS = 20.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "_SECONDS", (0.02,))
    monkeypatch.setattr(opening, "HEAD_START", 0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def test_a_database_that_is_down_is_waited_for_while_people_are_answered(
    running: Server, clock: MovedClock
) -> None:
    async with new_database(running.dsn) as name:
        settings = Settings(database_url=url_of(running.dsn, name))
        running.kill()
        async with open_store(settings, clock, late=True) as store:
            assert await store.settings.of(HERE) == PlaceSettings(Mode.PRIVATE, share=False)
            for call in (store.administration.choices(WORKSPACE), store.administration.save(Choices(WORKSPACE), "U1")):
                with pytest.raises(StoreUnavailableError):
                    await call
            await asyncio.to_thread(running.start)
            await until(lambda: store.database.is_open)
            await store.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "U1")
            assert (await store.settings.of(HERE)).mode is Mode.PUBLIC


async def test_settings_are_read_as_soon_as_the_database_is_there(running: Server, clock: MovedClock) -> None:
    async with new_database(running.dsn) as name:
        settings = Settings(database_url=url_of(running.dsn, name))
        async with open_store(settings, clock) as store:
            await store.administration.save(Choices(WORKSPACE, share=True), "U1")
        running.kill()
        async with open_store(settings, clock, late=True) as store:
            assert not (await store.settings.of(HERE)).share
            await asyncio.to_thread(running.start)
            await until(lambda: store.database.is_open)
            async with asyncio.timeout(SECONDS):  # a busy machine may need longer than an answer waits
                while not (await store.settings.of(HERE)).share:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)


async def test_a_migration_that_another_replica_runs_delays_no_answer(
    empty_postgres_url: str, clock: MovedClock
) -> None:
    other = await asyncpg.connect(empty_postgres_url)
    await other.execute("SELECT pg_advisory_lock($1)", migrate._LOCK)
    async with open_store(Settings(database_url=empty_postgres_url), clock, late=True) as store:
        assert await store.settings.of(HERE) == PlaceSettings()
        assert not store.database.is_open
        await other.close()
        await until(lambda: store.database.is_open)
        await store.administration.save(Choices(WORKSPACE, share=True), "U1")


async def test_a_file_that_somebody_locks_is_waited_for(tmp_path: Path, clock: MovedClock) -> None:
    with closing(sqlite3.connect(tmp_path / "spasmbot.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with open_store(Settings(data_dir=tmp_path), clock, late=True) as store:
            with pytest.raises(StoreUnavailableError):
                await store.administration.choices(WORKSPACE)
            other.execute("ROLLBACK")
            await until(lambda: store.database.is_open)


async def test_a_bot_that_waits_ends_at_once_when_it_is_told_to(clock: MovedClock) -> None:
    async with asyncio.timeout(SECONDS):
        async with open_store(Settings(database_url=nobody_listens()), clock, late=True) as store:
            waiting = asyncio.create_task(store.opening.run())
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_what_no_waiting_mends_is_refused_at_once(
    server: Server, empty_postgres_url: str, tmp_path: Path, clock: MovedClock
) -> None:
    await make_newer(empty_postgres_url, clock)
    (tmp_path / "spasmbot.sqlite3").write_text("my diary, " * 500, encoding="utf-8")
    wrong = {
        "does not exist": Settings(database_url=url_of(server.dsn, "nothing-here")),
        "sslmode": Settings(database_url="postgresql://u@h/db?sslmode=perhaps"),
        "data of a newer Spasmbot": Settings(database_url=empty_postgres_url),
        "file is not a database": Settings(data_dir=tmp_path),
    }
    for says, settings in wrong.items():
        with pytest.raises(SettingError, match=says):
            async with open_store(settings, clock, late=True) as store:
                await asyncio.wait_for(store.opening.run(), SECONDS)


async def test_a_late_database_that_cannot_be_used_ends_the_bot(running: Server, clock: MovedClock) -> None:
    async with new_database(running.dsn) as name:
        url = url_of(running.dsn, name)
        await make_newer(url, clock)
        running.kill()
        async with open_store(Settings(database_url=url), clock, late=True) as store:
            await asyncio.to_thread(running.start)
            with pytest.raises(SettingError, match="data of a newer Spasmbot"):
                await asyncio.wait_for(store.opening.run(), SECONDS)


async def make_newer(url: str, clock: MovedClock) -> None:
    async with open_store(Settings(database_url=url), clock):
        await tell(url, "UPDATE store_schema SET min_code_version = 99")


def nobody_listens() -> str:
    return f"postgresql://u@127.0.0.1:{free_port()}/db"


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), True),
        (asyncpg.CannotConnectNowError("the database system is starting up"), True),
        (asyncpg.TooManyConnectionsError("too many clients"), True),
        (asyncpg.AdminShutdownError("terminating connection"), True),
        (asyncpg.LockNotAvailableError("lock timeout"), True),
        (asyncpg.ReadOnlySQLTransactionError("cannot execute in a read-only transaction"), True),
        (DBAPIError("SELECT", None, asyncpg.ConnectionDoesNotExistError("gone"), connection_invalidated=True), True),
        (asyncpg.InvalidPasswordError("password authentication failed"), False),
        (asyncpg.InvalidAuthorizationSpecificationError("no pg_hba.conf entry"), False),
        (asyncpg.InvalidCatalogNameError("database does not exist"), False),
        (asyncpg.InsufficientPrivilegeError("permission denied"), False),
        (ssl.SSLCertVerificationError("self-signed certificate"), False),
        (asyncpg.InterfaceError("`sslmode` parameter must be one of"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_may_pass_is_told_from_what_will_not(error: Exception, *, passes: bool) -> None:
    assert opening.may_pass(error) is passes


def test_each_wait_is_longer_and_no_two_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    waits = [[backoff.seconds_before(attempt) for attempt in range(8)] for _ in range(20)]
    assert all(0.5 <= each[0] <= 1 and 15 <= each[-1] <= 30 and each[1] < each[4] for each in waits)
    assert len({each[-1] for each in waits}) > 1
