"""Backup and restore: one consistent moment while others write, and nothing lost when something is wrong."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.app import now
from bot.cli import main
from bot.conversation.administration import Choices, Workspace
from bot.settings import SettingError, Settings
from bot.store import Store, open_store
from bot.store.backup import backup, restore
from bot.store.look import look
from bot.store.migrate import Standing
from tests.store.databases import new_database, tell, url_of
from tests.store.server import find_binaries

ONE, OTHER = Workspace("slack", "T0ONE"), Workspace("discord", "1100000000000000001")
SECRET = "pass%2Fword"


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs of the server that the tests run."""
    monkeypatch.setenv("PATH", str(find_binaries()), prepend=":")


@pytest.fixture
async def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Any:
    """Another, empty place of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
        return
    dsn = request.getfixturevalue("postgres")
    async with new_database(dsn) as name:
        yield url_of(dsn, name)


def there(url: str) -> Settings:
    return Settings(database_url=url)


def left_over(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if "part" in p.name or "restoring" in p.name]


def make_big(url: str) -> None:
    """So that a copy of the file takes a while; pg_dump takes one to start."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("CREATE TABLE ballast AS SELECT zeroblob(64000000)")
            connection.commit()


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)


async def choices(url: str) -> tuple[Choices, Choices]:
    async with open_store(there(url), now) as store:
        return await store.administration.choices(ONE), await store.administration.choices(OTHER)


async def keep(url: str, contact: str) -> None:
    async with open_store(there(url), now) as store:
        await store.administration.save(replace(await store.administration.choices(ONE), contact=contact), "U0MAX")


async def backed_up(url: str, file: Path, *, overwrite: bool = False) -> str:
    return await asyncio.to_thread(backup, there(url), file, overwrite=overwrite)


async def put_back(url: str, file: Path, *, overwrite: bool = False) -> str:
    return await asyncio.to_thread(restore, there(url), file, overwrite=overwrite)


@asynccontextmanager
async def writing(store: Store) -> Any:
    """Somebody saves in one community and then in the other, again and again."""
    stop, written = asyncio.Event(), [0]

    async def write() -> None:
        while not stop.is_set():
            for workspace in (ONE, OTHER):
                mine = await store.administration.choices(workspace)
                await store.administration.save(replace(mine, contact=f"call {written[0] + 1}"), "U0MAX")
            written[0] += 1

    task = asyncio.create_task(write())
    try:
        yield written
    finally:
        stop.set()
        await task


