"""The bot's own HTTP server, over the routes that it is given."""

from collections.abc import Iterable

from aiohttp import web

from bot.settings import SettingError

BODY_LIMIT = 256 * 1024
"""Bytes of one request; Slack's are a few kilobytes."""
SHUTDOWN_SECONDS = 5.0
"""What is being answered at the end gets so long; Slack waits three seconds."""


async def start_server(host: str, port: int, routes: Iterable[web.AbstractRouteDef]) -> web.AppRunner:
    """Start listening. The caller cleans the runner up.

    Raises:
        SettingError: when the address cannot be taken.
    """
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
