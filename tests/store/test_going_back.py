"""Going back to the version before: what it reads still, and a backup from before the upgrade where it does not."""

from pathlib import Path

import pytest

from bot.settings import SettingError
from bot.store.address import address_of
from bot.store.look import look
from bot.store.migrate import Standing, migrate
from tests.store.test_backup import (  # noqa: F401 - fixtures
    _on_the_path,
    backed_up,
    choices,
    elsewhere,
    keep,
    put_back,
    there,
)
from tests.store.test_migrations import ADDS, REMOVES, scripts


async def upgraded(url: str, folder: Path, *more: str) -> None:
    """As a version to come leaves the database."""
    await migrate(address_of(there(url)), scripts(folder, *more), code_version=2)


async def test_an_older_version_goes_on_where_a_newer_one_only_added(database_url: str, tmp_path: Path) -> None:
    await keep(database_url, "Ask Kim")
    await upgraded(database_url, tmp_path / "newer", ADDS)
    assert await look(there(database_url)) is Standing.AHEAD
    await keep(database_url, "Ask Kim again")
    assert (await choices(database_url))[0].contact == "Ask Kim again"
    await migrate(address_of(there(database_url)), tmp_path / "newer", code_version=2)  # and forward once more
    assert (await choices(database_url))[0].contact == "Ask Kim again"


async def test_where_a_newer_one_took_away_the_backup_from_before_brings_everything_back(
    database_url: str,
    elsewhere: str,  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    file, newer = tmp_path / "before.backup", tmp_path / "newer"
    await keep(database_url, "Ask Kim")
    await backed_up(database_url, file)
    await upgraded(database_url, newer, ADDS, REMOVES)
    with pytest.raises(SettingError, match="holds data of a newer Spasmbot"):
        await choices(database_url)
    if database_url.startswith("postgresql"):
        with pytest.raises(SettingError, match=r"a newer Spasmbot has added to.*empty database"):
            await put_back(database_url, file, overwrite=True)
        database_url = elsewhere
    await put_back(database_url, file, overwrite=True)
    assert (await choices(database_url))[0].contact == "Ask Kim"
    await migrate(address_of(there(database_url)), newer, code_version=2)  # the upgrade can be tried again
