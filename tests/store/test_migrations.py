"""Migrations: up from every released version on both databases, once, whole or not at all, and only forwards."""

import asyncio
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.conversation.administration import ChannelChoices, Choices, Workspace
from bot.conversation.place import Mode
from bot.settings import SettingError, Settings
from bot.store import open_store
from bot.store.address import Address, address_of
from bot.store.engine import open_engine
from bot.store.migrate import MIGRATIONS, migrate
from bot.store.tables import metadata
from tests.store.conftest import MovedClock

CHAIN = {
    script.revision: Path(script.path) for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))
}
"""The migrations in the order in which they run, which need not be that of their numbers."""
HEAD = list(CHAIN)[-1]
RELEASED = [name for name in CHAIN if (Path(__file__).parent / "released" / f"{name}.sql").is_file()]
KEPT = Choices(
    Workspace("slack", "T01"),
    version=1767225603,
    set_up=True,
    mode=Mode.PUBLIC,
    share=True,
    locale="es",
    region="MX",
    contact="Knock at the blue door",
    packs=("spasm",),
    moderators=("U9", "U1"),
    channels=(ChannelChoices("C1", Mode.OFF), ChannelChoices("C2", share=False, locale="en")),
)
ADDS = """
    op.add_column("workspaces", sa.Column("nickname", sa.String))
    with op.batch_alter_table("workspaces") as table:
        table.alter_column("contact", existing_type=sa.String, type_=sa.Text)
    op.create_table("things", sa.Column("id", sa.Integer, primary_key=True))
"""
REMOVES = """
    with op.batch_alter_table("workspaces") as table:
        table.drop_column("contact")
    op.execute("UPDATE store_schema SET min_code_version = 2")
"""
BREAKS = """
    op.add_column("workspaces", sa.Column("nickname", sa.String))
    op.execute("UPDATE workspaces SET mode = 'off'")
    raise RuntimeError("in the middle")
"""
SPOILS = """
    op.execute("DELETE FROM workspaces WHERE platform = 'slack'")
"""


@pytest.fixture
def address(empty_url: str) -> Address:
    return address_of(Settings(database_url=empty_url))


def scripts(folder: Path, *more: str, released: str = HEAD) -> Path:
    """The migrations up to `released`, and those of a time to come."""
    (folder / "versions").mkdir(parents=True)
    shutil.copy(MIGRATIONS / "env.py", folder)
    for each in list(CHAIN)[: list(CHAIN).index(released) + 1]:
        shutil.copy(CHAIN[each], folder / "versions")
    newest = released
    for number, body in enumerate(more, 9001):
        head = f'import sqlalchemy as sa\nfrom alembic import op\nrevision = "{number}"\ndown_revision = "{newest}"\n'
        source = f"{head}def upgrade():\n    {dedent(body).strip().replace(chr(10), chr(10) + '    ')}\n"
        (folder / "versions" / f"v{number}_later.py").write_text(source, encoding="utf-8")
        newest = str(number)
    return folder


async def execute(address: Address, statements: str) -> None:
    engine = open_engine(address)
    async with engine.begin() as connection:
        for statement in filter(str.strip, statements.split(";\n")):
            await connection.exec_driver_sql(statement)
    await engine.dispose()


async def ask(address: Address, query: str) -> list[tuple[object, ...]]:
    engine = open_engine(address)
    async with engine.connect() as connection:
        rows = [tuple(row) for row in await connection.execute(text(query))]
    await engine.dispose()
    return rows


async def filled(address: Address, release: str, folder: Path) -> None:
    """A database as that release left it."""
    await migrate(address, scripts(folder, released=release))
    words = Path(__file__).parent / "released" / f"{release}.sql"
    await execute(address, words.read_text(encoding="utf-8"))


