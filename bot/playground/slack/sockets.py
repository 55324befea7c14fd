"""Socket Mode: the connections of the bot, envelopes to them and acks from them."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from .refusals import DOCS
from .workspace import Workspace

SOURCE = f"{DOCS}/apis/events-api/using-socket-mode"
MOST_CONNECTIONS = 10
TICKET_LIFE = timedelta(seconds=30)


@dataclass
class _Connection:
    """One WebSocket; `leaving` once it was told to reconnect."""

    request: web.Request
    socket: web.WebSocketResponse
    leaving: bool = False


class Sockets:
    """Serves `{url}/link/`. Envelopes go to the connections in turn, as Slack spreads them."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._tickets: dict[str, datetime] = {}
        self._connections: list[_Connection] = []
        self._turn = count()
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._late: set[str] = set()

    @property
    def live(self) -> list[_Connection]:
        ready = [one for one in self._connections if not one.socket.closed]
        return [one for one in ready if not one.leaving] or ready

    @property
    def settled(self) -> bool:
        """Whether a connection is there that was not told to leave."""
        return any(not one.leaving and not one.socket.closed for one in self._connections)

    def ticket_url(self) -> str:
        """Make the address of one connection: what apps.connections.open answers."""
        ticket = str(uuid4())
        self._tickets[ticket] = self._ws.world.clock()
        return f"ws{self._ws.url.removeprefix('http')}/link/?ticket={ticket}&app_id={self._ws.app}"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        made_at = self._tickets.pop(request.query.get("ticket", ""), None)
        if made_at is None or self._ws.world.clock() - made_at > TICKET_LIFE:
            self._ws.refuse("ticket", SOURCE, "a WebSocket address serves one connection, soon after it was made")
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.live) >= MOST_CONNECTIONS:
            self._ws.refuse("too_many_websockets", f"{SOURCE}#connections", f"at most {MOST_CONNECTIONS} connections")
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        connection = _Connection(request, socket)
        self._connections.append(connection)
        await socket.send_json(self._hello())
        self._ws.world.touch()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(message.data)
        finally:
            self._connections.remove(connection)
            self._ws.world.touch()
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.live),
            "connection_info": {"app_id": self._ws.app},
            "debug_info": {"host": "loopback", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _hear(self, text: str) -> None:
        try:
            said = json.loads(text)
            name = said["envelope_id"]
        except (ValueError, TypeError, KeyError):
            self._ws.refuse("not_an_ack", f"{SOURCE}#acknowledge", text[:80])
            return
        waiting = self._acks.get(name)
        if waiting is not None and not waiting.done():
            waiting.set_result(said.get("payload"))
        elif name in self._late:
            self._ws.refuse("late_ack", f"{SOURCE}#acknowledge", "an envelope is acknowledged within three seconds")
        else:
            self._ws.refuse("unknown_envelope", f"{SOURCE}#acknowledge", str(name))

    async def send(self, envelope: dict[str, Any], seconds: float) -> Any:
        """Send an envelope, return the payload of its ack. Raises TimeoutError, or ConnectionError without a socket."""
        live = self.live
        if not live:
            raise ConnectionError("no socket")
        connection = live[next(self._turn) % len(live)]
        name = str(uuid4())
        self._acks[name] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await connection.socket.send_json({"envelope_id": name, **envelope})
                return await self._acks[name]
        except TimeoutError:
            self._late.add(name)
            raise
        finally:
            del self._acks[name]

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to be replaced (`warning`, `refresh_requested`); it serves until a new one is there."""
        for connection in list(self._connections):
            connection.leaving = True
            info = {"host": "loopback"}
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": info})

    def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        for connection in list(self._connections):
            if connection.request.transport is not None:
                connection.request.transport.abort()

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.socket.close()
