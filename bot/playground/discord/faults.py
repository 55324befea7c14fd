"""Faults on demand: the next requests that match go wrong in a chosen way."""

import asyncio
import re
from dataclasses import dataclass, field
from enum import StrEnum


class Drop(StrEnum):
    """When a connection breaks: before the request was carried out, or after, so that only its answer is lost."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Fault:
    """A fault that waits for its request; `match` is a pattern over `"POST /channels/1/messages"`."""

    match: re.Pattern[str]
    status: int | None = None
    after: bool = False
    retry_after: float | None = None
    everywhere: bool = False
    cloudflare: bool = False
    drop: Drop | None = None
    late: float | asyncio.Event | None = None
    times: int = 1

    async def wait(self) -> None:
        if isinstance(self.late, asyncio.Event):
            await self.late.wait()
        elif self.late is not None:
            await asyncio.sleep(self.late)


@dataclass
class Faults:
    """Holds planned faults, oldest first."""

    planned: list[Fault] = field(default_factory=list)

    def next_for(self, request: str) -> Fault | None:
        """Return the fault that is due for `request`, if any, and count it."""
        for fault in self.planned:
            if fault.match.search(request):
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
                return fault
        return None
