"""Shards of all processes start one after another: Discord allows one in five seconds for each bucket."""

import asyncio
from contextlib import AsyncExitStack

from bot.conversation.administration import StoreUnavailableError
from bot.platforms.discord.shards import IDENTIFY_SECONDS
from bot.tips.ports import TipStore
from bot.tips.worker import Turns

MARGIN = 0.5
"""Seconds for the way to Discord."""


PATIENCE = 300.0
"""Seconds until a shard starts without its turn: sixty others of its bucket may go before it."""


class IdentifyPace:
    """Holds a bucket's turn for as long as nobody else may start; with the database down only this process waits."""

    def __init__(self, turns: Turns, store: TipStore, seconds: float = IDENTIFY_SECONDS + MARGIN) -> None:
        self._turns, self._store, self._seconds = turns, store, seconds
        self._held: set[asyncio.Task[None]] = set()

    async def __call__(self, bucket: int) -> None:
        try:
            await self._store.time()
        except StoreUnavailableError:
            await asyncio.sleep(self._seconds)
            return
        stack = AsyncExitStack()
        try:
            async with asyncio.timeout(PATIENCE):
                await stack.enter_async_context(self._turns.hold(f"identify-{bucket}", asyncio.Event()))
        except TimeoutError:  # the database went away meanwhile; at worst Discord refuses, and the shard tries again
            return
        letting_go = asyncio.create_task(self._let_go(stack))
        self._held.add(letting_go)
        letting_go.add_done_callback(self._held.discard)

    async def _let_go(self, stack: AsyncExitStack) -> None:
        async with stack:
            await asyncio.sleep(self._seconds)
