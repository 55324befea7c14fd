"""Rate limits: 50 requests a second for the bot, a bucket for each route, and the headers that tell of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic, time

from bot.playground.discord.constants import DOCS
from bot.playground.discord.errors import RefusedError

SOURCE = DOCS + "topics/rate-limits"
GLOBAL = 50
UNLIMITED = 1000
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
EXEMPT = ("/interactions/", "/webhooks/")
"""Interaction endpoints are not bound to the bot's global limit: topics/rate-limits#global-rate-limit."""

# Discord publishes no limits of routes ("should not be hard coded"): these are of the size that its headers tell.
ROUTES: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PUT /applications/{application_id}/commands": (2, 20.0),
}
OTHER = (50, 1.0)


@dataclass
class Window:
    """So many requests until `ends`."""

    left: int = 0
    ends: float = 0.0

    def take(self, now: float, most: int, seconds: float) -> bool:
        if now >= self.ends:
            self.left, self.ends = most, now + seconds
        self.left -= 1
        return self.left >= 0


@dataclass
class Limits:
    """Counts requests. When it is switched off the headers still come, with a bucket that never runs dry."""

    on: bool
    clock: Callable[[], float] = monotonic
    everything: Window = field(default_factory=Window)
    buckets: dict[str, Window] = field(default_factory=dict)

    def take(self, route: str, parameters: dict[str, str]) -> dict[str, str]:
        """Count one request to `route` and return the headers of its answer. Raises RefusedError (429)."""
        now = self.clock()
        exempt = route.partition(" ")[2].startswith(EXEMPT)
        if self.on and not exempt and not self.everything.take(now, GLOBAL, 1.0):
            raise limited(self.everything.ends - now, everywhere=True)
        most, seconds = ROUTES.get(route, OTHER) if self.on else (UNLIMITED, 1.0)
        major = "/".join(parameters[name] for name in MAJOR if name in parameters)
        window = self.buckets.setdefault(f"{route} {major}", Window())
        granted = window.take(now, most, seconds)
        headers = {
            "X-RateLimit-Bucket": sha256(route.encode()).hexdigest()[:32],
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(window.left, 0)),
            "X-RateLimit-Reset": f"{time() + window.ends - now:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends - now:.3f}",
        }
        if not granted:
            raise limited(window.ends - now, headers=headers)
        return headers


def limited(seconds: float, *, everywhere: bool = False, headers: dict[str, str] | None = None) -> RefusedError:
    """Make a 429: https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit-rate-limit-response-structure."""
    scope = {"X-RateLimit-Scope": "global" if everywhere else "user"}
    return RefusedError(
        429,
        0,
        "You are being rate limited.",
        SOURCE,
        extra={"retry_after": round(seconds, 3), "global": everywhere},
        headers={
            "Retry-After": f"{max(1, round(seconds))}",
            **({"X-RateLimit-Global": "true"} if everywhere else {}),
            **scope,
            **(headers or {}),
        },
    )
