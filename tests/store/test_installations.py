"""Installations: tokens are encrypted, found quickly, gone at once when removed, and read by whoever has a key."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs

from bot.conversation.administration import Choices, StoreUnavailableError, Workspace
from bot.conversation.installation import Installation, Installations
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.installations import StoredInstallations
from bot.store.keys import Resealed, new_key, reseal_all
from bot.store.tables import installations, used_states
from bot.store.vault import STATE_LASTS, UnreadableError, Vault
from tests.store.conftest import MovedClock
from tests.store.databases import new_database, url_of
from tests.store.server import Server

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
MINE, OTHER = Workspace("slack", "T01"), Workspace("slack", "T02")
TOKEN, REFRESH = "xoxe.xoxb-1-secret-of-T01", "xoxe-1-refresh-of-T01"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, token_keys=(OLD,))


@pytest.fixture
async def store(settings: Settings, clock: MovedClock) -> AsyncIterator[Store]:
    async with open_store(settings, clock) as opened:
        yield opened


@pytest.fixture
def kept(store: Store) -> Installations:
    assert store.installations
    return store.installations


@pytest.fixture
def mine(clock: MovedClock) -> Installation:
    return Installation(MINE, TOKEN, "B01", "U01", clock.now, REFRESH, clock.now + timedelta(hours=12))


async def rows(store: Store, table: Any = installations) -> list[Any]:
    async with store.database.reading() as connection:
        return list(await connection.execute(select(table)))


async def test_an_installation_is_found_by_every_process_with_the_key(
    store: Store, kept: Installations, mine: Installation, settings: Settings, clock: MovedClock
) -> None:
    await kept.save(mine)
    assert await kept.find(MINE) == mine
    assert await kept.find(OTHER) is None
    async with open_store(settings, clock) as another:
        assert another.installations
        assert await another.installations.find(MINE) == mine


async def test_without_keys_there_is_nowhere_to_keep_a_token(database_url: str, clock: MovedClock) -> None:
    async with open_store(Settings(database_url=database_url), clock) as store:
        assert store.installations is None


async def test_no_token_stands_in_the_database_or_in_an_export(
    store: Store, kept: Installations, mine: Installation
) -> None:
    await kept.save(mine)
    export = json.dumps(await store.administration.export(MINE))
    (row,) = await rows(store)
    for shown in (export, repr(row), repr(mine)):
        assert "secret" not in shown
        assert "refresh-of" not in shown
    assert row.sealed not in export
    (told,) = json.loads(export)["installations"]
    assert (told["bot"], told["bot_user"], "sealed" in told) == ("B01", "U01", False)


async def test_no_token_stands_in_the_files_of_sqlite(tmp_path: Path, clock: MovedClock, mine: Installation) -> None:
    async with open_store(Settings(data_dir=tmp_path, token_keys=(OLD,)), clock) as store:
        assert store.installations
        await store.installations.save(mine)
        (row,) = await rows(store)
        assert row.sealed.encode() in everything_in(tmp_path)
        assert TOKEN.encode() not in everything_in(tmp_path)
        await store.installations.remove(MINE)
        assert row.sealed.encode() not in everything_in(tmp_path)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_a_second_installation_takes_the_place_of_the_first(
    store: Store, kept: Installations, mine: Installation
) -> None:
    await kept.save(mine)
    again = replace(mine, bot_token="xoxb-2-again", refresh_token=None, expires_at=None)
    await kept.save(again)
    assert await kept.find(MINE) == again
    assert len(await rows(store)) == 1


async def test_a_removed_installation_is_gone_at_once_and_the_others_stay(
    store: Store, kept: Installations, mine: Installation
) -> None:
    await kept.save(mine)
    await kept.save(replace(mine, workspace=OTHER))
    assert await kept.remove(MINE)
    assert not await kept.remove(MINE)
    assert await kept.find(MINE) is None
    assert [row.workspace for row in await rows(store)] == [OTHER.id]


async def test_an_erasure_counts_it_and_leaves_it_only_where_the_bot_stays(
    store: Store, kept: Installations, mine: Installation
) -> None:
    await kept.save(mine)
    await store.administration.save(Choices(MINE, share=True), "U1")
    assert "installations" not in (await store.administration.erase(MINE, stays=True)).rows
    assert await kept.find(MINE) == mine
    assert (await store.administration.erase(MINE)).rows == {"installations": 1}
    assert await kept.find(MINE) is None


async def test_what_is_erased_after_30_days_is_the_installation_too(
    store: Store, kept: Installations, mine: Installation, clock: MovedClock
) -> None:
    await kept.save(mine)
    await store.administration.save(Choices(MINE, share=True), "U1")
    await store.administration.removed(MINE)
    clock.forward(days=30)
    ((_, receipt),) = await store.administration.erase_due()
    assert receipt.rows["installations"] == 1


async def test_a_known_workspace_is_found_while_the_database_is_down(
    running: Server, clock: MovedClock, mine: Installation
) -> None:
    async with (
        new_database(running.dsn) as name,
        open_store(Settings(database_url=url_of(running.dsn, name), token_keys=(OLD,)), clock) as store,
    ):
        assert store.installations
        await store.installations.save(mine)
        running.kill()
        clock.forward(minutes=5)
        assert await store.installations.find(MINE) == mine
        with pytest.raises(StoreUnavailableError):
            await store.installations.find(OTHER)
        with pytest.raises(StoreUnavailableError):
            await store.installations.save(mine)
        with pytest.raises(StoreUnavailableError):
            await store.installations.remove(MINE)
        with pytest.raises(StoreUnavailableError):
            await store.installations.use_state(store.installations.new_state())
        running.recover()


async def test_a_token_that_no_key_reads_is_as_good_as_none_and_told_without_it(
    store: Store, kept: Installations, mine: Installation, database_url: str, clock: MovedClock
) -> None:
    await kept.save(mine)
    (row,) = await rows(store)
    with capture_logs() as logs:
        async with open_store(Settings(database_url=database_url, token_keys=(NEW,)), clock) as other:
            assert other.installations
            assert await other.installations.find(MINE) is None
    assert "put the key that sealed it back into TOKEN_KEYS" in str(logs)
    assert row.sealed not in str(logs)


async def test_a_row_that_was_copied_to_another_workspace_is_not_read_there(
    store: Store, kept: Installations, mine: Installation
) -> None:
    await kept.save(mine)
    (row,) = await rows(store)
    async with store.database.writing() as connection:
        await connection.execute(insert(installations).values(row._asdict() | {"workspace": OTHER.id}))
    with capture_logs():
        assert await kept.find(OTHER) is None


# Renewal


async def test_one_process_alone_renews_and_another_takes_over_when_it_never_comes_back(
    kept: Installations, mine: Installation, settings: Settings, clock: MovedClock
) -> None:
    await kept.save(mine)
    soon = clock.now + timedelta(minutes=1)
    async with open_store(settings, clock) as another:
        assert another.installations
        claims = await asyncio.gather(kept.claim_renewal(mine, soon), another.installations.claim_renewal(mine, soon))
        assert sorted(claims) == [False, True]
        clock.forward(minutes=1)
        assert await another.installations.claim_renewal(mine, clock.now + timedelta(minutes=1))


async def test_the_next_token_is_known_to_all_and_ends_the_claim(
    kept: Installations, mine: Installation, settings: Settings, clock: MovedClock
) -> None:
    await kept.save(mine)
    async with open_store(settings, clock) as another:
        assert another.installations
        assert await another.installations.find(MINE) == mine
        new = replace(mine, bot_token="next", refresh_token="next-refresh", expires_at=clock.now + timedelta(hours=24))
        assert await kept.claim_renewal(mine, clock.now + timedelta(minutes=1))
        assert await kept.renew(mine, new)
        assert await kept.find(MINE) == new
        assert not await another.installations.claim_renewal(mine, clock.now + timedelta(minutes=1))
        assert await another.installations.find(MINE) == new
        assert await another.installations.claim_renewal(new, clock.now + timedelta(minutes=1))


@pytest.mark.parametrize("meanwhile", ["installed anew", "left"])
async def test_a_token_that_comes_too_late_changes_nothing(
    kept: Installations, mine: Installation, clock: MovedClock, meanwhile: str
) -> None:
    await kept.save(mine)
    again = replace(mine, bot_token="xoxb-again", expires_at=clock.now + timedelta(hours=13))
    await (kept.remove(MINE) if meanwhile == "left" else kept.save(again))
    assert not await kept.renew(mine, replace(mine, bot_token="late", expires_at=clock.now + timedelta(hours=24)))
    assert await kept.find(MINE) == (None if meanwhile == "left" else again)


# States


async def test_a_state_is_used_once_by_whichever_process(
    kept: Installations, settings: Settings, clock: MovedClock
) -> None:
    async with open_store(settings, clock) as another:
        assert another.installations
        state = kept.new_state()
        used = await asyncio.gather(*(k.use_state(state) for k in (kept, another.installations) for _ in range(3)))
    assert sum(used) == 1
    assert not await kept.use_state(state)


async def test_a_state_lasts_ten_minutes(kept: Installations, clock: MovedClock) -> None:
    first, second = kept.new_state(), kept.new_state()
    clock.forward(minutes=10)
    assert await kept.use_state(first)
    clock.forward(seconds=1)
    assert not await kept.use_state(second)


async def test_a_forged_state_is_none_of_ours(store: Store, kept: Installations, mine: Installation) -> None:
    await kept.save(mine)
    (row,) = await rows(store)
    state = kept.new_state()
    stranger = Vault([NEW])
    forged = ["", "x", "é", "\ud800", state[:-2], state + "x" * 4, row.sealed, "=" * 8, "A" * 100_000]
    for each in (*forged, stranger.new_state(mine.installed_at)):
        assert not await kept.use_state(each)
    assert await rows(store, used_states) == []


async def test_a_used_state_that_is_written_otherwise_is_still_used(kept: Installations) -> None:
    state = kept.new_state()
    assert await kept.use_state(state)
    for written in (state + "=", state + "!", f" {state}", state[:4] + "\n" + state[4:]):
        assert not await kept.use_state(written)


async def test_used_states_are_dropped_when_they_are_too_old_to_pass(
    store: Store, kept: Installations, clock: MovedClock
) -> None:
    for _ in range(5):
        assert await kept.use_state(kept.new_state())
    clock.forward(seconds=2 * STATE_LASTS.total_seconds() + 1)
    assert await kept.use_state(kept.new_state())
    assert len(await rows(store, used_states)) == 1


async def test_a_state_is_known_after_a_new_key_came_in_front(
    kept: Installations, database_url: str, clock: MovedClock
) -> None:
    async with open_store(Settings(database_url=database_url, token_keys=(NEW, OLD)), clock) as later:
        assert later.installations
        assert await later.installations.use_state(kept.new_state())


# Keys


def test_a_new_key_is_another_each_time_and_one_that_is_taken() -> None:
    keys = {new_key() for _ in range(3)}
    assert len(keys) == 3
    assert Vault(sorted(keys)).seal(MINE, {})


async def filled(store: Store, mine: Installation, number: int) -> None:
    assert isinstance(store.installations, StoredInstallations)
    for each in range(number):
        workspace = Workspace("slack", f"T{each:03}")
        await store.installations.save(replace(mine, workspace=workspace, bot_token=f"token-{each}"))


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
async def test_every_row_is_sealed_anew_once_and_then_needs_the_new_key_alone(
    store: Store, mine: Installation, database_url: str, clock: MovedClock, batch: int
) -> None:
    await filled(store, mine, 7)
    both = Vault([NEW, OLD])
    assert await reseal_all(store.database, both, batch) == Resealed(again=7)
    assert await reseal_all(store.database, both, batch) == Resealed(already=7)
    async with open_store(Settings(database_url=database_url, token_keys=(NEW,)), clock) as later:
        assert later.installations
        found = [await later.installations.find(Workspace("slack", f"T{each:03}")) for each in range(7)]
    assert [each and each.bot_token for each in found] == [f"token-{each}" for each in range(7)]


async def test_rows_that_no_key_reads_are_counted_and_left_alone(store: Store, mine: Installation) -> None:
    await filled(store, mine, 3)
    async with store.database.writing() as connection:
        spoil = update(installations).where(installations.c.workspace == "T001").values(sealed="spoilt")
        await connection.execute(spoil)
    assert await reseal_all(store.database, Vault([NEW, OLD])) == Resealed(again=2, unreadable=1)
    assert "spoilt" in [row.sealed for row in await rows(store)]


async def test_two_who_seal_anew_at_once_leave_every_token_readable(
    store: Store, mine: Installation, settings: Settings, clock: MovedClock
) -> None:
    await filled(store, mine, 5)
    both = Vault([NEW, OLD])
    async with open_store(settings, clock) as another:
        done = await asyncio.gather(reseal_all(store.database, both, 2), reseal_all(another.database, both, 2))
    assert sum(each.again for each in done) == 5
    assert all(both.is_newest(row.sealed) for row in await rows(store))


def test_what_is_sealed_is_read_with_each_key_and_by_its_own_workspace_alone() -> None:
    sealed = Vault([OLD]).seal(MINE, {"bot_token": TOKEN})
    assert Vault([NEW, OLD]).unseal(MINE, sealed) == {"bot_token": TOKEN}
    for vault, whose in ((Vault([NEW]), MINE), (Vault([OLD]), OTHER)):
        with pytest.raises(UnreadableError):
            vault.unseal(whose, sealed)
    with pytest.raises(UnreadableError):
        Vault([NEW]).reseal(sealed)
