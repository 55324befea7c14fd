"""A service: one thing that runs until the bot stops, with its routes on the bot's own server and its health."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the terminal's commands need no web library
    from aiohttp import web


@dataclass(frozen=True)
class Health:
    """Whether something works now, and what an operator wants to know about it. No secret and no person is in here."""

    ok: bool
    facts: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


Check = Callable[[], Awaitable[Health]]
"""Asked at each `/readyz`; it answers quickly and never raises."""


@dataclass(frozen=True)
class Service:
    """`run` lasts until it is cancelled; when it ends or raises before, the bot stops.

    `routes` are served by the bot's own server while it runs, `check` is one entry of `/readyz`.
    """

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    routes: "tuple[web.AbstractRouteDef, ...]" = ()
    check: Check | None = None
