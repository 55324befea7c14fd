"""What became of tips is written down in sets: after a while, or at once while there is more than a set of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.conversation.administration import StoreUnavailableError
from bot.conversation.tips import Status
from bot.tips.courier import Courier
from bot.tips.ports import Settled, TipStore
from tests.tips.conftest import PACE, Platform, Told
from tests.tips.test_senders import HERE, claims

pytestmark = pytest.mark.slow
PAUSE = 1.0
(CLAIMED,) = claims(HERE)


class Writing:
    """A store that only writes down; `then` is called each time."""

    def __init__(self, then: Callable[[], None]) -> None:
        self.at: list[float] = []
        self._then = then

    async def settle(self, _settled: Sequence[Settled]) -> None:
        self.at.append(asyncio.get_running_loop().time())
        self._then()


async def flushed(then: Callable[[Courier], None], seconds: float, pause: float) -> Sequence[float]:
    """When a courier wrote something down in so many seconds; `then` happens while it does."""
    writing = Writing(lambda: then(courier))
    pace = replace(PACE, flush=pause, batch=1)
    courier: Any = Courier(
        cast("TipStore", writing), Platform(), lambda _: None, clock=lambda: CLAIMED.due_at, measures=Told(), pace=pace
    )
    courier._settled = [settled()]
    drained = asyncio.Event()
    flushing = asyncio.create_task(courier._flush_until(drained))
    await asyncio.sleep(seconds)
    drained.set()
    await flushing
    return writing.at


def settled() -> Settled:
    return Settled(CLAIMED, Status.SENT, CLAIMED.due_at)


async def test_what_came_meanwhile_is_written_at_once_when_it_is_a_set() -> None:
    left = [settled()]

    def more(courier: Any) -> None:
        if left:
            courier._settled.append(left.pop())

    first, second = await flushed(more, 1.5 * PAUSE, PAUSE)
    assert second - first < PAUSE / 2


async def test_a_database_that_fails_is_not_asked_without_a_pause() -> None:
    def fail(_courier: Any) -> None:
        raise StoreUnavailableError

    assert 1 <= len(await flushed(fail, 0.5, 0.1)) <= 5
