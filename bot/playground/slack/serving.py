"""Turns what a handler returns or refuses into HTTP, unless a fault on demand comes between."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from .faults import Drop, Fault
from .refusals import RefusedError
from .workspace import Workspace

Act = Callable[[], web.Response]


def refused(ws: Workspace, error: RefusedError) -> web.Response:
    ws.refusals.append(error.refusal)
    return web.json_response(error.body, status=error.status, headers=error.headers)


def attempt(ws: Workspace, act: Act) -> web.Response:
    try:
        return act()
    except RefusedError as error:
        return refused(ws, error)


async def serve(ws: Workspace, request: web.Request, name: str, payload: dict[str, Any], act: Act) -> web.Response:
    """Do what was asked for and answer, or meet the fault that waits for it."""
    fault = ws.faults.take(name, payload)
    if fault is None:
        return attempt(ws, act)
    if fault.drop is Drop.BEFORE:
        return _hang_up(request)
    broken = _broken(fault)
    if broken is not None:
        return broken
    response = attempt(ws, act)
    await fault.wait()
    return _hang_up(request) if fault.drop is Drop.AFTER else response


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _broken(fault: Fault) -> web.Response | None:
    if fault.status == 429 or fault.retry_after is not None:
        # docs.slack.dev/apis/web-api/rate-limits
        headers = {"Retry-After": f"{fault.retry_after or 1:g}", **fault.headers}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.error is not None:
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status or 200, headers=fault.headers)
    if fault.status is not None:
        return web.Response(status=fault.status, text="loopback fault", headers=fault.headers)
    return None
