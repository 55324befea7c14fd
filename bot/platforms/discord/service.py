"""Discord as a service of the bot: logs in, stays connected, ends when cancelled."""

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any

import discord
import structlog
from aiohttp import ClientError

from bot.backoff import seconds_before
from bot.cards.pictures import PictureShelf
from bot.conversation.admin.admin import Admin
from bot.conversation.conversation import Conversation
from bot.library.model import Pack
from bot.platforms.discord.client import SpasmClient, use_endpoint
from bot.platforms.discord.shards import Pace, Shards
from bot.service import Health, Service
from bot.settings import SettingError, Settings

STALE_SECONDS = 90.0
"""Two of Discord's heartbeats (41.25 s each) without an answer, and a little more."""
_log = structlog.get_logger(__name__)


class DiscordService:
    """Logs in, and stays connected; discord.py resumes by itself once it is logged in."""

    def __init__(self, settings: Settings, new_client: Callable[[], SpasmClient]) -> None:
        self._settings, self._new_client = settings, new_client
        self._client: SpasmClient | None = None

    async def run(self) -> None:
        """Stay connected until cancelled. Raises SettingError when Discord refuses the token, or its intents."""
        use_endpoint(self._settings.discord_api_url, self._settings.discord_gateway_url)
        for attempt in itertools.count():
            self._client = self._new_client()
            try:
                async with self._client as client:
                    return await client.start(self._settings.discord_token or "", reconnect=True)
            except discord.LoginFailure:
                fix = "copy the token again from discord.com/developers/applications, page Bot"
                raise SettingError("DISCORD_TOKEN", "was refused by Discord.", fix) from None
            except discord.Forbidden as error:
                fix = "invite the bot with the scopes bot and applications.commands, or remove DISCORD_GUILD_ID"
                raise SettingError("DISCORD_GUILD_ID", f"was refused by Discord ({error.code}).", fix) from None
            except (discord.HTTPException, discord.GatewayNotFound, ClientError, TimeoutError, OSError) as error:
                seconds = seconds_before(attempt)
                _log.warning(
                    "discord cannot be reached", error=type(error).__name__, next_try_in_seconds=round(seconds, 1)
                )
                await asyncio.sleep(seconds)
        return None

    async def check(self, now: Callable[[], float] = time.perf_counter) -> Health:
        """The age of Discord's last answer to a heartbeat. `now` is read from the clock that discord.py uses."""
        client = self._client
        if client is None or not client.is_ready():
            return Health(ok=False, facts={"problem": "not connected"})
        acknowledged = acknowledged_at(client)
        if acknowledged is None:
            return Health(ok=False, facts={"problem": "the gateway is not connected"})
        age = now() - acknowledged
        return Health(
            age <= STALE_SECONDS,
            {"last_heartbeat_age_seconds": round(age, 1), "guilds": len(client.guilds), "shards": len(client.shards)},
        )


def acknowledged_at(client: discord.AutoShardedClient) -> float | None:
    """When Discord last answered the shard that it has answered longest ago; None while one has no connection.

    By `time.perf_counter`. discord.py keeps it in a private place: its public `latency` stays good for ever on a
    connection that died.
    """
    sockets: list[Any] = [shard._parent.ws for shard in client.shards.values()]  # noqa: SLF001
    beating = [getattr(socket, "_keep_alive", None) if socket.open else None for socket in sockets]
    if not beating or not all(beating):
        return None
    return min(float(each._last_ack) for each in beating if each)  # noqa: SLF001


def discord_service(
    settings: Settings,
    conversation: Conversation,
    packs: tuple[Pack, ...],
    shelf: PictureShelf,
    admin: Admin | None = None,
    *,
    pace: Pace | None = None,
) -> Service:
    """`pace` lets shards of several processes start one after another; None where there is one process."""

    def new_client() -> SpasmClient:
        own = Shards.of(settings)
        return SpasmClient(conversation, packs, shelf, settings.discord_guild_id, admin, own=own, pace=pace)

    discord_ = DiscordService(settings, new_client)
    return Service("discord", discord_.run, check=discord_.check)
