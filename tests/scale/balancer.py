"""A load balancer for tests, in front of equal replicas: what one refuses or cuts is passed on to the next."""

from collections import Counter
from collections.abc import Iterable

import aiohttp
from aiohttp import web

_OF_THE_CONNECTION = ("host", "connection", "content-length", "transfer-encoding", "accept-encoding")


class Balancer:
    """Each request goes to the next replica; `replicas` are addresses, and may change while it serves."""

    def __init__(self, replicas: Iterable[str]) -> None:
        self.replicas = list(replicas)
        self.passed_on = 0
        """How many times a request had to go to another replica."""
        self.on_their_way: Counter[str] = Counter()
        """Requests that wait for a replica's answer."""
        self.answered: Counter[str] = Counter()
        self._turn = 0
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> str:
        """Serve, and return the address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._session = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
        if self._session:
            await self._session.close()

    async def _handle(self, request: web.Request) -> web.Response:
        """An answer is passed back only when it is there as a whole."""
        body = await request.read()
        self._turn += 1
        turn, tried = self._turn, list[str]()
        while replica := self._next(turn, tried):
            self.passed_on += bool(tried)
            tried.append(replica)
            self.on_their_way[replica] += 1
            try:
                answer = await self._ask(replica, request, body)
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
                continue
            finally:
                self.on_their_way[replica] -= 1
            self.answered[replica] += 1
            return answer
        return web.Response(status=503, text="no replica answers")

    def _next(self, turn: int, tried: list[str]) -> str | None:
        """One of the replicas that are there now, by turns."""
        now = self.replicas
        order = (now[(turn + place) % len(now)] for place in range(len(now)))
        return next((each for each in order if each not in tried), None)

    async def _ask(self, replica: str, request: web.Request, body: bytes) -> web.Response:
        assert self._session
        headers = {name: text for name, text in request.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        async with self._session.request(
            request.method, replica + request.path_qs, data=body, headers=headers, allow_redirects=False
        ) as answer:
            kept = {name: text for name, text in answer.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)
