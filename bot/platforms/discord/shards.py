"""Which servers this process hears of: docs.discord.com/developers/events/gateway#sharding."""

import discord

_SHARD_BITS = 22


def is_own(client: discord.Client, guild: str) -> bool:
    """Whether Discord would list the server with this id on one of the client's shards."""
    own = client.shards if isinstance(client, discord.AutoShardedClient) else (client.shard_id or 0,)
    return guild.isdecimal() and (int(guild) >> _SHARD_BITS) % (client.shard_count or 1) in own
