"""A removal stops everything, what was kept goes 30 days later or at once when asked, and an export shows all of it."""

import asyncio
import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation.administration import ChannelChoices, Choices, Workspace
from bot.conversation.place import Mode
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.erasure import ERASED_AFTER
from bot.store.tables import metadata, of_workspaces
from tests.store.conftest import MovedClock

MINE, OTHER = Workspace("slack", "T01"), Workspace("discord", "T01")
FULL = Choices(
    MINE,
    set_up=True,
    contact="Knock at the blue door",
    packs=("spasm",),
    moderators=("U1", "U2"),
    channels=(ChannelChoices("C1", Mode.PUBLIC), ChannelChoices("C2", share=True, locale="es")),
)
ROWS = {"workspaces": 1, "audit": 7, "channels": 2, "moderators": 2}


@pytest.fixture
async def kept(store: Store) -> Choices:
    await store.administration.save(replace(FULL, workspace=OTHER), "9")
    return await store.administration.save(FULL, "U1")


async def test_an_erasure_takes_everything_of_one_workspace_and_counts_it(
    store: Store, kept: Choices, clock: MovedClock
) -> None:
    clock.forward(hours=1)
    receipt = await store.administration.erase(MINE)
    assert (receipt.at, receipt.rows) == (clock.now, ROWS)
    assert await store.administration.choices(MINE) == Choices(MINE)
    assert await store.administration.audit(MINE) == ()
    assert not any(await rows_of(store, MINE))
    assert (await store.administration.choices(OTHER)).moderators == ("U1", "U2")
    assert (await store.administration.erase(MINE)).rows == {}


async def rows_of(store: Store, workspace: Workspace) -> list[object]:
    export = await store.administration.export(workspace)
    return [row for table in of_workspaces() for row in export[table.name]]


async def test_erased_words_are_in_no_file_any_more(tmp_path: Path, clock: MovedClock) -> None:
    async with open_store(Settings(data_dir=tmp_path), clock) as store:
        await store.administration.save(FULL, "U1")
        assert b"blue door" in everything_in(tmp_path)
        await store.administration.erase(MINE)
        assert b"blue door" not in everything_in(tmp_path)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_what_was_removed_is_erased_after_30_days_and_not_before(
    store: Store, kept: Choices, clock: MovedClock
) -> None:
    assert timedelta(days=30) == ERASED_AFTER
    await store.administration.removed(MINE)
    clock.forward(days=10)
    await store.administration.removed(MINE)
    clock.forward(days=20, seconds=-1)
    assert await store.administration.erase_due() == ()
    clock.forward(seconds=1)
    ((workspace, receipt),) = await store.administration.erase_due()
    assert (workspace, receipt.rows) == (MINE, ROWS | {"audit": 8})
    assert not any(await rows_of(store, MINE))
    assert any(await rows_of(store, OTHER))
    assert await store.administration.erase_due() == ()


async def test_communities_are_listed_with_whether_the_bot_is_in_them(store: Store, kept: Choices) -> None:
    assert await store.administration.workspaces("slack") == {MINE: True}
    assert await store.administration.workspaces("discord") == {OTHER: True}
    await store.administration.removed(MINE)
    assert await store.administration.workspaces("slack") == {MINE: False}
    assert await store.administration.workspaces("irc") == {}


async def test_who_comes_back_in_time_keeps_everything(store: Store, kept: Choices, clock: MovedClock) -> None:
    await store.administration.removed(MINE)
    gone = await store.administration.choices(MINE)
    assert gone.removed_at == clock.now
    assert gone.version > kept.version
    clock.forward(days=29)
    await store.administration.returned(MINE)
    await store.administration.returned(MINE)
    clock.forward(days=60)
    assert await store.administration.erase_due() == ()
    back = await store.administration.choices(MINE)
    assert replace(back, version=kept.version) == kept
    told = [(entry.by, entry.what) for entry in await store.administration.audit(MINE, 2)]
    assert told == [("system", "removed_at")] * 2


async def test_of_a_workspace_where_nothing_was_chosen_a_removal_keeps_nothing(store: Store, clock: MovedClock) -> None:
    await store.administration.removed(MINE)
    await store.administration.returned(MINE)
    assert not any(await rows_of(store, MINE))


async def test_files_of_drawings_are_erased_with_the_rest_and_at_a_removal(store: Store, kept: Choices) -> None:
    unchosen = Workspace("slack", "T02")
    for workspace in (MINE, unchosen):
        await store.pictures.keep(workspace, "0123456789ab", "F000000001")
    assert (await store.administration.erase(MINE)).rows == ROWS | {"slack_pictures": 1}
    await store.administration.removed(unchosen)
    assert not any(await rows_of(store, MINE))
    assert not any(await rows_of(store, unchosen))


async def test_two_processes_that_erase_at_once_give_one_receipt(
    store: Store, kept: Choices, clock: MovedClock, database_url: str
) -> None:
    await store.administration.removed(MINE)
    clock.forward(days=30)
    async with open_store(Settings(database_url=database_url), clock) as other:
        receipts = await asyncio.gather(store.administration.erase_due(), other.administration.erase_due())
    assert sorted(len(each) for each in receipts) == [0, 1]


async def test_an_export_is_json_and_holds_every_choice_and_change(
    store: Store, kept: Choices, clock: MovedClock
) -> None:
    await store.administration.removed(MINE)
    export = json.loads(json.dumps(await store.administration.export(MINE)))
    assert (export["platform"], export["workspace"]) == ("slack", "T01")
    assert export["workspaces"][0]["contact"] == "Knock at the blue door"
    assert export["workspaces"][0]["removed_at"] == clock.now.isoformat()
    assert [row["channel"] for row in export["channels"]] == ["C1", "C2"]
    assert [row["moderator"] for row in export["moderators"]] == ["U1", "U2"]
    assert [row["what"] for row in export["audit"]][-1] == "removed_at"
    assert len(export["audit"]) == 8


def test_every_table_is_erased_and_shown_or_holds_nothing_of_a_workspace() -> None:
    """What communities have in `leases` is erased and shown by hand: see tests/tips/test_leases.py."""
    others = {"store_schema", "used_states", "leases"}
    assert set(metadata.tables) - {table.name for table in of_workspaces()} == others


async def test_a_file_is_the_owners_alone_and_in_wal_mode(tmp_path: Path, clock: MovedClock) -> None:
    async with open_store(Settings(data_dir=tmp_path / "new" / "data"), clock):
        pass
    (file,) = (tmp_path / "new" / "data").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
