"""The database fails in earnest: a killed and a frozen PostgreSQL, a locked and a spoilt file. Nothing is half-written."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.conversation.administration import ChannelChoices, Choices, StoreUnavailableError, Workspace
from bot.conversation.place import Mode, Place, PlaceSettings
from bot.settings import Settings
from bot.store import Store, choices, engine, open_store
from tests.store.conftest import MovedClock
from tests.store.databases import new_database, url_of
from tests.store.server import Server

WORKSPACE = Workspace("slack", "T01")
HERE = Place("slack", "T01", "C1")
UNKNOWN = replace(HERE, workspace="T02")
CHOSEN = Choices(
    WORKSPACE, mode=Mode.PUBLIC, share=True, moderators=("U1",), channels=(ChannelChoices("C2", Mode.OFF),)
)


@pytest.fixture
async def on_own_server(running: Server, clock: MovedClock) -> AsyncIterator[Store]:
    async with (
        new_database(running.dsn) as name,
        open_store(Settings(database_url=url_of(running.dsn, name)), clock) as s,
    ):
        yield s
        running.recover()


CALLS: dict[str, Callable[[Store], object]] = {
    "choices": lambda store: store.administration.choices(WORKSPACE),
    "save": lambda store: store.administration.save(Choices(WORKSPACE, region="GB"), "U1"),
    "audit": lambda store: store.administration.audit(WORKSPACE, 20),
    "removed": lambda store: store.administration.removed(WORKSPACE),
    "returned": lambda store: store.administration.returned(WORKSPACE),
    "erase": lambda store: store.administration.erase(WORKSPACE),
    "erase_due": lambda store: store.administration.erase_due(),
    "export": lambda store: store.administration.export(WORKSPACE),
}


async def test_a_killed_postgres_stops_no_answer_and_after_its_restart_all_goes_on(
    on_own_server: Store, running: Server, clock: MovedClock
) -> None:
    store = on_own_server
    saved = await store.administration.save(CHOSEN, "U1")
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC
    running.kill()
    with capture_logs() as logs:
        clock.forward(minutes=5)
        assert await store.settings.of(HERE) == PlaceSettings(Mode.PUBLIC, share=True)
        assert await store.settings.of(replace(HERE, channel="C2")) == PlaceSettings(Mode.OFF, share=True)
        assert await store.settings.of(UNKNOWN) == PlaceSettings(Mode.PRIVATE, share=False)
    assert len(logs) == 1
    for call in CALLS.values():
        with pytest.raises(StoreUnavailableError):
            await call(store)
    await asyncio.to_thread(running.start)
    assert await store.administration.choices(WORKSPACE) == saved
    assert len(await store.administration.audit(WORKSPACE)) == 4
    again = await store.administration.save(replace(saved, mode=Mode.OFF), "U1")
    assert (await store.settings.of(HERE)).mode is Mode.OFF
    assert again.version == saved.version + 1
    clock.forward(seconds=2)
    assert await store.settings.of(UNKNOWN) == PlaceSettings()


@pytest.mark.slow
async def test_a_frozen_postgres_costs_an_answer_300_ms_and_a_moderator_2_s(
    on_own_server: Store, running: Server, clock: MovedClock
) -> None:
    store = on_own_server
    saved = await store.administration.save(CHOSEN, "U1")
    running.freeze()
    clock.forward(seconds=30)
    begun = time.monotonic()
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC
    assert await store.settings.of(UNKNOWN) == PlaceSettings()
    assert time.monotonic() - begun < 1.2
    with pytest.raises(StoreUnavailableError):
        await store.administration.save(replace(saved, mode=Mode.OFF), "U1")
    assert time.monotonic() - begun < 4.0
    running.thaw()
    assert await store.administration.choices(WORKSPACE) == saved
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC


@pytest.mark.slow
async def test_a_postgres_killed_in_the_middle_of_many_saves_keeps_each_whole_or_not_at_all(
    on_own_server: Store, running: Server
) -> None:
    """Ten moderators of ten workspaces save on and on; the server dies under them, twice."""
    store, kept = on_own_server, dict.fromkeys(range(10), 0)
    stop = asyncio.Event()
    saved_some = asyncio.Condition()

    async def moderate(number: int) -> None:
        current = Choices(Workspace("discord", str(number)))
        while not stop.is_set():
            turn = str(int(current.contact or 0) + 1)
            wanted = replace(current, contact=turn, moderators=(turn,), channels=(ChannelChoices("C", locale=turn),))
            try:
                current = await store.administration.save(wanted, "U1")
                kept[number] = int(turn)
            except StoreUnavailableError:
                with suppress(StoreUnavailableError):
                    current = await store.administration.choices(current.workspace)
            async with saved_some:
                saved_some.notify_all()

    moderating = [asyncio.create_task(moderate(number)) for number in kept]
    for _ in range(2):
        least = sum(kept.values()) + 30
        async with saved_some:
            await saved_some.wait_for(lambda least=least: sum(kept.values()) >= least)
        running.kill()
        await asyncio.to_thread(running.start)
    stop.set()
    await asyncio.gather(*moderating)
    for number, turn in kept.items():
        now = await store.administration.choices(Workspace("discord", str(number)))
        assert now.contact is not None
        assert turn <= int(now.contact) <= turn + 1
        assert (now.moderators, now.channels) == ((now.contact,), (ChannelChoices("C", locale=now.contact),))
        audit = await store.administration.audit(now.workspace)
        assert [entry.after for entry in audit if entry.what == "contact"] == [
            str(each) for each in range(int(now.contact), 0, -1)
        ]


@pytest.mark.parametrize("broken", ["_write_moderators", "_write_channels"])
async def test_a_save_that_breaks_in_the_middle_leaves_nothing_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    saved = await store.administration.save(CHOSEN, "U1")

    async def break_off(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(choices, broken, break_off)
    with pytest.raises(StoreUnavailableError):
        await store.administration.save(replace(saved, mode=Mode.OFF, moderators=(), channels=()), "U1")
    assert await store.administration.choices(WORKSPACE) == saved
    assert len(await store.administration.audit(WORKSPACE)) == 4
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC


async def test_our_own_mistake_is_not_taken_for_a_fault_of_the_database(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistake(*_: object) -> None:
        raise KeyError("mistake")

    monkeypatch.setattr(choices, "_write_channels", mistake)
    with pytest.raises(KeyError):
        await store.administration.save(CHOSEN, "U1")
    assert (await store.administration.choices(WORKSPACE)).version == 0


async def test_a_file_that_another_process_holds_is_read_but_not_saved(
    sqlite_url: str, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SQLITE_BUSY_SECONDS", 0.02)
    async with open_store(Settings(database_url=sqlite_url), clock) as store:
        saved = await store.administration.save(CHOSEN, "U1")
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailableError):
                await store.administration.save(replace(saved, mode=Mode.OFF), "U1")
            assert await store.administration.choices(WORKSPACE) == saved
            other.execute("ROLLBACK")
        assert (await store.administration.save(replace(saved, mode=Mode.OFF), "U1")).mode is Mode.OFF


async def test_a_file_that_is_spoilt_while_it_is_used_stops_no_answer(sqlite_url: str, clock: MovedClock) -> None:
    async with open_store(Settings(database_url=sqlite_url), clock) as store:
        await store.administration.save(CHOSEN, "U1")
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE channels")
        clock.forward(minutes=1)
        assert (await store.settings.of(HERE)).mode is Mode.PUBLIC
        for name in ("choices", "save", "export"):
            with pytest.raises(StoreUnavailableError):
                await CALLS[name](store)
