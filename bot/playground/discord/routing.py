"""Endpoints, and the checks which every request passes before its handler sees it."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.playground.discord import schema
from bot.playground.discord.bodies import Call, read
from bot.playground.discord.constants import Json
from bot.playground.discord.errors import RefusedError, invalid_form, not_found, unauthorized
from bot.playground.discord.faults import Drop, Fault
from bot.playground.discord.limits import limited
from bot.playground.discord.parts import Parts

VIA = {"Via": "1.1 google"}
"""discord.py takes a 429 without it for Cloudflare's ban and raises."""

BASE = re.compile(r"^.*?/api/v10(?=/)")
NO_CONTENT = 204


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Answer:
    """An answer with a status other than 200."""

    status: int
    body: Any = None


@dataclass(frozen=True)
class Endpoint:
    """`route` is a method and a path template as the published schema writes it."""

    route: str
    handler: Handler
    needs_token: bool = True


@dataclass
class Rest:
    """Runs endpoints. `recorded` holds each request as ../shared/tools/validate_discord.py reads it."""

    parts: Parts
    recorded: list[Json] = field(default_factory=list)

    def routes(self, endpoints: list[Endpoint]) -> list[web.RouteDef]:
        made = []
        for endpoint in endpoints:
            method, _, path = endpoint.route.partition(" ")
            made.append(web.route(method, f"/api/v10{path}", self._runner(endpoint)))
        nowhere = Endpoint("GET /", self._nowhere, needs_token=False)
        return [*made, web.route("*", "/api/{rest:.*}", self._runner(nowhere))]

    @staticmethod
    async def _nowhere(_: Call) -> None:
        raise not_found()

    def _runner(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def run(request: web.Request) -> web.StreamResponse:
            return await self._run(endpoint, request)

        return run

    async def _run(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        headers: dict[str, str] = {}
        fault: Fault | None = None
        try:
            call = await self._record(endpoint, request)
            fault = self.parts.faults.next_for(f"{request.method} {BASE.sub('', request.path)}")
            if fault is not None and (broken := self._broken_before(fault, request)):
                return broken
            response = await self._answer(endpoint, call, request, headers)
        except RefusedError as refused:
            detail = f"{request.method} {BASE.sub('', request.path)}"
            self.parts.refusals.extend(refused.refusals(detail))
            response = answer(refused.status, refused.body(), headers | refused.headers)
        if fault is not None:
            return await self._broken_after(fault, request, response)
        return response

    async def _record(self, endpoint: Endpoint, request: web.Request) -> Call:
        try:
            body, files = await read(request)
        except RefusedError:
            self.recorded.append({"method": request.method, "path": request.path_qs, "body": None})
            raise
        self.recorded.append({"method": request.method, "path": BASE.sub("/api/v10", request.path_qs), "body": body})
        return Call(endpoint.route, dict(request.match_info), dict(request.query), body, files)

    async def _answer(
        self, endpoint: Endpoint, call: Call, request: web.Request, headers: dict[str, str]
    ) -> web.StreamResponse:
        if endpoint.needs_token and request.headers.get("Authorization") != f"Bot {self.parts.setup.token}":
            raise unauthorized()
        headers.update(self.parts.limits.take(endpoint.route, call.parameters))
        issues = schema.check(endpoint.route, call.body) if self.parts.setup.judged else []
        if issues:
            raise invalid_form(issues)
        made = await endpoint.handler(call)
        reply = made if isinstance(made, Answer) else Answer(NO_CONTENT if made is None else 200, made)
        return answer(reply.status, reply.body, headers)

    @staticmethod
    def _broken_before(fault: Fault, request: web.Request) -> web.StreamResponse | None:
        if fault.cloudflare:
            return web.Response(status=429, text="<html>error code: 1015</html>", content_type="text/html")
        if fault.retry_after is not None:
            refused = limited(fault.retry_after, everywhere=fault.everywhere)
            return answer(refused.status, refused.body(), refused.headers)
        if fault.drop is Drop.BEFORE:
            return drop(request)
        return server_error(fault.status) if fault.status and not fault.after else None

    @staticmethod
    async def _broken_after(fault: Fault, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        if fault.drop is Drop.AFTER:
            return drop(request)
        await fault.wait()
        return server_error(fault.status) if fault.status else response


def server_error(status: int) -> web.Response:
    return answer(status, {"message": f"{status}: Server Error", "code": 0}, {})


def answer(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """Answer in JSON. discord.py compares the content type to `application/json`: a charset would break its login."""
    if status == NO_CONTENT:
        return web.Response(status=status, headers=headers | VIA)
    raw = json.dumps(body).encode()
    return web.Response(status=status, body=raw, content_type="application/json", headers=headers | VIA)


def drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
