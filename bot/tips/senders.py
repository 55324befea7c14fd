"""Tasks that carry claimed tips: a new one begins only while the others wait for the platform."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.conversation.administration import Workspace
from bot.tips.ports import Claimed

Carry = Callable[[Claimed, float], Awaitable[None]]


class Senders:
    """All that is handed over is on its way at once. A task for each would cost more than a quick platform's answer."""

    def __init__(self, carry: Carry, ended: Callable[[Workspace], None]) -> None:
        """`carry` sends a tip whose lease ends at that time of the loop; `ended` hears whose came to its end."""
        self._carry, self._ended = carry, ended
        self._waiting: deque[tuple[Claimed, float]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_hiring = False
        self._number = 0
        self._cut_off: list[Claimed] = []
        self.by_community: dict[Workspace, int] = {}

    def __len__(self) -> int:
        """How many tips are on their way."""
        return self._number

    def begin(self, claims: Iterable[Claimed], lease_ends: float) -> None:
        """Send these; returns at once."""
        number, many = len(self._waiting), self.by_community
        for claimed in claims:
            self._waiting.append((claimed, lease_ends))
            many[claimed.workspace] = many.get(claimed.workspace, 0) + 1
        self._number += len(self._waiting) - number
        self._hire()

    async def wait(self) -> None:
        """Until everything has arrived. Who stops waiting stops nothing that is on its way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def give_up(self) -> tuple[Sequence[Claimed], Sequence[Claimed]]:
        """End what is still on its way; returns what nobody had begun to carry, and what somebody had."""
        waiting, self._cut_off = [claimed for claimed, _ in self._waiting], []
        self._waiting.clear()
        for claimed in waiting:
            self._take_off(claimed.workspace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return waiting, self._cut_off

    def _hire(self) -> None:
        """One more, who begins when all others wait; none while one has yet to begin."""
        if self._waiting and not self._is_hiring:
            self._is_hiring = True
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        self._is_hiring = False
        while self._waiting:
            claimed, lease_ends = self._waiting.popleft()
            self._hire()
            try:
                await self._carry(claimed, lease_ends)
            except asyncio.CancelledError:
                self._cut_off.append(claimed)
                raise
            finally:
                self._take_off(claimed.workspace)

    def _take_off(self, workspace: Workspace) -> None:
        self._number -= 1
        left = self.by_community[workspace] - 1
        if left:
            self.by_community[workspace] = left
        else:
            del self.by_community[workspace]
        self._ended(workspace)
