"""Logs: one line an event, to standard error; never a token, never a person's id, never what somebody typed."""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = ("discord.client", "discord.http", "slack_bolt")
"""Below an error: discord.py asks for voice libraries and prints addresses with tokens in them, bolt remarks on our own
environment.
"""


def configure(level: str, stream: TextIO | None = None) -> None:
    """Set logging up for the process: words for a person at a terminal, JSON lines where a program reads them.

    Libraries keep to warnings, whose texts carry no payload.
    """
    out = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_happened,
    ]
    renderer = _words() if out.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    handler = logging.StreamHandler(out)
    strip = ProcessorFormatter.remove_processors_meta
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, *shared]
    handler.setFormatter(ProcessorFormatter(processors=[strip, renderer], foreign_pre_chain=foreign))
    _use(handler, max(number, logging.WARNING))
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def _use(handler: logging.Handler, level: int) -> None:
    """Let libraries speak through this handler, in place of the one that an earlier call made."""
    root = logging.getLogger()
    for other in [h for h in root.handlers if isinstance(h.formatter, ProcessorFormatter)]:
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _words() -> Processor:
    return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)


def where_it_happened(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Turn an exception into its kind and the lines of code that it came through.

    Its message is left out: a library may put into it whatever it stumbled over, such as a person's words.
    """
    told: Any = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["trace"] = "\n".join(_chain(error))
    return event


def _chain(error: BaseException) -> list[str]:
    lines = []
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        lines.append(f"{type(following).__name__} at {_frames(following.__traceback__)}")
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return lines


def _frames(trace: TracebackType | None) -> str:
    return " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(traceback.extract_tb(trace)))
