"""`/healthz` says that the process is alive; `/readyz` that everything it needs works now, each by its own check."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.service import Check, Health

CHECK_SECONDS = 3.0
"""Shorter than any balancer's patience: a check that hangs is a check that failed."""


def health_routes(checks: Mapping[str, Check], seconds: float = CHECK_SECONDS) -> tuple[web.RouteDef, ...]:
    """Both routes. Each check gets `seconds` to answer."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_: web.Request) -> web.Response:
        found = dict(
            zip(checks, await asyncio.gather(*(_asked(check, seconds) for check in checks.values())), strict=True)
        )
        well = all(health.ok for health in found.values())
        body = {"ready": well, "checks": {name: _told(health) for name, health in found.items()}}
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})

    return web.get("/healthz", alive), web.get("/readyz", ready)


async def _asked(check: Check, seconds: float) -> Health:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return Health(ok=False, facts={"problem": f"no answer in {seconds:g} s"})


def _told(health: Health) -> dict[str, Any]:
    return {"ok": health.ok, **health.facts}
