"""Which servers this process hears of, and when a shard may start (docs.discord.com/developers/events/gateway)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord

from bot.settings import Settings

_SHARD_BITS = 22
IDENTIFY_SECONDS = 5.0
"""Between two starts in one bucket: events/gateway#rate-limiting."""
Pace = Callable[[int], Awaitable[None]]
"""Waits until a shard of this bucket may start, whichever process it is in."""


@dataclass(frozen=True)
class Shards:
    """The shards of this process; both None for all that Discord advises."""

    ids: tuple[int, ...] | None = None
    count: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Shards":
        return cls(settings.discord_shard_ids, settings.discord_shard_count)


def is_own(client: discord.AutoShardedClient, guild: str) -> bool:
    """Whether Discord would list the server with this id on one of the client's shards."""
    count = client.shard_count or 1
    return guild.isdecimal() and (int(guild) >> _SHARD_BITS) % count in (client.shard_ids or range(count))


async def buckets(client: discord.Client) -> int:
    """How many shards may start at once (`max_concurrency`)."""
    told = await client.http.request(discord.http.Route("GET", "/gateway/bot"))
    return max(1, int((told.get("session_start_limit") or {}).get("max_concurrency", 1)))
