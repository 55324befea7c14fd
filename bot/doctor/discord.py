"""Discord: does the token hold, may the bot connect, is it in its servers, can it see and post in its channels?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial

import discord
from aiohttp import ClientError

from bot.doctor.channels import check_channels
from bot.doctor.finding import Finding, error, ok, warn
from bot.doctor.local import of_setting
from bot.platforms.discord.community import fetched_channel
from bot.platforms.discord.visit import NoAnswerError, visit
from bot.settings import SettingError, Settings
from bot.store.look import Configured

SECONDS = 10.0
"""For everything after the login; discord.py waits out limits and server errors by itself."""
FEW_STARTS = 20
_PORTAL = "discord.com/developers/applications"
_INVITE = "open the link that spasmbot invite discord prints"
_FAULTS = (discord.HTTPException, discord.GatewayNotFound, ClientError, TimeoutError, OSError)
Chosen = Callable[[], Awaitable[Iterable[Configured]]]


async def check_discord(settings: Settings, chosen: Chosen) -> list[Finding]:
    found: list[Finding] = []
    try:
        async with visit(settings) as client:
            try:
                async with asyncio.timeout(SECONDS):
                    async for finding in _findings(client, settings, chosen):
                        found.append(finding)  # noqa: PERF401 - what was found before a fault is told too
            except _FAULTS as fault:
                found.append(warn("discord", f"stopped answering ({type(fault).__name__})", "ask again later"))
    except SettingError as problem:
        return [of_setting(problem)]
    except NoAnswerError as away:
        fix = "check the network of this machine, its proxy, and DISCORD_API_URL if that is set"
        return [error("discord", f"cannot be reached ({away})", fix)]
    return found


async def _findings(client: discord.Client, settings: Settings, chosen: Chosen) -> AsyncIterator[Finding]:
    app = await client.application_info()
    yield ok("discord", f"the token holds for {app.name} (application {app.id})")
    if app.interactions_endpoint_url:
        fix = f"empty the field Interactions Endpoint URL on {_PORTAL}, page General Information"
        yield error("discord", "commands are sent to a web address instead of to the bot", fix)
    if app.bot_require_code_grant:
        yield error(
            "discord", "the invitation asks for a code grant", f"turn Requires OAuth2 Code Grant off, {_PORTAL}"
        )
    yield await _gateway(client)
    guilds = {guild.id: guild.name async for guild in client.fetch_guilds(limit=None)}
    if settings.discord_guild_id and settings.discord_guild_id not in guilds:
        yield error("discord", "the bot is not in the server that DISCORD_GUILD_ID names", f"{_INVITE}, or remove it")
    yield (
        ok("discord", f"in {_several(len(guilds), 'server')}")
        if guilds
        else warn("discord", "in no server yet", _INVITE)
    )
    for each in await chosen():
        for finding in await _channels(client, each) if int(each.workspace.id) in guilds else ():
            yield finding


async def _gateway(client: discord.Client) -> Finding:
    """A bot may connect a thousand times a day; after that its token is reset."""
    shards, _, starts = await client.http.get_bot_gateway()
    left = f"{starts['remaining']} of {starts['total']} connections are left today"
    if starts["remaining"] < FEW_STARTS:
        hours = starts["reset_after"] / 3_600_000
        return error("discord", left, f"stop what restarts the bot again and again; new ones in {hours:.1f} hours")
    return ok("discord", f"the gateway can be reached; {left}; {_several(shards, 'shard')} advised")


def _several(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


async def _channels(client: discord.Client, configured: Configured) -> list[Finding]:
    if client.user is None or not (configured.channels or configured.stopped):
        return []
    guild = await client.fetch_guild(int(configured.workspace.id), with_counts=False)
    me = await guild.fetch_member(client.user.id)
    return await check_channels("discord", partial(fetched_channel, guild, me), configured)
