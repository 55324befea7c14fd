"""A short visit to Discord by REST alone: log in, ask, leave. The gateway, and so a running bot, notices nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from aiohttp import ClientError

from bot.platforms.discord.client import use_endpoint
from bot.settings import SettingError, Settings

SECONDS = 10.0
"""The longest that logging in may take; discord.py would try for half a minute."""


class NoAnswerError(Exception):
    """Discord cannot be reached, or did not answer in time."""


@asynccontextmanager
async def visit(settings: Settings) -> AsyncIterator[discord.Client]:
    """A client that is logged in, and that no event reaches.

    Raises:
        SettingError: when Discord refuses the token.
        NoAnswerError: when Discord does not answer the login.
    """
    use_endpoint(settings.discord_api_url, settings.discord_gateway_url)
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            async with asyncio.timeout(SECONDS):
                await client.login(settings.discord_token or "")
        except discord.LoginFailure:
            fix = "copy the token again from discord.com/developers/applications, page Bot"
            raise SettingError("DISCORD_TOKEN", "was refused by Discord.", fix) from None
        except (discord.HTTPException, ClientError, TimeoutError, OSError) as error:
            raise NoAnswerError(type(error).__name__) from None
        yield client
