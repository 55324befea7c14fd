"""The bot's own HTTP server, over the routes that it is given."""

import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.settings import SettingError

BODY_LIMIT = 256 * 1024
"""Bytes of one request; Slack's are a few kilobytes."""
SHUTDOWN_SECONDS = 5.0
"""What is being answered at the end gets so long; Slack waits three seconds."""


def quiet_about_visitors() -> None:
    """Leave out who asked, and noise altogether: aiohttp logs each request that is no HTTP as an error, with its
    address, and whoever finds the port can send as many as they like.
    """
    logging.getLogger("aiohttp.server").addFilter(_without_visitor)


def _without_visitor(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    record.msg, record.args = "a request failed", ()
    return not isinstance(error, HttpProcessingError)


async def start_server(host: str, port: int, routes: Iterable[web.AbstractRouteDef]) -> web.AppRunner:
    """Start listening. The caller cleans the runner up.

    Raises:
        SettingError: when the address cannot be taken.
    """
    quiet_about_visitors()
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise address_error(host, port, error) from None
    return runner


def address_error(host: str, port: int, error: OSError) -> SettingError:
    """Say which of HOST and PORT is wrong, and what to do."""
    if isinstance(error.strerror, str) and "address already in use" in error.strerror.lower():
        return SettingError("PORT", f"{port} is in use on {host}.", "set PORT to a free one, or end what uses it")
    reason = error.strerror or type(error).__name__
    return SettingError(
        "HOST",
        f"{host} with PORT {port} cannot be used: {reason}.",
        "set HOST to an address of this machine, PORT above 1023",
    )
