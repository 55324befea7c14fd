"""One websocket of the gateway, from HELLO to its end."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.discord.compression import Packer, Plain, packer
from bot.playground.discord.constants import API_VERSION, DOCS, Close, Op

PAGE = DOCS + "events/gateway"

GRACE = 1.5
"""A bot that sends nothing for so many heartbeat intervals has gone."""

MOST_EVENTS, WINDOW = 120, 60.0
"""See https://docs.discord.com/developers/events/gateway#rate-limiting."""


class ClosedError(Exception):
    """Ends a connection with a close code. `rule` and `source` say why."""

    def __init__(self, code: Close, rule: str, source: str) -> None:
        super().__init__(rule)
        self.code, self.rule, self.source = code, rule, source


class Connection:
    """Sends in order through a queue, so that whatever has news need not wait."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, heartbeat: float) -> None:
        self._socket = socket
        self._request = request
        self._packer: Packer = Plain()
        self._heartbeat = heartbeat
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._received: deque[float] = deque(maxlen=MOST_EVENTS)
        self._closed_with: int | None = None

    @property
    def close_code(self) -> int | None:
        """The code with which this side or the bot closed the connection; None when it broke."""
        return self._closed_with or self._socket.close_code

    def send(self, op: Op, data: Any = None) -> None:
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        self._outgoing.put_nowait(text)

    def open(self, query: Mapping[str, str]) -> None:
        """Greet the bot in the way that the address of its connection asks for. Raises ClosedError."""
        if query.get("v") != str(API_VERSION) or query.get("encoding", "json") != "json":
            raise ClosedError(Close.INVALID_API_VERSION, "v=10 and encoding=json are spoken here", PAGE + "#connecting")
        try:
            self._packer = packer(query.get("compress"))
        except ValueError as error:
            raise ClosedError(Close.DECODE_ERROR, str(error), PAGE + "#transport-compression") from error
        self.send(Op.HELLO, {"heartbeat_interval": int(self._heartbeat * 1000), "_trace": []})

    async def write(self) -> None:
        """Send what is queued until cancelled or the bot is gone."""
        while not self._socket.closed:
            frame = self._packer.pack(await self._outgoing.get())
            try:
                if isinstance(frame, str):
                    await self._socket.send_str(frame)
                else:
                    await self._socket.send_bytes(frame)
            except ConnectionError:
                return

    async def receive(self) -> tuple[int, Any] | None:
        """Return the next opcode and its data, or None at the end. Raises ClosedError."""
        try:
            message = await self._socket.receive(timeout=self._heartbeat * GRACE)
        except TimeoutError:
            rule = "no heartbeat in time"
            raise ClosedError(Close.SESSION_TIMED_OUT, rule, PAGE + "#sending-heartbeats") from None
        if message.type is not WSMsgType.TEXT:
            return None
        now = monotonic()
        if len(self._received) == MOST_EVENTS and now - self._received[0] < WINDOW:
            raise ClosedError(Close.RATE_LIMITED, "more than 120 events in 60 seconds", PAGE + "#rate-limiting")
        self._received.append(now)
        try:
            payload = json.loads(message.data)
            return int(payload["op"]), payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise ClosedError(Close.DECODE_ERROR, "not a gateway payload", PAGE + "#sending-events") from None

    async def close(self, code: int, reason: str = "") -> None:
        self._closed_with = code
        await self._socket.close(code=code, message=reason.encode())

    def drop(self) -> None:
        """End the connection without a word, as a broken network does."""
        if self._request.transport is not None:
            self._request.transport.abort()
