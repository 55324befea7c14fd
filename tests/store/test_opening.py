"""Where the store is: the two settings, and a readable line, without a password, when it cannot be used."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.administration import Choices, Workspace
from bot.settings import SettingError, Settings, load_settings
from bot.store import open_store
from bot.store.address import PostgresAddress, SqliteAddress, address_of
from tests import odd  # noqa: F401 - the same examples each time
from tests.store.conftest import MovedClock
from tests.store.databases import tell, url_of
from tests.store.server import Server

NO_FILE = Path("/nowhere/.env")
PASSWORD = "s3cr3t-pass"


def load(**environ: str) -> Settings:
    return load_settings(environ, NO_FILE)


async def refusal(settings: Settings, clock: MovedClock) -> SettingError:
    with pytest.raises(SettingError) as caught:
        async with open_store(settings, clock):
            pass
    message = str(caught.value)
    assert "\n" not in message
    assert " Fix: " in message
    assert PASSWORD not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


async def test_with_nothing_set_it_is_a_file_in_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.data_dir == Path("data")
    assert not (tmp_path / "data").exists()
    assert address_of(settings) == SqliteAddress(Path("data/spasmbot.sqlite3"), "DATA_DIR")
    assert (tmp_path / "data").is_dir()


@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgresql://u:p%40@h:5433/db?sslmode=require", "postgresql://u:p%40@h:5433/db?sslmode=require"),
        ("postgresql+asyncpg://u@h/db", "postgresql://u@h/db"),
        ("postgresql://u@a,b/db?target_session_attrs=primary", "postgresql://u@a,b/db?target_session_attrs=primary"),
        ("postgresql:///db?host=/run/postgresql", "postgresql:///db?host=%2Frun%2Fpostgresql"),
        ("postgres://u@h/db?pgbouncer=true&application_name=bot", "postgresql://u@h/db?application_name=bot"),
    ],
)
def test_the_usual_ways_to_name_a_postgres_are_taken(url: str, dsn: str) -> None:
    address = address_of(load(DATABASE_URL=url))
    assert isinstance(address, PostgresAddress)
    assert (address.dsn, address.pooled) == (dsn, "pgbouncer" in url)


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_another_file_may_be_named_with_its_odd_characters(tmp_path: Path, scheme: str) -> None:
    address = address_of(load(DATABASE_URL=f"{scheme}:///{tmp_path}/new%20folder/50%25.db"))
    assert address == SqliteAddress(tmp_path / "new folder" / "50%.db", "DATABASE_URL")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://u:s3cr3t-pass@h/db",
        "u:s3cr3t-pass@h/db",
        "postgresql:u:s3cr3t-pass@h",
        "postgresql://u:s3cr3t-pass#1@h/db",
        "postgresql://u:s3cr3t-pass/1@h:port/db",
        "postgresql://u:s3cr3t-pass@h:0/db",
        "postgresql://u:s3cr3t-pass @h/db",
        "postgresql://u:s3cr3t-pass@[::1/db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:data.db",
        "\x00",
    ],
)
def test_what_is_no_address_is_refused_with_its_form_and_without_its_password(url: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(DATABASE_URL=url)
    assert caught.value.name == "DATABASE_URL"
    assert PASSWORD not in str(caught.value)


@given(st.text(max_size=60))
def test_whatever_the_address_is_it_is_taken_or_refused_readably(end: str) -> None:
    for start in ("", "postgresql://", "postgres://u:Q7", "sqlite:///", "sqlite:"):
        with suppress(SettingError):
            load(DATABASE_URL=start + end)
            continue
        with pytest.raises(SettingError, match=r"^DATABASE_URL is") as caught:
            load(DATABASE_URL=start + end)
        assert "Q7" not in str(caught.value)


def test_the_address_is_a_secret_that_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"postgresql://u:{PASSWORD}@h/db\n", encoding="utf-8")
    settings = load(DATABASE_URL_FILE=str(file))
    assert settings.database_url == f"postgresql://u:{PASSWORD}@h/db"
    assert PASSWORD not in repr(settings)
    assert PASSWORD not in repr(address_of(settings))


@pytest.mark.parametrize("where", ["a-file/data", "/proc/spasmbot", "a\x00b"])
async def test_a_data_dir_that_cannot_be_written_is_named_with_the_fix(
    tmp_path: Path, clock: MovedClock, where: str
) -> None:
    (tmp_path / "a-file").touch()
    error = await refusal(load(DATA_DIR=str(tmp_path / where)), clock)
    assert error.name == "DATA_DIR"
    assert "which cannot be written" in str(error)


async def test_a_file_that_cannot_be_made_is_named_with_the_fix(tmp_path: Path, clock: MovedClock) -> None:
    (tmp_path / "a-file").touch()
    error = await refusal(load(DATABASE_URL=f"sqlite:///{tmp_path}/a-file/x.db"), clock)
    assert "cannot be made" in str(error)


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, clock: MovedClock) -> None:
    file = tmp_path / "spasmbot.sqlite3"
    file.write_text("my diary, " * 500, encoding="utf-8")
    error = await refusal(load(DATA_DIR=str(tmp_path)), clock)
    assert (error.name, "file is not a database" in str(error)) == ("DATA_DIR", True)
    assert file.read_text(encoding="utf-8").startswith("my diary")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"postgresql://u:{PASSWORD}@127.0.0.1:1/db", "cannot be used"),
        (f"postgresql://u:{PASSWORD}@no-such-host.invalid/db", "cannot be used"),
        (f"postgresql://u:{PASSWORD}@h/db?sslmode=perhaps", "`sslmode` parameter must be one of"),
    ],
)
async def test_a_postgres_that_cannot_be_reached_is_told_in_one_line(clock: MovedClock, url: str, says: str) -> None:
    error = await refusal(load(DATABASE_URL=url), clock)
    assert error.name == "DATABASE_URL"
    assert says in str(error)


async def test_a_postgres_that_refuses_is_told_in_its_own_words(
    postgres_url: str, server: Server, clock: MovedClock
) -> None:
    missing = server.dsn.replace("spasmbot@", f"spasmbot:{PASSWORD}@")
    error = await refusal(load(DATABASE_URL=url_of(missing, "nothing-here")), clock)
    assert 'database "nothing-here" does not exist' in str(error)
    await tell(server.dsn, "CREATE ROLE guest LOGIN")
    dsn = url_of(server.dsn, "postgres").replace("spasmbot@", f"guest:{PASSWORD}@")
    assert "permission denied" in str(await refusal(load(DATABASE_URL=dsn), clock))


async def test_behind_a_pooler_that_keeps_no_prepared_statements_it_works_too(
    postgres_url: str, clock: MovedClock
) -> None:
    async with open_store(load(DATABASE_URL=f"{postgres_url}?pgbouncer=true"), clock) as store:
        saved = await store.administration.save(Choices(Workspace("slack", "T1"), share=True), "U1")
        assert await store.administration.choices(saved.workspace) == saved
