"""The gateway: lets bots in, tells them what happens, and takes them back after an interruption."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiohttp import web

from bot.playground.discord.connection import ClosedError, Connection
from bot.playground.discord.constants import API_VERSION, DOCS, KNOWN_INTENTS, PRIVILEGED, Close, Intent, Json, Op
from bot.playground.discord.errors import Refusal
from bot.playground.discord.objects import Objects
from bot.playground.discord.sessions import Session, withheld

PAGE = DOCS + "events/gateway"
IDENTIFY_WINDOW = 5.0
END_OF_SESSION = (
    1000,
    1001,
    *(code for code in Close if code >= Close.AUTHENTICATION_FAILED and code != Close.RATE_LIMITED),
)
STARTS_A_DAY = 1000
CLOSING_SECONDS = 1.0


@dataclass
class Gateway:
    """All sessions of the bot. `address` is where a bot should come back to."""

    objects: Objects
    refusals: list[Refusal]
    address: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    connections: set[Connection] = field(default_factory=set)
    starts: int = 0
    _identified: dict[int, float] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False, timeout=CLOSING_SECONDS)
        await socket.prepare(request)
        connection = Connection(socket, request, self.objects.setup.heartbeat_seconds)
        writer = asyncio.create_task(connection.write())
        self.connections.add(connection)
        try:
            connection.open(request.query)
            await self._converse(connection)
        except ClosedError as refused:
            self.refusals.append(Refusal(f"gateway {refused.code.value}", refused.source, refused.rule))
            await connection.close(refused.code, refused.rule)
        finally:
            self.connections.discard(connection)
            self._left(connection)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return socket

    def dispatch(self, event: str, data: Json, *, guild_id: str | None = None, intent: Intent | None = None) -> int:
        """Tell the shards concerned, those with `intent` only, and return how many there are."""
        told = [
            session
            for session in self.sessions.values()
            if session.ready and session.holds(guild_id) and (intent is None or intent in session.intents)
        ]
        for session in told:
            session.dispatch(event, withheld(data, session.intents, self.objects.setup.application_id))
        return len(told)

    def broadcast(self, event: str, data: Any) -> None:
        for session in self.sessions.values():
            session.dispatch(event, data)

    def session_start_limit(self) -> Json:
        return {
            "total": STARTS_A_DAY,
            "remaining": STARTS_A_DAY - self.starts,
            "reset_after": 24 * 3600 * 1000,
            "max_concurrency": self.objects.setup.max_concurrency,
        }

    async def close_all(self, code: int) -> None:
        await asyncio.gather(*(connection.close(code) for connection in self.connections))

    def invalidate(self, *, resumable: bool) -> None:
        """Send op 9: https://docs.discord.com/developers/events/gateway-events#invalid-session."""
        if not resumable:
            self.sessions.clear()
        for connection in self.connections:
            connection.send(Op.INVALID_SESSION, resumable)

    async def _converse(self, connection: Connection) -> None:
        session: Session | None = None
        while (received := await connection.receive()) is not None:
            op, data = received
            match op:
                case Op.HEARTBEAT:
                    connection.send(Op.HEARTBEAT_ACK)
                case Op.IDENTIFY | Op.RESUME if session is not None:
                    raise ClosedError(Close.ALREADY_AUTHENTICATED, "identified already", PAGE + "#identifying")
                case Op.IDENTIFY:
                    session = self._identify(connection, data)
                case Op.RESUME:
                    session = self._resume(connection, data)
                case _ if session is None:
                    raise ClosedError(Close.NOT_AUTHENTICATED, f"op {op} before identify", PAGE + "#identifying")
                case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS:
                    pass
                case _:
                    raise ClosedError(Close.UNKNOWN_OPCODE, f"op {op}", DOCS + "topics/opcodes-and-status-codes")

    def _authenticate(self, data: Any) -> Json:
        if not isinstance(data, dict):
            raise ClosedError(Close.DECODE_ERROR, "no data", PAGE + "#sending-events")
        if str(data.get("token")).removeprefix("Bot ") != self.objects.setup.token:
            raise ClosedError(Close.AUTHENTICATION_FAILED, "wrong token", PAGE + "#identifying")
        return data

    def _identify(self, connection: Connection, data: Any) -> Session | None:
        asked = self._authenticate(data)
        intents = asked.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise ClosedError(Close.INVALID_INTENTS, f"intents {intents}", PAGE + "#gateway-intents")
        if denied := intents & PRIVILEGED & ~self.objects.setup.privileged_intents:
            rule = f"privileged intents not switched on: {Intent(denied)!r}"
            raise ClosedError(Close.DISALLOWED_INTENTS, rule, PAGE + "#privileged-intents")
        number, count = shard_of(asked.get("shard"))
        if not self._may_start(number):
            connection.send(Op.INVALID_SESSION, data=False)
            return None
        session = Session((number, count), Intent(intents), connection)
        self._forget_absent(session.shard)
        self.sessions[session.id] = session
        self.starts += 1
        self._welcome(session)
        return session

    def _may_start(self, shard: int) -> bool:
        """Let one shard of each bucket in every 5 s: events/gateway#rate-limiting and #sharding-max-concurrency."""
        setup, now = self.objects.setup, monotonic()
        bucket = shard % setup.max_concurrency
        if setup.rate_limit and now - self._identified.get(bucket, -IDENTIFY_WINDOW) < IDENTIFY_WINDOW:
            rule = "one identify per 5 s and max_concurrency bucket"
            self.refusals.append(Refusal("gateway op 9", PAGE + "#sharding-max-concurrency", rule))
            return False
        self._identified[bucket] = now
        return True

    def _forget_absent(self, shard: tuple[int, int]) -> None:
        for old in list(self.sessions.values()):
            if old.shard == shard and old.connection is None:
                del self.sessions[old.id]

    def _welcome(self, session: Session) -> None:
        setup = self.objects.setup
        joined = (setup.guild_id,) if setup.invited else ()
        listed = filter(session.holds, (*joined, *sorted(setup.unavailable_guilds)))
        guilds = [{"id": guild, "unavailable": True} for guild in listed]
        ready: Json = {
            "v": API_VERSION,
            "user": self.objects.bot() | {"verified": True, "mfa_enabled": False, "email": None},
            "guilds": guilds,
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "shard": list(session.shard),
            "application": {"id": setup.application_id, "flags": 0},
        }
        session.dispatch("READY", ready)
        if setup.invited and session.holds(setup.guild_id) and Intent.GUILDS in session.intents:
            session.dispatch("GUILD_CREATE", self.objects.guild_create())
        session.ready = True
        setup.world.touch()

    def _resume(self, connection: Connection, data: Any) -> Session | None:
        asked = self._authenticate(data)
        session = self.sessions.get(str(asked.get("session_id")))
        sequence = asked.get("seq")
        if not isinstance(sequence, int):
            raise ClosedError(Close.INVALID_SEQUENCE, f"seq {sequence}", PAGE + "#resuming")
        if session is None or not session.can_resume(sequence):
            connection.send(Op.INVALID_SESSION, data=False)
            return None
        if sequence > session.sequence:
            raise ClosedError(Close.INVALID_SEQUENCE, f"seq {sequence} of {session.sequence}", PAGE + "#resuming")
        session.resume(connection, sequence)
        self.objects.setup.world.touch()
        return session

    def _left(self, connection: Connection) -> None:
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                # A bot that leaves in an orderly way ends its session: events/gateway#initiating-a-disconnect.
                if connection.close_code in END_OF_SESSION:
                    del self.sessions[session.id]
        self.objects.setup.world.touch()


def shard_of(asked: Any) -> tuple[int, int]:
    """Read `[number, count]` of an identify. Raises ClosedError."""
    match asked:
        case None:
            return 0, 1
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
    raise ClosedError(Close.INVALID_SHARD, f"shard {asked}", PAGE + "#sharding")
