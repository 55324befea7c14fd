"""Brings commands, interactions and events to the bot, by socket or else by signed HTTP, and waits for the ack."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.world import Message

from .refusals import DOCS
from .signed_http import HttpStatusError, Retry, SignedHttp
from .sockets import Sockets
from .workspace import Workspace

TIMEOUT = "operation_timeout"
FAILED = "dispatch_failed"
RETRY_REASONS = {TIMEOUT: "http_timeout", FAILED: "http_error"}
THREE_SECONDS = f"{DOCS}/interactivity/handling-user-interaction#acknowledgment_response"
RECORDED_AS = {"view_submission": "ack.view", "block_suggestion": "ack.options", "url_verification": "ack.challenge"}
_ACKS_WITH_PAYLOAD = ("view_submission", "block_suggestion")


@dataclass(frozen=True)
class Outcome:
    """What came of it for the person. `error` is what Slack shows them; `ack` what the bot put in its ack."""

    ok: bool
    error: str | None = None
    ack: Any = None
    message: Message | None = None
    attempts: int = 1


class Delivery:
    """`request_url` is where to post when no socket is connected; `ack_seconds` how long Slack waits."""

    def __init__(self, ws: Workspace, sockets: Sockets, *, request_url: str | None, ack_seconds: float) -> None:
        self._ws = ws
        self._sockets = sockets
        self._http = SignedHttp(ws)
        self.request_url = request_url
        self.ack_seconds = ack_seconds

    @property
    def possible(self) -> bool:
        return self._sockets.settled or self.request_url is not None

    async def deliver(self, kind: str, payload: dict[str, Any], retry: Retry | None = None) -> Outcome:
        """Send `payload` as `slash_commands`, `interactive` or `events_api`, once."""
        retry = retry or Retry()
        try:
            ack = await self._send(kind, payload, retry)
        except TimeoutError:
            self._ws.refuse(TIMEOUT, THREE_SECONDS, f"{kind} was not acknowledged within {self.ack_seconds:g} s")
            return Outcome(ok=False, error=TIMEOUT)
        except (ConnectionError, aiohttp.ClientError, HttpStatusError, json.JSONDecodeError) as error:
            self._ws.refuse(FAILED, THREE_SECONDS, f"{kind}: {error}")
            return Outcome(ok=False, error=FAILED)
        if ack not in (None, "", {}):
            self._ws.recorder.add(RECORDED_AS.get(str(payload.get("type")), "ack"), ack)
        return Outcome(ok=True, ack=ack)

    async def _send(self, kind: str, payload: dict[str, Any], retry: Retry) -> Any:
        if self._sockets.live or self.request_url is None:
            takes_payload = kind == "slash_commands" or payload.get("type") in _ACKS_WITH_PAYLOAD
            envelope = {"type": kind, "payload": payload, "accepts_response_payload": takes_payload}
            if kind == "events_api":
                envelope |= {"retry_attempt": retry.number, "retry_reason": retry.reason}
            return await self._sockets.send(envelope, self.ack_seconds)
        return await self._http.send(self.request_url, kind, payload, self.ack_seconds, retry)

    async def deliver_event(self, payload: dict[str, Any]) -> Outcome:
        """Send an event, and once more when it was not acknowledged.

        Slack's further tries come a minute and five minutes later: docs.slack.dev/apis/events-api#retries.
        """
        outcome = await self.deliver("events_api", payload)
        if outcome.ok:
            return outcome
        again = await self.deliver("events_api", payload, Retry(1, RETRY_REASONS[str(outcome.error)]))
        return Outcome(ok=again.ok, error=again.error, ack=again.ack, attempts=2)

    async def close(self) -> None:
        await self._http.close()
