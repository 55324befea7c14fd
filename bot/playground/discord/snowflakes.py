"""Discord's ids: numbers that carry the time at which they were made."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.playground.world import World

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""See https://docs.discord.com/developers/reference#snowflakes."""

TIME_BITS_FROM = 22
OLDEST = timedelta(days=730)
SPAN_MS = 4 * 365 * 24 * 3600 * 1000


class Snowflakes:
    """Makes ids that only ever grow, also when the clock stands still."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._last = 0

    def make(self) -> int:
        milliseconds = (self._world.clock() - EPOCH) // timedelta(milliseconds=1)
        self._last = max(milliseconds << TIME_BITS_FROM, self._last + 1)
        return self._last


def made_at(snowflake: int) -> datetime:
    return EPOCH + timedelta(milliseconds=snowflake >> TIME_BITS_FROM)


def steady(kind: str, key: str) -> str:
    """Return the id of a person, channel or role: the same one in each run."""
    number = int.from_bytes(sha256(f"{kind}:{key}".encode()).digest()[:12])
    milliseconds = OLDEST // timedelta(milliseconds=1) + (number >> TIME_BITS_FROM) % SPAN_MS
    return str(milliseconds << TIME_BITS_FROM | number % (1 << TIME_BITS_FROM))
