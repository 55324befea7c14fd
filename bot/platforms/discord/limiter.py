"""Holds the bot's own requests below Discord's limit, whatever clocks and networks do."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REQUESTS, SECONDS = 50, 1.0101
"""49.5 a second: Discord allows a bot 50 (docs.discord.com/developers/topics/rate-limits#global-rate-limit)."""
REMEMBERED = 200
BEHIND = 0.25
"""Seconds that may be caught up after a moment in which nothing could be sent."""


class Limiter:
    """So many requests in any stretch of so many seconds, counted as they arrive.

    When a request arrived is not known; it was before its answer came. So each one waits until the answer to the
    50th before it is old enough, less the quickest round trip: that long a request is on its way at least. They go
    out evenly, for a burst would wait for itself on the way, and so hold up the next one.
    """

    def __init__(self, requests: int = REQUESTS, seconds: float = SECONDS) -> None:
        self._seconds, self._pause = seconds, seconds / requests
        self._next = 0.0
        self._answered: deque[asyncio.Future[float]] = deque(maxlen=requests)
        self._trips: deque[float] = deque(maxlen=REMEMBERED)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """Wait for the turn of one request, which is made inside."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[float] = loop.create_future()
        before = self._answered[0] if len(self._answered) == self._answered.maxlen else None
        self._answered.append(answered)
        evenly = max(self._next, loop.time() - BEHIND)
        self._next = evenly + self._pause
        try:
            await asyncio.sleep(evenly - loop.time())
            if before:
                at = await asyncio.shield(before) + self._seconds - min(self._trips, default=0.0)
                await asyncio.sleep(at - loop.time())
            begun = loop.time()
            yield
            self._trips.append(loop.time() - begun)
        finally:
            answered.set_result(loop.time())
