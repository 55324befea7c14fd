"""Settings are quick, new within 30 s, at once after an own change, and there whatever happens to the database."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from structlog.types import EventDict

from bot.conversation.administration import ChannelChoices, Choices, StoreUnavailableError, Workspace
from bot.conversation.place import Mode, Place, PlaceKind, PlaceSettings
from bot.settings import Settings
from bot.store import Store, cache, open_store
from bot.store.settings_cache import CachedSettings
from tests.store.conftest import MovedClock

WORKSPACE = Workspace("slack", "T01")
HERE = Place("slack", "T01", "C1")
PUBLIC = Choices(WORKSPACE, version=1, mode=Mode.PUBLIC, share=True)


class Reader:
    """Stands for the database: answers, fails, or does not answer until it is let."""

    def __init__(self) -> None:
        self.answer: Choices | Exception = PUBLIC
        self.asked = 0
        self.begun, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def __call__(self, workspace: Workspace) -> Choices:
        self.asked += 1
        self.begun.set()
        answer = self.answer
        await self.open.wait()
        if isinstance(answer, Exception):
            raise answer
        return replace(answer, workspace=workspace)


@pytest.fixture
async def reader() -> Reader:
    return Reader()


@pytest.fixture
async def cached(reader: Reader, clock: MovedClock) -> AsyncIterator[CachedSettings]:
    cached = CachedSettings(reader, clock)
    yield cached
    await cached.close()


async def test_where_nobody_chose_the_answer_is_private_and_cannot_be_shared(store: Store) -> None:
    assert await store.settings.of(HERE) == PlaceSettings(Mode.PRIVATE, share=False)


async def test_what_was_chosen_holds_at_once_in_its_channel_and_elsewhere(store: Store) -> None:
    await store.settings.of(HERE)
    choices = Choices(WORKSPACE, mode=Mode.PUBLIC, share=True, locale="es", region="MX")
    await store.administration.save(
        choices.with_channel(ChannelChoices("C1", Mode.OFF, share=False, locale="en")), "U1"
    )
    assert await store.settings.of(HERE) == PlaceSettings(Mode.OFF, share=False, locale="en", region="MX")
    assert await store.settings.of(replace(HERE, channel="C2")) == PlaceSettings(Mode.PUBLIC, True, "es", "MX")
    assert await store.settings.of(replace(HERE, platform="discord")) == PlaceSettings()
    assert await store.settings.of(replace(HERE, workspace="T02")) == PlaceSettings()


@pytest.mark.parametrize("stopped", ["paused", "removed"])
async def test_a_pause_and_a_removal_stop_it_at_once_and_can_be_taken_back(store: Store, stopped: str) -> None:
    saved = await store.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "U1")
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC
    if stopped == "paused":
        saved = await store.administration.save(replace(saved, paused=True), "U1")
    else:
        await store.administration.removed(WORKSPACE)
    assert (await store.settings.of(HERE)).mode is Mode.OFF
    if stopped == "paused":
        await store.administration.save(replace(saved, paused=False), "U1")
    else:
        await store.administration.returned(WORKSPACE)
    assert (await store.settings.of(HERE)).mode is Mode.PUBLIC


async def test_after_an_erasure_the_defaults_hold_at_once(store: Store) -> None:
    await store.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "U1")
    await store.administration.erase(WORKSPACE)
    assert await store.settings.of(HERE) == PlaceSettings()


async def test_another_process_is_seen_after_30_seconds_at_the_latest(sqlite_url: str, clock: MovedClock) -> None:
    """On SQLite nothing tells of it. (PostgreSQL's hint, and that it may be lost: test_hints.py.)"""
    settings = Settings(database_url=sqlite_url)
    async with open_store(settings, clock) as one, open_store(settings, clock) as other:
        assert (await one.settings.of(HERE)).mode is Mode.PRIVATE
        await other.administration.save(Choices(WORKSPACE, mode=Mode.PUBLIC), "U1")
        clock.forward(seconds=29)
        assert (await one.settings.of(HERE)).mode is Mode.PRIVATE
        clock.forward(seconds=1)
        assert (await one.settings.of(HERE)).mode is Mode.PUBLIC


async def test_within_30_seconds_it_is_read_once(cached: CachedSettings, reader: Reader, clock: MovedClock) -> None:
    for seconds in (0, 10, 19.9):
        clock.forward(seconds=seconds)
        assert (await cached.of(HERE)).mode is Mode.PUBLIC
    assert reader.asked == 1
    clock.forward(seconds=0.2)
    await cached.of(HERE)
    assert reader.asked == 2


async def test_a_clock_that_is_set_back_keeps_nothing_for_longer(
    cached: CachedSettings, reader: Reader, clock: MovedClock
) -> None:
    await cached.of(HERE)
    clock.forward(hours=-1)
    await cached.of(HERE)
    assert reader.asked == 2


async def test_those_who_ask_at_once_share_one_reading(cached: CachedSettings, reader: Reader) -> None:
    answers = await asyncio.gather(*(cached.of(HERE) for _ in range(50)))
    assert {answer.mode for answer in answers} == {Mode.PUBLIC}
    assert reader.asked == 1


@pytest.mark.parametrize("kind", [PlaceKind.DIRECT_MESSAGE, PlaceKind.ELSEWHERE])
async def test_a_place_without_a_workspace_asks_nothing(
    cached: CachedSettings, reader: Reader, kind: PlaceKind
) -> None:
    assert await cached.of(Place("discord", "", "D1", kind)) == PlaceSettings()
    assert reader.asked == 0


@pytest.mark.parametrize("fault", [StoreUnavailableError("down"), ValueError("a mode of the future"), KeyError("x")])
async def test_with_the_database_down_the_last_known_holds_however_old_and_is_told_once(
    cached: CachedSettings, reader: Reader, clock: MovedClock, fault: Exception
) -> None:
    await cached.of(HERE)
    reader.answer = fault
    with capture_logs() as logs:
        for _ in range(5):
            clock.forward(days=30)
            assert (await cached.of(HERE)).mode is Mode.PUBLIC
            assert await cached.of(replace(HERE, workspace="T-unknown")) == PlaceSettings(Mode.PRIVATE, share=False)
    assert [each["error"] for each in logs] == [type(fault).__name__]
    assert "T-unknown" not in str(logs)


async def test_after_a_fault_it_is_not_asked_again_for_2_seconds_and_then_recovers(
    cached: CachedSettings, reader: Reader, clock: MovedClock
) -> None:
    reader.answer = StoreUnavailableError("down")
    with capture_logs() as logs:
        for _ in range(20):
            assert await cached.of(HERE) == PlaceSettings()
        assert reader.asked == 1
        reader.answer = PUBLIC
        clock.forward(seconds=2)
        assert (await cached.of(HERE)).mode is Mode.PUBLIC
        assert len(warnings_in(logs)) == 1
        reader.answer = StoreUnavailableError("down again")
        clock.forward(seconds=30)
        assert (await cached.of(HERE)).mode is Mode.PUBLIC
    assert len(warnings_in(logs)) == 2


def warnings_in(logs: list[EventDict]) -> list[EventDict]:
    """What is logged once an outage; whether lesser lines are kept depends on how logging is set up."""
    return [each for each in logs if each["log_level"] == "warning"]


async def test_a_slow_database_is_waited_for_300_ms_and_its_answer_is_taken_when_it_comes(
    cached: CachedSettings, reader: Reader
) -> None:
    reader.open.clear()
    begun = time.monotonic()
    with capture_logs() as logs:
        assert await cached.of(HERE) == PlaceSettings()
    assert 0.29 < time.monotonic() - begun < 1.0
    assert [each["error"] for each in logs] == ["TimeoutError"]
    reader.open.set()
    assert (await cached.of(HERE)).mode is Mode.PUBLIC
    assert reader.asked == 1


async def test_a_reading_that_began_before_an_own_change_does_not_undo_it(
    cached: CachedSettings, reader: Reader
) -> None:
    reader.open.clear()
    asking = asyncio.create_task(cached.of(HERE))
    await reader.begun.wait()
    saved = replace(PUBLIC, version=2, mode=Mode.OFF)
    cached.take(saved)
    reader.open.set()
    assert (await asking).mode is Mode.OFF
    assert (await cached.of(HERE)).mode is Mode.OFF
    cached.take(PUBLIC)
    assert (await cached.of(HERE)).mode is Mode.OFF


async def test_a_reading_that_began_before_a_hint_is_made_again(cached: CachedSettings, reader: Reader) -> None:
    reader.open.clear()
    asking = asyncio.create_task(cached.of(HERE))
    await reader.begun.wait()
    reader.answer = replace(PUBLIC, version=2, mode=Mode.OFF)
    cached.expire(WORKSPACE)
    reader.open.set()
    assert (await asking).mode is Mode.OFF
    assert reader.asked == 2


async def test_who_gives_up_asking_does_not_stop_the_reading_for_others(cached: CachedSettings, reader: Reader) -> None:
    reader.open.clear()
    first, second = (asyncio.create_task(cached.of(HERE)) for _ in range(2))
    await reader.begun.wait()
    first.cancel()
    reader.open.set()
    assert (await second).mode is Mode.PUBLIC
    assert reader.asked == 1


async def test_closing_in_the_middle_of_a_question_still_answers_it(cached: CachedSettings, reader: Reader) -> None:
    reader.open.clear()
    asking = asyncio.create_task(cached.of(HERE))
    await reader.begun.wait()
    await cached.close()
    assert await asking == PlaceSettings()


async def test_memory_stays_bounded_and_keeps_who_was_asked_for_last(
    cached: CachedSettings, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_KEPT", 3)
    for workspace in ("T01", "T02", "T03", "T01", "T04"):
        await cached.of(replace(HERE, workspace=workspace))
    reader.answer = StoreUnavailableError("down")
    cached.expire()
    modes = [(await cached.of(replace(HERE, workspace=each))).mode for each in ("T01", "T03", "T04", "T02")]
    assert modes == [Mode.PUBLIC, Mode.PUBLIC, Mode.PUBLIC, Mode.PRIVATE]
