"""Faults on demand: the next matching request meets a rate limit, an error, a lost connection or a slow answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Match = str | Callable[[str, dict[str, Any]], bool]
"""A method's name (`response_url` is one), `*` for any, or a function of name and payload."""


class Drop(StrEnum):
    """Whether a connection is lost before Slack did what it was asked, or after: the bot cannot tell which."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Fault:
    """One thing that goes wrong `times` times; a request that is only `late` is done at once and answered then."""

    match: Match
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    drop: Drop | None = None
    late: float | asyncio.Event | None = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1

    def fits(self, method: str, payload: dict[str, Any]) -> bool:
        if callable(self.match):
            return self.match(method, payload)
        return self.match in ("*", method)

    async def wait(self) -> None:
        if isinstance(self.late, asyncio.Event):
            await self.late.wait()
        elif self.late is not None:
            await asyncio.sleep(self.late)


class Faults:
    """What is still to go wrong, first in first out."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def take(self, method: str, payload: dict[str, Any]) -> Fault | None:
        for fault in self._waiting:
            if fault.fits(method, payload):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
