"""The bot's own server and the playground's page, as anybody who finds the port may use them: by raw bytes."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cryptography.fernet import Fernet
from hypothesis import strategies as st

from bot.app import Parts, now
from bot.playground.page.stage import Stage
from bot.playground.run import playground
from bot.settings import Settings
from bot.store import open_store
from bot.store.upkeep import database_check
from bot.web.health import health_routes
from bot.web.metrics import Metrics
from bot.web.pictures import picture_route
from bot.web.server import start_server
from tests import odd
from tests.fuzz.spoil import spoilt
from tests.install.several import TEAMS, Several, several
from tests.packs import HERE

SECONDS = 5.0
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})")
PATHS = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/slack/install",
    "/slack/oauth_redirect",
    "/slack/events",
    "/pictures/a/b/c.png",
)
PAGES = ("/", "/static/page.js", "/state", "/requests", "/files/F1", "/attachments/1/a.png", "/pictures/a/b/c.png")
METHODS = ("GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "BREW")
NAMES = (
    *("Host", "Cookie", "Accept-Language", "Content-Type", "Content-Length", "Transfer-Encoding", "Expect", "Origin"),
    *("X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Slack-Retry-Num", "Upgrade", "Range", "Authorization"),
    *("Accept-Encoding", "Content-Encoding", "Sec-Fetch-Site", "If-None-Match"),
)
VALUES = (
    "chunked",
    "gzip",
    "-1",
    "99999999999",
    "0",
    "100-continue",
    "websocket",
    "application/json",
    "es-MX;q=x",
    "null",
)


@dataclass(frozen=True)
class Door:
    """Where to knock, and which words this server knows: they get further than mere noise."""

    port: int
    paths: tuple[str, ...]
    known: tuple[str, ...] = ()


def requests(door: Door) -> st.SearchStrategy[bytes]:
    """Requests of which any part may be odd."""
    host = f"127.0.0.1:{door.port}"
    noise = odd.text.map(lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1"))
    word = st.one_of(st.sampled_from((*door.known, *VALUES, host)), noise)
    queries = st.one_of(
        st.lists(st.tuples(st.sampled_from(("code", "state", "error", "person", "ssl_check")), word), max_size=4).map(
            lambda pairs: urlencode(pairs, errors="replace")
        ),
        noise,
    )
    tails = st.one_of(st.just(""), noise.map(quote), noise)
    targets = st.builds(lambda path, tail, query: f"{path}{tail}?{query}", st.sampled_from(door.paths), tails, queries)
    cookies = st.builds("slack-app-oauth-state={}".format, word)
    headers = st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(word, cookies)), max_size=4)
    return st.builds(_request, st.sampled_from(METHODS), targets, headers, st.just(host), st.binary(max_size=100))


def _request(method: str, target: str, headers: list[tuple[str, str]], host: str, body: bytes) -> bytes:
    """Noise may break lines: then there are other headers, or more requests than one."""
    names = {name for name, _ in headers}
    usual = [("Host", host), ("Content-Length", str(len(body))), ("Connection", "close")]
    lines = [f"{name}: {value}" for name, value in (*headers, *(each for each in usual if each[0] not in names))]
    return "\r\n".join((f"{method} {target} HTTP/1.1", *lines, "", "")).encode("latin-1") + body


async def knock(door: Door, sent: bytes) -> list[str]:
    """What is wrong with the answer: a status of 5xx, or a trace. No answer at all is well."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(SECONDS):
            answer = await reader.read()
    except (ConnectionError, TimeoutError):
        return []
    finally:
        writer.transport.abort()
    status = STATUS.match(answer)
    wrong = [f"status {status[1].decode()}"] if status and status[1] >= b"500" else []
    return [*wrong, *(["a trace"] if b"Traceback" in answer else [])]


@dataclass
class Own:
    """The bot's own server where several workspaces add the bot, and one of them with an administrator at work."""

    bot: Several
    installing: Door
    others: Door

    @property
    def desk(self) -> Any:
        return self.bot.desks[0]


@asynccontextmanager
async def own_server(parts: Parts, folder: Path) -> AsyncIterator[Own]:
    """With a state and a code that are good once, so that coming back from Slack gets past its first checks."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'own.sqlite3'}", token_keys=(Fernet.generate_key().decode(),)
    )
    async with open_store(settings, now) as store, several(parts, store, settings, now) as bot:
        await bot.browser.install(bot.install, TEAMS[0])
        back = await bot.browser.answer_slack(await bot.browser.asked(bot.install), TEAMS[1])
        known = (*back.partition("?")[2].replace("=", "&").split("&"), *bot.browser.cookies.values())
        checks = health_routes({"database": database_check(store.database)})
        others = await start_server("127.0.0.1", 0, [*checks, Metrics().route(), picture_route(parts.shelf)])
        try:
            port = urlsplit(bot.install).port or 0
            yield Own(bot, Door(port, PATHS, known), Door(others.addresses[0][1], PATHS))
        finally:
            await others.cleanup()


@dataclass
class Visited:
    """The playground's page, with the bot behind it."""

    stage: Stage
    door: Door

    async def answers(self) -> None:
        """Raises TimeoutError when the bot answers nobody any more."""
        self.stage.world.messages.clear()
        assert (await self.stage.slack.command("ana", "muscle-health", "tie bow", "/knots")).message
        assert not await knock(self.door, _request("GET", "/state?person=ana", [], f"127.0.0.1:{self.door.port}", b""))


@asynccontextmanager
async def page() -> AsyncIterator[Visited]:
    async with playground(Settings(content_dir=HERE), 0) as (stage, address):
        await stage.bot.start()
        yield Visited(stage, Door(urlsplit(address).port or 0, PAGES))


PLACE = {"person": "ana", "channel": "muscle-health"}
DOINGS: dict[str, dict[str, Any]] = {
    "write": {**PLACE, "platform": "slack", "text": "/knots tie bow"},
    "command": {**PLACE, "path": ["knots", "tie"], "options": {"topic": "bow"}, "typed": "/knots tie bow"},
    "suggest": {**PLACE, "path": ["knots", "tie"], "option": "topic", "typed": "b", "options": {}},
    "press": {"person": "ana", "message": 1, "action": "1|knots|show|menu|en|", "block": "b"},
    "choose": {"person": "ana", "message": 1, "action": "a", "block": None, "values": ["es"]},
    "submit": {"person": "max", "platform": "slack", "values": {"language": "es"}},
    "close": {"person": "max", "platform": "discord"},
    "use": {"person": "max", "action": "a", "values": ["es"]},
    "visit": {"person": "ana"},
    "dismiss": {"person": "ana", "message": 1},
    "language": {"person": "ana", "locale": "en-US"},
}
"""What the page's own script asks for; `reset` starts the bot anew and takes nothing."""


def doings(door: Door) -> st.SearchStrategy[bytes]:
    """What the page's script would never send, in the shape and from the origin of what it sends."""
    origin = f"127.0.0.1:{door.port}"
    headers = [("Origin", f"http://{origin}"), ("Content-Type", "application/json")]

    def made(name: str) -> st.SearchStrategy[bytes]:
        bodies = spoilt(DOINGS[name]).map(lambda asked: json.dumps(asked).encode())
        return bodies.map(lambda body: _request("POST", f"/do/{name}", headers, origin, body))

    return st.sampled_from(sorted(DOINGS)).flatmap(made)