async def test_a_backup_under_load_is_one_moment_and_nobody_waits_for_it(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    files = [tmp_path / f"{n}.backup" for n in range(4)]
    make_big(database_url)
    async with open_store(there(database_url), now) as store, writing(store) as written:
        seen = []
        for file in files:
            while written[0] < len(seen) + 1:  # noqa: ASYNC110 - they write on; nothing of ours could wake us
                await asyncio.sleep(0.01)
            before = written[0]
            await backed_up(database_url, file)
            seen.append((before, written[0]))
    assert sum(after - before for before, after in seen) > 0
    for file, (before, after) in zip(files, seen, strict=True):
        await put_back(elsewhere, file, overwrite=True)
        async with open_store(there(elsewhere), now) as store:
            one, other = await store.administration.choices(ONE), await store.administration.choices(OTHER)
            audited = [len(await store.administration.audit(w)) for w in (ONE, OTHER)]
        rounds = audited[1]
        assert audited[0] - rounds in (0, 1)
        assert before <= rounds <= after
        assert (one.contact, other.contact) == (f"call {audited[0]}", f"call {rounds}")


async def test_what_is_restored_is_what_was_backed_up(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "it.backup"
    await keep(database_url, "Ask Kim")
    told = await backed_up(database_url, file)
    assert str(file.stat().st_size) in told
    assert file.stat().st_mode & 0o777 == 0o600
    assert not left_over(tmp_path)
    await keep(database_url, "Ask somebody else")
    await put_back(database_url, file, overwrite=True)
    assert (await choices(database_url))[0].contact == "Ask Kim"
    await keep(database_url, "Ask Kim again")


async def test_a_file_that_is_there_is_not_overwritten_unasked(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "it.backup"
    file.write_text("last year's")
    with pytest.raises(SettingError, match=r"is there already.*--yes"):
        await backed_up(database_url, file)
    assert file.read_text() == "last year's"
    await backed_up(database_url, file, overwrite=True)
    await put_back(database_url, file, overwrite=True)


async def test_what_is_kept_is_not_replaced_unasked(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "it.backup"
    await backed_up(database_url, file)
    await keep(database_url, "Ask Kim")
    with pytest.raises(SettingError, match=r"choices are kept already.*--yes"):
        await put_back(database_url, file)
    assert (await choices(database_url))[0].contact == "Ask Kim"


async def test_an_empty_place_takes_a_backup_unasked(database_url: str, elsewhere: str, tmp_path: Path) -> None:
    await keep(database_url, "Ask Kim")
    await backed_up(database_url, tmp_path / "it.backup")
    await put_back(elsewhere, tmp_path / "it.backup")
    assert await look(there(elsewhere)) is Standing.CURRENT
    assert (await choices(elsewhere))[0].contact == "Ask Kim"


async def make_newer(url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("UPDATE store_schema SET min_code_version = 99")
            connection.commit()
    else:
        await tell(url, "UPDATE store_schema SET min_code_version = 99")


async def test_a_backup_of_a_newer_version_is_refused(database_url: str, elsewhere: str, tmp_path: Path) -> None:
    await keep(elsewhere, "Ask Kim")
    await make_newer(database_url)
    await backed_up(database_url, tmp_path / "it.backup")
    with pytest.raises(SettingError, match="is of a newer Spasmbot"):
        await put_back(elsewhere, tmp_path / "it.backup", overwrite=True)
    assert (await choices(elsewhere))[0].contact == "Ask Kim"


@pytest.mark.parametrize("how", ["cut", "empty", "text", "gone", "folder"])
async def test_a_damaged_backup_is_refused_and_what_is_kept_stays(database_url: str, tmp_path: Path, how: str) -> None:
    await keep(database_url, "Ask Kim")
    file = tmp_path / "it.backup"
    await backed_up(database_url, file)
    whole = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how != "gone":
        file.write_bytes({"cut": whole[: len(whole) * 3 // 4], "empty": b"", "text": b"my notes"}[how])
    with pytest.raises(SettingError, match="Fix: "):
        await put_back(database_url, file, overwrite=True)
    assert (await choices(database_url))[0].contact == "Ask Kim"


async def test_a_backup_of_the_other_kind_is_refused(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    await backed_up(sqlite_url, tmp_path / "file")
    await backed_up(postgres_url, tmp_path / "dump")
    with pytest.raises(SettingError, match="is a backup of SQLite"):
        await put_back(postgres_url, tmp_path / "file", overwrite=True)
    with pytest.raises(SettingError, match="is a backup of PostgreSQL"):
        await put_back(sqlite_url, tmp_path / "dump", overwrite=True)


async def test_a_file_that_the_bot_has_open_is_not_replaced(sqlite_url: str, tmp_path: Path) -> None:
    await backed_up(sqlite_url, tmp_path / "it.backup")
    async with open_store(there(sqlite_url), now) as store:
        await store.administration.save(Choices(ONE, contact="Ask Kim"), "U0MAX")
        with pytest.raises(SettingError, match=r"is in use.*stop the bot"):
            await put_back(sqlite_url, tmp_path / "it.backup", overwrite=True)
        assert (await store.administration.choices(ONE)).contact == "Ask Kim"


async def test_a_damaged_database_is_not_backed_up_but_may_be_replaced(sqlite_url: str, tmp_path: Path) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    await keep(sqlite_url, "Ask Kim")
    await backed_up(sqlite_url, tmp_path / "good")
    damage(path)
    with pytest.raises(SettingError, match="Fix: "):
        await backed_up(sqlite_url, tmp_path / "bad")
    assert not (tmp_path / "bad").exists()
    await put_back(sqlite_url, tmp_path / "good", overwrite=True)
    assert (await choices(sqlite_url))[0].contact == "Ask Kim"


async def test_somebody_elses_database_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE songs (name)")
        connection.commit()
    with pytest.raises(SettingError, match="holds nothing of Spasmbot"):
        await put_back(sqlite_url, tmp_path / "other", overwrite=True)


async def test_a_backup_older_than_the_tables_needs_an_empty_database(postgres_url: str, tmp_path: Path) -> None:
    await tell(postgres_url, "DROP TABLE slack_pictures")
    await backed_up(postgres_url, tmp_path / "older")
    await tell(postgres_url, "CREATE TABLE slack_pictures (platform text)")
    with pytest.raises(SettingError, match=r"does not know \(slack_pictures\).*empty database"):
        await put_back(postgres_url, tmp_path / "older", overwrite=True)


async def test_other_tables_in_the_same_database_are_left_alone(postgres_url: str, tmp_path: Path) -> None:
    await tell(postgres_url, "CREATE TABLE songs (name text)")
    await tell(postgres_url, "INSERT INTO songs VALUES ('one')")
    await backed_up(postgres_url, tmp_path / "it.backup")
    await tell(postgres_url, "INSERT INTO songs VALUES ('two')")
    await put_back(postgres_url, tmp_path / "it.backup", overwrite=True)
    assert len(await tell(postgres_url, "SELECT * FROM songs")) == 2


async def test_without_postgresqls_programs_it_is_told_what_to_install(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingError, match=r"pg_dump is not on the PATH.*postgresql-client"):
        await backed_up(postgres_url, tmp_path / "it.backup")
    assert not (tmp_path / "it.backup").exists()


async def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refused:
        await backed_up(f"postgresql://spasmbot:{SECRET}@127.0.0.1:9/none", tmp_path / "it.backup")
    assert "pg_dump failed: " in str(refused.value)
    assert "pass" not in str(refused.value)


def test_nothing_kept_yet_is_said_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["backup", "it.backup"], env={"DATA_DIR": str(tmp_path / "none")})
    assert told.exit_code == 1
    assert told.stderr.startswith("spasmbot: DATA_DIR names ")
    assert "where no database is" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_operator_backs_up_and_restores_by_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"DATA_DIR": str(tmp_path / "kept")}
    asyncio.run(keep(f"sqlite:///{tmp_path}/kept/spasmbot.sqlite3", "Ask Kim"))
    run = CliRunner().invoke
    assert run(main, ["backup", "it.backup"], env=env).exit_code == 0
    assert run(main, ["backup", "it.backup"], env=env).exit_code == 1
    assert run(main, ["restore", "it.backup"], env=env).exit_code == 1
    assert run(main, ["restore", "--yes", "it.backup"], env=env).exit_code == 0
    unwritable = run(main, ["backup", "no/such/folder/it.backup"], env=env)
    assert unwritable.exit_code == 1
    assert "cannot be written" in unwritable.stderr
