"""The process: the bot's own web server and every service side by side, until SIGINT or SIGTERM."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

import structlog
from aiohttp import web

from bot.service import Check, Service
from bot.settings import DEFAULT_PORT, Settings
from bot.web.health import health_routes
from bot.web.server import start_server

FINISH_SECONDS = 10.0
"""What is being answered when the process is told to stop gets so long; then it is cut off."""
QUIET_SECONDS = 0.1
"""After so long without work nothing is on its way from one of a platform's tasks to the next either."""
LOOK_SECONDS = 0.02
_log = structlog.get_logger(__name__)


async def run_services(
    settings: Settings,
    services: Sequence[Service],
    routes: Iterable[web.AbstractRouteDef] = (),
    checks: Mapping[str, Check] | None = None,
    is_answering: Callable[[], bool] = lambda: False,
) -> None:
    """Run until told to stop, or until a service ends; what is being answered then is finished first.

    Args:
        settings: where the bot's own server listens.
        services: what runs; their routes are served, and their checks asked.
        routes: what else the server serves.
        checks: what else must be well for the bot to be ready, by name.
        is_answering: whether somebody waits for an answer now.

    Raises:
        SettingError: when the port is taken, or a service refuses a setting.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_tell)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    asked = {**(checks or {}), **{each.name: each.check for each in services if each.check}}
    served = [*health_routes(asked), *routes, *(route for each in services for route in each.routes)]
    port = DEFAULT_PORT if settings.port is None else settings.port
    server = await start_server(settings.host, port, served)
    _log.info("the bot's own server listens", host=settings.host, port=server.addresses[0][1])
    try:
        await _until(stop, services, lambda: _finish(server, is_answering))
    finally:
        await server.cleanup()
    _log.info("stopped")


def _tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody waited for failed; asyncio's own line would print the exception's message, whatever is in it."""
    _log.error("something failed in the background", what=context.get("message"), exc_info=context.get("exception"))


async def _finish(server: web.AppRunner, is_answering: Callable[[], bool]) -> None:
    """Take no more requests, and let the answers in the making go out while the services still run."""
    _log.info("stopping; what is being answered is finished first", seconds=FINISH_SECONDS)
    try:
        async with asyncio.timeout(FINISH_SECONDS):
            await server.cleanup()
            await _quiet(is_answering)
    except TimeoutError:
        _log.warning("some answers were cut off", after_seconds=FINISH_SECONDS)


async def _quiet(is_answering: Callable[[], bool]) -> None:
    quiet = 0.0
    while quiet < QUIET_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        quiet = 0.0 if is_answering() else quiet + LOOK_SECONDS


async def _until(
    stop: asyncio.Event, services: Sequence[Service], finish: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    tasks = [asyncio.create_task(each.run(), name=each.name) for each in services]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        await finish()
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
