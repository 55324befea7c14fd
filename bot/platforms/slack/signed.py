"""Slack's requests over HTTP: none is read before its signature and its age are checked, and each is taken once."""

import re
from collections import OrderedDict
from collections.abc import Callable
from time import time
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.platforms.slack.shapes import is_known

_log = structlog.get_logger(__name__)
EVENTS_PATH = "/slack/events"
"""One address for commands, interactivity and events."""
REMEMBERED_SECONDS = 600.0
"""A timestamp may be five minutes off either way, so a copy could pass for ten."""
MOST_REMEMBERED = 100_000
SERVER_ERROR = 500
_TIMESTAMP = re.compile("[0-9]{1,12}")


class Signatures:
    """Tells whether a request is Slack's and new. What it remembers of one is its signature, in memory only."""

    def __init__(self, secret: str, clock: Callable[[], float] = time) -> None:
        timer = SignatureClock()
        timer.now = clock  # type: ignore[method-assign]  # the library's own way in for tests
        self._verifier, self._clock = SignatureVerifier(secret, timer), clock
        self._taken: OrderedDict[str, float] = OrderedDict()

    def take(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Whether this is Slack's, recent, and was not taken before."""
        if not (_TIMESTAMP.fullmatch(timestamp) and signature.isascii() and _is_utf8(body)):
            return False  # the library would raise
        if signature in self._taken or not self._verifier.is_valid(body, timestamp, signature):
            return False
        now = self._clock()
        self._taken[signature] = now
        while len(self._taken) > MOST_REMEMBERED or next(iter(self._taken.values())) < now - REMEMBERED_SECONDS:
            self._taken.popitem(last=False)
        return True

    def give_back(self, signature: str) -> None:
        """Slack may send this one again: it was not answered."""
        self._taken.pop(signature, None)


def signed_routes(app: AsyncApp, secret: str, clock: Callable[[], float] = time) -> tuple[web.RouteDef, ...]:
    """The routes for what Slack posts. Bolt would parse a body, and call our error hook, for anybody's request."""
    signatures = Signatures(secret, clock)

    async def posted(request: web.Request) -> web.Response:
        body = await request.read()
        if _is_ssl_check(body):
            return web.Response()
        signature = request.headers.get("X-Slack-Signature", "")
        if not signatures.take(body, request.headers.get("X-Slack-Request-Timestamp", ""), signature):
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            bolt_request = AsyncBoltRequest(
                body=body.decode(), query=request.query_string, headers=dict(request.headers)
            )
        except Exception:  # noqa: BLE001 - whatever a body may do to a parser that expects Slack's
            return web.json_response({"error": "not understood"}, status=400)
        if not is_known(bolt_request.body):
            _log.info("slack sent a payload that cannot be read")
            return web.json_response({"error": "not understood"}, status=400)
        answer = await to_aiohttp_response(await app.async_dispatch(bolt_request))
        if answer.status >= SERVER_ERROR:
            signatures.give_back(signature)
        return answer

    return (web.post(EVENTS_PATH, posted), web.get(EVENTS_PATH, _asked, allow_head=False))


async def _asked(request: web.Request) -> web.Response:
    """Slack looks at a command's certificate by a plain GET now and then; nobody else has a reason to."""
    if request.query.get("ssl_check") == "1":
        return web.Response()
    raise web.HTTPMethodNotAllowed("GET", ["POST"])


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_ssl_check(body: bytes) -> bool:
    """Slack's look at the certificate as a form; it is not signed, and nothing is done with it."""
    return len(body) < 500 and b"ssl_check=1" in body and parse_qs(body).get(b"ssl_check") == [b"1"]  # noqa: PLR2004