async def test_what_migrations_make_is_what_the_code_works_with(address: Address) -> None:
    def compare(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    await migrate(address)
    engine = open_engine(address)
    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()


@pytest.mark.parametrize("release", RELEASED)
async def test_choices_of_every_release_are_there_after_the_upgrade(
    empty_url: str, address: Address, clock: MovedClock, tmp_path: Path, release: str
) -> None:
    await filled(address, release, tmp_path / "scripts")
    async with open_store(Settings(database_url=empty_url), clock) as store:
        assert await store.administration.choices(KEPT.workspace) == KEPT
        audit = await store.administration.audit(KEPT.workspace)
        assert [(e.what, e.before, e.after) for e in audit] == [
            ("moderators", [], ["U9", "U1"]),
            ("packs", None, ["spasm"]),
        ]
        clock.forward(days=30)
        ((gone, _),) = await store.administration.erase_due()
        assert gone == Workspace("discord", "42")


async def test_a_set_of_tips_that_an_earlier_release_leased_is_taken_up(
    empty_url: str, address: Address, clock: MovedClock, tmp_path: Path
) -> None:
    """How a set is written down is read by other releases, too: `leases.tips` may be added to, and no more."""
    await filled(address, "0005", tmp_path / "scripts")
    async with open_store(Settings(database_url=empty_url), clock) as store:
        (claimed,) = await store.tips.claim("slack", clock(), timedelta(seconds=90), 10, each=10, without=())
        assert (claimed.channel, claimed.tip, claimed.day) == ("C1", "slow-knee-bend", date(2026, 1, 2))
        assert (claimed.maybe_sent, claimed.attempt) == (True, 2)


def test_every_migration_has_a_release_to_start_from() -> None:
    assert list(CHAIN) == RELEASED


async def test_a_second_start_changes_nothing(address: Address) -> None:
    await migrate(address)
    await execute(address, "UPDATE store_schema SET min_code_version = 0")
    await migrate(address)
    assert await ask(address, "SELECT min_code_version FROM store_schema") == [(0,)]


async def test_code_of_today_reads_a_schema_that_newer_code_only_added_to(
    empty_url: str, address: Address, clock: MovedClock, tmp_path: Path
) -> None:
    """A table that SQLite makes anew must not take its children with it."""
    await filled(address, RELEASED[0], tmp_path / "old")
    await migrate(address, scripts(tmp_path / "newer", ADDS), code_version=2)
    async with open_store(Settings(database_url=empty_url), clock) as store:
        assert await store.administration.choices(KEPT.workspace) == KEPT
        assert (await store.administration.save(KEPT, "U1")) == KEPT
    assert await ask(address, "SELECT count(*) FROM things") == [(0,)]


async def test_a_schema_that_newer_code_took_from_is_refused_readably(
    empty_url: str, address: Address, clock: MovedClock, tmp_path: Path
) -> None:
    await filled(address, RELEASED[0], tmp_path / "old")
    await migrate(address, scripts(tmp_path / "newer", ADDS, REMOVES), code_version=2)
    with pytest.raises(SettingError, match=r"DATABASE_URL holds data of a newer Spasmbot \(schema 2; .* Fix: run the"):
        async with open_store(Settings(database_url=empty_url), clock):
            pass
    await migrate(address, tmp_path / "newer", code_version=2)
    assert await ask(address, "SELECT count(*) FROM channels") == [(2,)]


@pytest.mark.parametrize("broken", [BREAKS, SPOILS])
async def test_a_migration_that_fails_leaves_everything_as_it_was(
    empty_url: str, address: Address, clock: MovedClock, tmp_path: Path, broken: str
) -> None:
    if broken is SPOILS and empty_url.startswith("postgresql"):
        broken += "    op.execute(\"INSERT INTO channels VALUES ('slack', 'T09', 'C1')\")\n"
    await filled(address, RELEASED[0], tmp_path / "old")
    with pytest.raises(Exception, match=r"in the middle|without the row|violates foreign key"):
        await migrate(address, scripts(tmp_path / "newer", broken))
    assert await ask(address, "SELECT version_num FROM alembic_version") == [(RELEASED[0],)]
    async with open_store(Settings(database_url=empty_url), clock) as store:
        assert await store.administration.choices(KEPT.workspace) == KEPT


async def test_starts_in_one_process_wait_for_each_other(address: Address) -> None:
    await asyncio.gather(*(migrate(address) for _ in range(6)))
    assert await ask(address, "SELECT version_num FROM alembic_version") == [(HEAD,)]


@pytest.mark.slow
async def test_two_processes_that_start_at_once_migrate_once(address: Address, empty_url: str) -> None:
    code = dedent("""
        import asyncio, sys
        from bot.settings import Settings
        from bot.store.address import address_of
        from bot.store.migrate import migrate
        address = address_of(Settings(database_url=sys.argv[1]))
        print("ready", flush=True)
        sys.stdin.readline()
        asyncio.run(migrate(address))
    """)
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
    starting = [asyncio.create_subprocess_exec(sys.executable, "-c", code, empty_url, **pipes) for _ in range(2)]
    processes = await asyncio.gather(*starting)
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0], told
    assert await ask(address, "SELECT count(*) FROM store_schema") == [(1,)]
    assert await ask(address, "SELECT version_num FROM alembic_version") == [(HEAD,)]


async def test_an_older_release_that_starts_late_does_not_go_back(address: Address, tmp_path: Path) -> None:
    newer = scripts(tmp_path / "newer", ADDS)
    await migrate(address, newer)
    await migrate(address)
    assert await ask(address, "SELECT count(*) FROM things") == [(0,)]

    def columns(connection: Connection) -> set[str]:
        return {column["name"] for column in inspect(connection).get_columns("workspaces")}

    engine = open_engine(address)
    async with engine.connect() as connection:
        assert "nickname" in await connection.run_sync(columns)
    await engine.dispose()
