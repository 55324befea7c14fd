"""Slack over HTTP: what is not Slack's, old, new only in looks, too big or no request at all is refused at the door."""

import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.app import Parts
from bot.platforms.slack.signed import REMEMBERED_SECONDS, Signatures
from bot.web.server import BODY_LIMIT
from tests.desks import WHERE, WHO, SlackDesk, slack_desk

SECRET = "loopback-signing-secret"


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET, prefix: str = "v0") -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"{prefix}={digest}",
    }


@pytest.fixture
async def desk(parts_for: Callable[..., Parts]) -> AsyncIterator[SlackDesk]:
    async with slack_desk(parts_for, http=True) as person:
        yield person


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[str]]]:
    """Somebody's own server, and what was posted to it."""
    bodies: list[str] = []

    async def take(request: web.Request) -> web.Response:
        bodies.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/", bodies
    await runner.cleanup()


def command(desk: SlackDesk, **changed: str) -> bytes:
    payload = desk.server._people.payloads.command(
        desk.world.people[WHO],
        desk.world.channels[WHERE],
        "/spasm",
        "treat stress",
        trigger=desk.server._views.trigger(WHO),
        response_url=desk.server._urls.make(WHO, WHERE),
    )
    return urlencode(payload | changed).encode()


async def send(desk: SlackDesk, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, desk.server.request_url or "", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_signed_command_is_answered(desk: SlackDesk) -> None:
    body = command(desk)
    status, text = await send(desk, body, signed(body))
    assert status == 200
    assert "Calm your body" in json.loads(text)["text"]


SPOILT: dict[str, Callable[[bytes], dict[str, str]]] = {
    "no headers": lambda _: {},
    "no signature": lambda b: {k: v for k, v in signed(b).items() if k != "X-Slack-Signature"},
    "no timestamp": lambda b: {k: v for k, v in signed(b).items() if k != "X-Slack-Request-Timestamp"},
    "another secret": lambda b: signed(b, secret="another-secret"),
    "another version": lambda b: signed(b, prefix="v1"),
    "a signature that is not ASCII": lambda b: signed(b) | {"X-Slack-Signature": "v0=é"},
    "a signature cut short": lambda b: signed(b) | {"X-Slack-Signature": signed(b)["X-Slack-Signature"][:-1]},
    "five minutes old": lambda b: signed(b, at=time.time() - 301),
    "five minutes early": lambda b: signed(b, at=time.time() + 302),
    "another timestamp": lambda b: signed(b) | {"X-Slack-Request-Timestamp": str(int(time.time()) + 10)},
    "a timestamp in words": lambda b: signed(b) | {"X-Slack-Request-Timestamp": "now"},
    "a negative timestamp": lambda b: signed(b) | {"X-Slack-Request-Timestamp": "-1"},
    "a long timestamp": lambda b: signed(b) | {"X-Slack-Request-Timestamp": "9" * 5000},
    "other digits": lambda b: signed(b) | {"X-Slack-Request-Timestamp": "\u0661\u0662"},
}


@pytest.mark.parametrize("name", SPOILT)
async def test_what_slack_did_not_sign_just_now_is_refused_and_reaches_nothing(
    desk: SlackDesk, heard: tuple[str, list[str]], name: str
) -> None:
    address, bodies = heard
    for body in (command(desk, response_url=address), b'{"response_url": "%s"}' % address.encode()):
        assert await send(desk, body, SPOILT[name](body)) == (401, '{"error": "invalid request"}')
    assert bodies == []
    assert [r for r in desk.server.recorded if r["method"] != "auth.test"] == []  # asked at the start


async def test_a_changed_body_is_refused(desk: SlackDesk) -> None:
    body = command(desk)
    assert (await send(desk, body + b"&text=x", signed(body)))[0] == 401


async def test_a_copy_of_a_request_is_refused(desk: SlackDesk) -> None:
    body = command(desk)
    headers = signed(body)
    assert [(await send(desk, body, headers))[0] for _ in range(3)] == [200, 401, 401]


async def test_a_body_that_is_too_big_is_refused(desk: SlackDesk) -> None:
    body = b"x" * (BODY_LIMIT + 1)
    assert (await send(desk, body, signed(body)))[0] == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_a_wrong_method_is_refused(desk: SlackDesk, method: str) -> None:
    assert (await send(desk, b"", {}, method))[0] == 405


async def test_slacks_look_at_the_certificate_is_answered(desk: SlackDesk) -> None:
    form = b"ssl_check=1&token=loopback-verification"
    assert await send(desk, form, {"Content-Type": "application/x-www-form-urlencoded"}) == (200, "")
    desk.server.request_url = f"{desk.server.request_url}?ssl_check=1"
    assert await send(desk, b"", {}, "GET") == (200, "")


ODD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "no JSON": (b"{", "application/json"),
    "a list": (b"[1]", "application/json"),
    "a number": (b"1", "application/json"),
    "deep": (b'{"a":' + b"[" * 100_000, "application/json"),
    "a payload that is no JSON": (b"payload=x", "application/x-www-form-urlencoded"),
    "a payload that is a list": (b"payload=[]", "application/x-www-form-urlencoded"),
    "not UTF-8": (b"text=\xff", "application/x-www-form-urlencoded"),
    "no content type": (b"text=x", ""),
}


@pytest.mark.parametrize("name", ODD)
async def test_a_signed_body_that_makes_no_sense_is_refused_and_breaks_nothing(desk: SlackDesk, name: str) -> None:
    body, content_type = ODD[name]
    status, text = await send(desk, body, signed(body) | {"Content-Type": content_type})
    assert status in (200, 400, 401)
    assert "Traceback" not in text
    good = command(desk)
    assert (await send(desk, good, signed(good)))[0] == 200


async def test_the_events_address_is_verified(desk: SlackDesk) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    status, text = await send(desk, body, signed(body) | {"Content-Type": "application/json"})
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


class Hands:
    """A clock and signatures over it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.signatures = Signatures(SECRET, lambda: self.now)

    def take(self, body: bytes, at: float | None = None) -> bool:
        headers: Any = signed(body, at=self.now if at is None else at)
        return self.signatures.take(body, headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"])


def test_no_copy_passes_as_long_as_its_time_would() -> None:
    hands = Hands()
    early = hands.now + 300
    assert hands.take(b"x", early)
    for _ in range(12):
        hands.now += REMEMBERED_SECONDS / 12
        assert not hands.take(b"x", early)
        assert hands.take(b"new %f" % hands.now)


def test_what_is_too_old_to_pass_is_forgotten() -> None:
    hands = Hands()
    for number in range(100):
        assert hands.take(b"%d" % number)
    hands.now += REMEMBERED_SECONDS + 1
    assert hands.take(b"now")
    assert len(hands.signatures._taken) == 1


def test_a_request_that_was_not_answered_may_come_again() -> None:
    hands = Hands()
    headers = signed(b"x", at=hands.now)
    given = (headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"])
    assert hands.signatures.take(b"x", *given)
    hands.signatures.give_back(given[1])
    assert hands.signatures.take(b"x", *given)
