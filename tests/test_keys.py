"""`spasmbot keys`: a new key, and every token encrypted with the newest, said in numbers and never shown."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot import log
from bot.cli import main
from bot.conversation.administration import Workspace
from bot.conversation.installation import Installation
from bot.settings import Settings, load_settings
from bot.store import open_store

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


def now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def keep(folder: Path, key: str, *names: str) -> None:
    async def save() -> None:
        async with open_store(Settings(data_dir=folder, token_keys=(key,)), now) as store:
            assert store.installations
            for name in names:
                await store.installations.save(Installation(Workspace("slack", name), f"xoxb-{name}", "B", "U", now()))

    asyncio.run(save())


def keys(*words: str, **environ: str) -> Result:
    result = CliRunner().invoke(main, ["keys", *words], env=environ)
    log.configure("warning")
    assert "xoxb" not in result.output
    for key in (OLD, NEW, LOST):
        assert key not in result.output
    return result


def test_a_new_key_is_one_that_the_setting_takes() -> None:
    result = keys("new")
    assert result.exit_code == 0
    assert re.fullmatch(r"\S+\n", result.stdout)
    assert load_settings({"TOKEN_KEYS": result.stdout}, Path("/nowhere/.env")).token_keys == (result.stdout.strip(),)


def test_rotating_says_how_many_and_a_second_time_finds_nothing_to_do(folder: Path) -> None:
    keep(folder, OLD, "T1", "T2", "T3")
    first, second = (keys("rotate", TOKEN_KEYS=f"{NEW},{OLD}", DATA_DIR=str(folder)) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert "Encrypted anew: 3. With the newest key already: 0." in first.stdout
    assert "Encrypted anew: 0. With the newest key already: 3." in second.stdout
    assert "Encrypted anew: 0." in keys("rotate", TOKEN_KEYS=NEW, DATA_DIR=str(folder)).stdout


def test_a_token_that_no_key_reads_ends_with_1_and_says_the_fix(folder: Path) -> None:
    keep(folder, LOST, "T1")
    keep(folder, OLD, "T2")
    result = keys("rotate", TOKEN_KEYS=f"{NEW},{OLD}", DATA_DIR=str(folder))
    assert result.exit_code == 1
    assert "Encrypted anew: 1." in result.stderr
    assert "Unreadable with every key in TOKEN_KEYS: 1. Fix: put the key" in result.stderr


def test_rotating_without_keys_says_how_to_get_one(folder: Path) -> None:
    result = keys("rotate", DATA_DIR=str(folder))
    assert result.exit_code == 1
    assert result.stderr.startswith("spasmbot: TOKEN_KEYS is not set")
    assert "spasmbot keys new" in result.stderr
