"""A platform for crash tests: the loopback Slack or Discord behind a door that fails in every way a network can.

It is a process of its own, so that it remembers each accepted post whatever is killed around it.
"""

import asyncio
import json
import random
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.playground.discord.constants import Permission
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.discord.snowflakes import steady
from bot.playground.slack.driver import LoopbackSlack
from bot.playground.slack.ids import made_up
from bot.playground.slack.scopes import DEFAULT_SCOPES
from bot.playground.world import BOT, Channel, Platform, World

TEAM, GUILD = "T0LOOPBACK", steady("guild", "community")
HEADERS = ("Authorization", "Content-Type", "User-Agent", "X-Audit-Log-Reason")
LATE = (1.05, 1.45)
"""Seconds; longer than a worker waits for an answer, and 0.45 shorter than it waits before it looks."""


def keys(number: int) -> Iterator[str]:
    return (f"crash-{n}" for n in range(number))


def channel_id(platform: str, key: str) -> str:
    return made_up("C", "channel", key) if platform == "slack" else steady("channel", key)


@dataclass(frozen=True)
class Chances:
    """Of each post, how many of a hundred go wrong in which way."""

    limited: float = 3
    error_before: float = 3
    error_after: float = 3
    cut_before: float = 3
    cut_after: float = 3
    accepted_late: float = 2
    answered_late: float = 2


class Door:
    """Passes requests on to the loopback platform; posts meet faults on their way."""

    def __init__(self, inside: str, chance: random.Random, chances: Chances) -> None:
        self._inside, self._chance = inside, chance
        self._names = tuple(chances.__dict__)
        self._weights = tuple(chances.__dict__.values())
        self.met: Counter[str] = Counter()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        is_post = request.method == "POST" and request.path.endswith(("/chat.postMessage", "/messages"))
        fault = self._draw() if is_post else "none"
        self.met[fault] += 1
        match fault:
            case "limited":
                return self._limited(request)
            case "error_before":
                return web.json_response({"message": "chaos"}, status=500)
            case "cut_before":
                return _cut(request)
            case "accepted_late":
                await asyncio.sleep(self._chance.uniform(*LATE))
        answer = await self._pass_on(request, body)
        match fault:
            case "error_after":
                return web.json_response({"message": "chaos"}, status=502)
            case "cut_after":
                return _cut(request)
            case "answered_late":
                await asyncio.sleep(self._chance.uniform(*LATE))
        return answer

    def _draw(self) -> str:
        names, weights = (*self._names, "none"), (*self._weights, 100 - sum(self._weights))
        return self._chance.choices(names, weights)[0]

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
        async with (
            aiohttp.ClientSession(auto_decompress=True) as session,
            session.request(request.method, f"{self._inside}{request.raw_path}", data=body, headers=headers) as answer,
        ):
            told = {n: v for n, v in answer.headers.items() if n.startswith(("X-", "Retry", "Via"))}
            text = await answer.read()
            return web.Response(
                body=text, status=answer.status, headers={**told, "Content-Type": answer.headers["Content-Type"]}
            )

    def _limited(self, request: web.Request) -> web.Response:
        """Each platform has its own words for "too many requests"."""
        if "chat.postMessage" in request.path:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0.2"})
        body = {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}
        headers = {"Via": "1.1 chaos", "Retry-After": "1", "X-RateLimit-Scope": "user"}
        return web.json_response(body, status=429, headers=headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def a_world(number: int) -> World:
    world = World()
    for key in keys(number):
        world.add_channel(Channel(key, key))
    return world


def accepted(world: World, platform: Platform) -> dict[str, int]:
    """How many posts each channel has, by its key."""
    return dict(Counter(m.channel for m in world.messages if m.platform is platform and m.author == BOT))


async def serve(platform: str, number: int, folder: Path, seed: int, chances: Chances) -> None:
    """Serve until SIGTERM; `folder` gets `address` at the start and `accepted.json` at each SIGUSR1 and at the end."""
    world, chance = a_world(number), random.Random(seed)
    loopback: Any
    if platform == "slack":
        scopes = (*DEFAULT_SCOPES, "channels:history", "groups:history")
        loopback, kind = LoopbackSlack(world, scopes=scopes, team=TEAM), Platform.SLACK
    else:
        permissions = 19456 | int(Permission.READ_MESSAGE_HISTORY)
        loopback, kind = LoopbackDiscord(world, permissions=permissions, judged=False), Platform.DISCORD
    door = Door(await loopback.start(), chance, chances)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", door.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    (folder / "address.new").write_text(f"http://127.0.0.1:{runner.addresses[0][1]}", encoding="utf-8")
    (folder / "address.new").rename(folder / "address")
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    told = {"accepted": accepted(world, kind), "faults": door.met}
    (folder / "accepted.json").write_text(json.dumps(told), encoding="utf-8")
    await runner.cleanup()
    await loopback.stop()


def run(platform: str, number: int, folder: Path, seed: int, chances: Chances) -> None:
    asyncio.run(serve(platform, number, folder, seed, chances))
