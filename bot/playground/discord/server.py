"""The loopback Discord as a server: it listens, serves the API and the gateway, and stops cleanly."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.playground.discord.constants import Json
from bot.playground.discord.errors import Refusal
from bot.playground.discord.faults import Drop, Fault
from bot.playground.discord.parts import Parts
from bot.playground.discord.routes_channels import ChannelRoutes
from bot.playground.discord.routes_commands import CommandRoutes
from bot.playground.discord.routes_identity import IdentityRoutes
from bot.playground.discord.routes_interactions import InteractionRoutes
from bot.playground.discord.routing import Rest
from bot.playground.discord.setup import Setup

BODY_BYTES = 26 * 1024 * 1024
GOING_AWAY = 1001
TOO_MANY_REQUESTS, DEFAULT_RETRY = 429, 0.05


@dataclass
class Server(Setup):
    """Serves by itself after `start`, or as `app` inside another aiohttp app (then set `base_url` to its address)."""

    def __post_init__(self) -> None:
        self.base_url = ""
        self.parts = Parts(self, lambda: self.base_url)
        self.rest = Rest(self.parts)
        self._runner: web.AppRunner | None = None
        self.app = self._app()

    @property
    def base_url(self) -> str:
        return self._base_url

    @base_url.setter
    def base_url(self, address: str) -> None:
        self._base_url = address.rstrip("/")
        if address:
            self.parts.gateway.address = self.gateway_url

    @property
    def api_url(self) -> str:
        """What `discord.http.Route.BASE` must be."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` must be, as a yarl.URL."""
        return f"ws{self.base_url.removeprefix('http')}/gateway"

    @property
    def refusals(self) -> list[Refusal]:
        """What was refused so far, and by which rule."""
        return self.parts.refusals

    @property
    def recorded(self) -> list[Json]:
        """Every request of the bot: method, path and body."""
        return self.rest.recorded

    def dump(self, path: Path) -> None:
        """Write `recorded` as JSON lines for ../shared/tools/validate_discord.py."""
        path.write_text("".join(json.dumps(entry) + "\n" for entry in self.recorded), encoding="utf-8")

    def fail_next(
        self,
        match: str,
        *,
        status: int | None = None,
        after: bool = False,
        retry_after: float | None = None,
        everywhere: bool = False,
        cloudflare: bool = False,
        drop: str | None = None,
        late: float | asyncio.Event | None = None,
        times: int = 1,
    ) -> None:
        """Let the next `times` requests go wrong whose `"METHOD /path"` matches the pattern `match`.

        `status` is an error page, `after` says that the work was done all the same. `retry_after` (or status 429) is a
        rate limit, `everywhere` makes it the global one, `cloudflare` is the page of a banned address. `drop` cuts the
        connection `before` or `after` the work was done, `late` does the work and answers later. None of these: 500.
        """
        if status == TOO_MANY_REQUESTS:
            status, retry_after = None, DEFAULT_RETRY if retry_after is None else retry_after
        if (status, retry_after, drop, late) == (None,) * 4 and not cloudflare:
            status = 500
        cut = Drop(drop) if drop else None
        fault = Fault(re.compile(match), status, after, retry_after, everywhere, cloudflare, cut, late, times)
        self.parts.faults.planned.append(fault)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the address such as `http://127.0.0.1:1234`."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0][1]
        self.base_url = f"http://{host}:{bound}"
        return self.base_url

    async def stop(self) -> None:
        await self.parts.gateway.close_all(GOING_AWAY)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_BYTES)
        made = [
            *IdentityRoutes(self.parts).endpoints(),
            *CommandRoutes(self.parts).endpoints(),
            *ChannelRoutes(self.parts).endpoints(),
            *InteractionRoutes(self.parts).endpoints(),
        ]
        app.add_routes(self.rest.routes(made))
        app.add_routes([web.get(path, self.parts.gateway.serve) for path in ("/", "/gateway")])
        app.add_routes([web.get("/attachments/{id}/{name}", self.parts.attachments.serve)])
        return app
