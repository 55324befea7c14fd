"""Discord as a service of the bot: logs in, stays connected, ends when cancelled."""

import asyncio

import discord
import structlog
from aiohttp import ClientError

from bot.cards.pictures import PictureShelf
from bot.conversation.admin.admin import Admin
from bot.conversation.conversation import Conversation
from bot.library.model import Pack
from bot.platforms.discord.client import SpasmClient, use_endpoint
from bot.service import Service
from bot.settings import SettingError, Settings

_RETRY_SECONDS = (1, 2, 5, 10, 30)
_log = structlog.get_logger(__name__)


def discord_service(
    settings: Settings,
    conversation: Conversation,
    packs: tuple[Pack, ...],
    shelf: PictureShelf,
    admin: Admin | None = None,
) -> Service:
    return Service("discord", lambda: run_discord(settings, conversation, packs, shelf, admin))


async def run_discord(
    settings: Settings,
    conversation: Conversation,
    packs: tuple[Pack, ...],
    shelf: PictureShelf,
    admin: Admin | None = None,
) -> None:
    """Stay connected until cancelled; discord.py resumes by itself once it is logged in.

    Raises:
        SettingError: when Discord refuses the token, or its intents.
    """
    use_endpoint(settings.discord_api_url, settings.discord_gateway_url)
    attempt = 0
    while True:
        client = SpasmClient(conversation, packs, shelf, settings.discord_guild_id, admin)
        try:
            async with client:
                return await client.start(settings.discord_token or "", reconnect=True)
        except discord.LoginFailure:
            fix = "copy the token again from discord.com/developers/applications, page Bot"
            raise SettingError("DISCORD_TOKEN", "was refused by Discord.", fix) from None
        except discord.Forbidden as error:
            fix = "invite the bot with the scopes bot and applications.commands, or remove DISCORD_GUILD_ID"
            raise SettingError("DISCORD_GUILD_ID", f"was refused by Discord ({error.code}).", fix) from None
        except (discord.HTTPException, discord.GatewayNotFound, ClientError, TimeoutError, OSError) as error:
            seconds = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
            attempt += 1
            _log.warning("discord cannot be reached", error=type(error).__name__, next_try_in_seconds=seconds)
            await asyncio.sleep(seconds)
