"""When much is due at once it is planned in sets, by two planners from the first full set on."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from bot.tips import worker
from bot.tips.ports import Claimed, TipStore
from bot.tips.worker import Turns, Work, Worker
from tests.tips.conftest import Bench, at

pytestmark = pytest.mark.slow
SECONDS = 20.0


class Watched:
    """The store, and how many sets were planned at once at the most."""

    def __init__(self, store: Any) -> None:
        self._store, self._now = store, 0
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def time(self) -> None:
        """A test moves the clock; a database's goes by itself."""

    async def plan(self, *given: Any) -> tuple[int, Sequence[Claimed]]:
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            planned: tuple[int, Sequence[Claimed]] = await self._store.plan(*given)
            return planned
        finally:
            self._now -= 1


async def posted(bench: Bench, number: int) -> int:
    """Subscribe so many channels, let them be due, and work until all are served; returns how many planned at once."""
    for channel in range(number):
        await bench.subscribed(channel=f"C{channel}")
    at(bench.clock, 9, 1)
    watched, stopping = Watched(bench.store.tips), asyncio.Event()

    async def nothing(*_: object) -> None:
        return None

    def heard(_step: str) -> None:
        if len(bench.platform.accepted) >= number:
            stopping.set()

    work = Work(
        cast("TipStore", watched),
        bench.planner,
        [bench.platform],
        bench.courier.delivery._render,
        nothing,
        bench.clock,
        bench.told,
        cast("Turns", None),  # Slack's senders need none
        bench.pace,
        heard,
    )
    async with asyncio.timeout(SECONDS):
        await Worker(work).run(stopping)
    assert len({post.channel for post in bench.platform.accepted}) == len(bench.platform.accepted) == number
    assert await bench.days() == [(1, "sent", None)] * number
    return watched.most


async def test_a_full_set_brings_a_second_planner(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PLANNED_AT_ONCE", 2)
    assert await posted(bench, 7) == 2


async def test_where_all_fits_in_one_set_one_plans(bench: Bench) -> None:
    assert await posted(bench, 3) == 1
