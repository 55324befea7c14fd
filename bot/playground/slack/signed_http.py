"""Delivery over HTTP, signed as Slack signs: docs.slack.dev/authentication/verifying-requests-from-slack."""

import hmac
import json
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .workspace import Workspace

FORM = "application/x-www-form-urlencoded"


class HttpStatusError(Exception):
    """The bot answered, but not with success."""


@dataclass(frozen=True)
class Retry:
    """Which time something is sent, counted from 0, and what went wrong the time before."""

    number: int = 0
    reason: str = ""


def encode(kind: str, payload: dict[str, Any]) -> tuple[str, bytes]:
    """Write a payload as Slack posts it: a command's fields, an interaction in one field, an event as JSON."""
    if kind == "slash_commands":
        return FORM, urlencode(payload).encode()
    if kind == "interactive":
        return FORM, urlencode({"payload": json.dumps(payload)}).encode()
    return "application/json", json.dumps(payload).encode()


class SignedHttp:
    """Posts to the app's request URL."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._session: aiohttp.ClientSession | None = None

    async def send(self, url: str, kind: str, payload: dict[str, Any], seconds: float, retry: Retry) -> Any:
        """Post and return what the body says. Raises TimeoutError, aiohttp.ClientError or HttpStatusError."""
        content_type, body = encode(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body)}
        if retry.number:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"User-Agent": "Slackbot 1.0 (loopback)"})
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with self._session.post(url, data=body, headers=headers, timeout=timeout) as response:
            text = await response.text()
            if not response.ok:
                raise HttpStatusError(f"{response.status}: {text[:80]}")
            if not text:
                return None
            return json.loads(text) if response.content_type == "application/json" else {"text": text}

    def _signature(self, body: bytes) -> dict[str, str]:
        # The real time, whatever the World's clock says: the client library compares it with its own.
        moment = str(int(time.time()))
        signed = hmac.new(self._ws.signing_secret.encode(), b"v0:" + moment.encode() + b":" + body, sha256)
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signed.hexdigest()}"}

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
