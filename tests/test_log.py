"""Logs: words at a terminal, JSON lines elsewhere; no message of an exception, no library's chatter."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import log
from bot.process import run_services
from bot.service import Service
from bot.settings import Settings
from tests.leaks import set_up_logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    set_up_logs()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fails() -> None:
    text = "my left leg twitches"
    try:
        {}[text]
    except KeyError as error:
        raise ValueError(f"what is {text}?") from error


def test_a_program_reads_one_json_object_a_line() -> None:
    out = io.StringIO()
    log.configure("info", out)
    structlog.get_logger("x").info("slack is connected", mode="socket", packs=("spasm",))
    (line,) = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "slack is connected", "level": "info", "mode": "socket", "packs": ["spasm"]}


def test_a_person_at_a_terminal_reads_words() -> None:
    out = Terminal()
    log.configure("info", out)
    structlog.get_logger("x").info("slack is connected", mode="socket")
    assert out.getvalue().endswith('level=info event="slack is connected" mode=socket\n')


def test_a_librarys_warning_is_a_line_like_any_other_and_its_chatter_is_none() -> None:
    out = io.StringIO()
    log.configure("debug", out)
    logging.getLogger("some.library").info("payload: %s", "my words")
    logging.getLogger("discord.http").warning("POST /interactions/1/a-token responded with 429")
    logging.getLogger("some.library").warning("it is %s", "late")
    (line,) = lines(out)
    assert (line["event"], line["logger"], line["level"]) == ("it is late", "some.library", "warning")


def test_logging_can_be_set_up_again_without_telling_everything_twice() -> None:
    out = io.StringIO()
    log.configure("info", io.StringIO())
    log.configure("info", out)
    logging.getLogger("some.library").warning("once")
    assert len(lines(out)) == 1


@pytest.mark.parametrize("speaker", ["ours", "a library"])
def test_an_exception_is_told_by_its_kind_and_lines_but_not_by_its_message(speaker: str) -> None:
    out = io.StringIO()
    log.configure("info", out)
    try:
        fails()
    except ValueError as error:
        if speaker == "ours":
            structlog.get_logger("x").error("it failed", exc_info=error)
        else:
            logging.getLogger("some.library").exception("it failed")
    (line,) = lines(out)
    assert line["error"] == "ValueError"
    first, cause = line["trace"].splitlines()
    assert first.startswith("ValueError at ")
    assert f"{__file__}:" in first
    assert " fails" in first
    assert cause.startswith("KeyError at ")
    assert "twitches" not in out.getvalue()


async def test_a_task_that_nobody_waits_for_tells_no_message_either() -> None:
    out = io.StringIO()
    log.configure("info", out)

    async def run() -> None:
        async def failing() -> None:
            fails()

        task = asyncio.create_task(failing())
        await asyncio.wait([task])
        del task
        raise asyncio.CancelledError

    loop = asyncio.get_running_loop()
    try:
        await run_services(Settings(port=0), [Service("one", run)])
    finally:
        loop.set_exception_handler(None)
    told = next(line for line in lines(out) if line["level"] == "error")
    assert told["what"] == "Task exception was never retrieved"
    assert told["error"] == "ValueError"
    assert "twitches" not in out.getvalue()
