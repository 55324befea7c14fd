"""PostgreSQL's NOTIFY: another process hears of a change at once, and nothing is wrong when it does not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.conversation.administration import Choices, Workspace
from bot.conversation.place import Mode, Place
from bot.settings import Settings
from bot.store import Store, hints, open_store
from tests.store.conftest import MovedClock
from tests.store.databases import tell

WORKSPACE = Workspace("discord", "42")
HERE = Place("discord", "42", "7")
LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
SECONDS = 5.0


@pytest.fixture
async def two(
    postgres_url: str, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes on one database, both of which listen."""
    monkeypatch.setattr(hints, "AGAIN_SECONDS", 0.01)
    settings = Settings(database_url=postgres_url)
    async with open_store(settings, clock) as one, open_store(settings, clock) as other:
        await listeners(postgres_url, 2)
        yield one, other


async def listeners(url: str, number: int) -> None:
    async with asyncio.timeout(SECONDS):
        while (await tell(url, f"SELECT count(*) {LISTENERS}"))[0][0] != number:
            pass


async def becomes(store: Store, mode: Mode) -> None:
    async with asyncio.timeout(SECONDS):
        while (await store.settings.of(HERE)).mode is not mode:  # noqa: ASYNC110 - it is another process that speaks
            await asyncio.sleep(0)


async def test_a_change_in_one_process_is_seen_by_the_other_without_waiting(two: tuple[Store, Store]) -> None:
    one, other = two
    assert (await other.settings.of(HERE)).mode is Mode.PRIVATE
    saved = await one.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "1")
    await becomes(other, Mode.PUBLIC)
    await other.administration.removed(WORKSPACE)
    await becomes(one, Mode.OFF)
    await one.administration.erase(saved.workspace)
    await becomes(other, Mode.PRIVATE)


async def test_a_change_whose_hint_never_comes_is_seen_after_30_seconds(
    postgres_url: str, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a transaction pooler."""

    async def hear_nothing(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(hints, "listen", hear_nothing)
    settings = Settings(database_url=postgres_url)
    async with open_store(settings, clock) as one, open_store(settings, clock) as other:
        assert (await one.settings.of(HERE)).mode is Mode.PRIVATE
        await other.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "1")
        clock.forward(seconds=29)
        assert (await one.settings.of(HERE)).mode is Mode.PRIVATE
        clock.forward(seconds=1)
        assert (await one.settings.of(HERE)).mode is Mode.PUBLIC


async def test_who_lost_the_line_listens_again_and_reads_what_was_said_meanwhile(
    two: tuple[Store, Store], postgres_url: str
) -> None:
    one, other = two
    saved = await one.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "1")
    await becomes(other, Mode.PUBLIC)
    ended = await tell(postgres_url, f"SELECT pg_terminate_backend(pid, 5000) {LISTENERS}")
    assert len(ended) == 2
    await one.administration.save(replace(saved, mode=Mode.OFF), "1")
    await becomes(other, Mode.OFF)
    await listeners(postgres_url, 2)


@pytest.mark.parametrize("words", ["", "no json", "[]", "[1, 2, 3]", '{"a": 1}', "null", '["discord", ["x"]]'])
async def test_a_hint_that_is_not_ours_is_passed_over(two: tuple[Store, Store], postgres_url: str, words: str) -> None:
    one, other = two
    await tell(postgres_url, "SELECT pg_notify($1, $2)", hints.CHANNEL, words)
    assert (await other.settings.of(HERE)).mode is Mode.PRIVATE
    await one.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "1")
    await becomes(other, Mode.PUBLIC)


async def test_a_change_that_was_not_kept_is_not_told(two: tuple[Store, Store]) -> None:
    one, other = two
    saved = await one.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "1")
    await becomes(other, Mode.PUBLIC)
    assert await one.administration.save(saved, "1") == saved
    assert (await other.settings.of(HERE)).mode is Mode.PUBLIC
