"""Discord's limit is held as requests arrive there, however long each of them is on its way."""

import asyncio
import random

import pytest

from bot.platforms.discord.limiter import Limiter

MOST, SECONDS = 10, 0.2


async def arrivals(number: int, trip: float, jitter: float) -> list[float]:
    """When each of so many requests arrives at a platform that is `trip` seconds away."""
    limiter, loop, chance, found = Limiter(MOST, SECONDS), asyncio.get_running_loop(), random.Random(1), []

    async def ask() -> None:
        async with limiter():
            await asyncio.sleep(trip / 2 + chance.random() * jitter)
            found.append(loop.time())
            await asyncio.sleep(trip / 2 + chance.random() * jitter)

    await asyncio.gather(*(ask() for _ in range(number)))
    return sorted(found)


@pytest.mark.slow
async def test_no_stretch_of_time_sees_more_than_is_allowed() -> None:
    for trip, jitter in ((0.0, 0.0), (0.02, 0.03), (0.3, 0.05)):
        at = await arrivals(45, trip, jitter)
        assert all(later - earlier >= SECONDS - 0.02 for earlier, later in zip(at, at[MOST:], strict=False))


async def test_a_request_that_is_given_up_holds_up_nobody() -> None:
    limiter = Limiter(1, 0.01)

    async def never() -> None:
        async with limiter():
            await asyncio.Event().wait()

    given_up = [asyncio.create_task(never()) for _ in range(3)]
    await asyncio.sleep(0.02)
    for task in given_up:
        task.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    async with asyncio.timeout(5), limiter():
        pass
