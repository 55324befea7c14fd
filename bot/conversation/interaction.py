"""One interaction, from what somebody did to the answer: it has a number in the logs, and is counted without them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from secrets import token_hex
from time import perf_counter

from structlog.contextvars import bind_contextvars, clear_contextvars

from bot.conversation.measures import Measures

Around = Callable[[], AbstractContextManager[None]]
"""An interaction of one platform, for those parts of its adapter that have no conversation."""


class Outcome(StrEnum):
    ANSWERED = "answered"
    OFFERED = "did you mean"
    DECLINED = "declined"
    """Nothing here is about that."""
    OFF = "off"
    """Moderators switched the bot off there."""
    LIMITED = "limited"
    """Somebody asks faster than anybody reads."""
    OLD = "old button"
    FAILED = "failed"


@dataclass
class _Noted:
    platform: str
    measures: Measures
    pack: str = ""
    command: str = ""
    outcome: Outcome = Outcome.ANSWERED


_current: ContextVar[_Noted | None] = ContextVar("interaction", default=None)


@contextmanager
def interaction(platform: str, measures: Measures) -> Iterator[None]:
    """Around everything that an adapter does about one request, its sending included. What raises has failed.

    The number stays bound after the end: an error hook that logs has it still, and the next request gets its own.
    Work that one interaction leaves for later belongs to it.
    """
    if _current.get():
        with _failing(platform, measures):
            yield
        return
    noted, started = _Noted(platform, measures), perf_counter()
    token = _current.set(noted)
    clear_contextvars()
    bind_contextvars(request=token_hex(4), platform=platform)
    try:
        with _failing(platform, measures):
            yield
    except Exception:
        noted.outcome = Outcome.FAILED
        raise
    finally:
        _current.reset(token)
        if noted.command:
            measures.answered(
                pack=noted.pack,
                command=noted.command,
                platform=platform,
                outcome=noted.outcome,
                seconds=perf_counter() - started,
            )


@contextmanager
def _failing(platform: str, measures: Measures) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        measures.failed(platform, type(error).__name__)
        raise


def note(pack: str, command: str, outcome: Outcome = Outcome.ANSWERED) -> None:
    """Say what this interaction is about; `command` is one of the bot's own names, never what was typed."""
    if noted := _current.get():
        noted.pack, noted.command, noted.outcome = pack, command, outcome


def note_urgent(pack: str, tier: str) -> None:
    if noted := _current.get():
        noted.measures.urgent(pack=pack, platform=noted.platform, tier=tier)
