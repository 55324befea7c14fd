"""`spasmbot doctor`: checks everything the bot needs, and tells each finding with its fix. Changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import click

from bot.app import now
from bot.conversation.ports import Clock
from bot.doctor import local
from bot.doctor.finding import Ends, Finding, as_json, as_text, error, status
from bot.doctor.reach import check_clock, check_public_url
from bot.settings import SettingError, Settings
from bot.store.look import configured, installed
from bot.store.migrate import Standing

DISCORD = "https://discord.com"
Item = TypeVar("Item")


def doctor(*, json: bool, clock: Clock = now) -> Ends:
    """Print all findings and return the exit status."""
    settings, found = local.read_settings()
    platform = False
    if settings:
        platform = settings.slack or settings.discord
        found += asyncio.run(examine(settings, clock))
    ends = status(found, platform=platform)
    click.echo(as_json(found, ends) if json else as_text(found))
    return ends


async def examine(settings: Settings, clock: Clock) -> list[Finding]:
    """All findings; every check has its time limit, and none of them stops the others."""
    standing, of_database = await local.database(settings)
    readable = standing in (Standing.CURRENT, Standing.AHEAD)
    here = [local.platforms(settings), local.versions(), local.data_folder(settings), of_database]
    if settings.several_workspaces and readable:
        here.append(await local.workspaces(settings))
    checks = {"content": asyncio.to_thread(local.content, settings), **_remote(settings, clock, readable=readable)}
    found = await asyncio.gather(*checks.values(), return_exceptions=True)
    return [*here, *(each for name, result in zip(checks, found, strict=True) for each in _told(name, result))]


def _remote(settings: Settings, clock: Clock, *, readable: bool) -> dict[str, Awaitable[list[Finding] | Finding]]:
    """What others are asked about; a platform is imported only where it is set."""
    checks: dict[str, Awaitable[list[Finding] | Finding]] = {}
    urls: list[str] = []
    if settings.slack:
        from bot.doctor.slack import check_slack

        read = partial(_read, settings, "slack", readable=readable)
        checks["slack"] = check_slack(settings, partial(read, configured), partial(read, installed))
        urls.append(f"{settings.slack_api_url}/api/api.test")
    if settings.discord:
        from bot.doctor.discord import check_discord
        from bot.platforms.discord.client import rest_address

        checks["discord"] = check_discord(settings, partial(_read, settings, "discord", configured, readable=readable))
        urls.append(f"{rest_address(settings.discord_api_url or DISCORD)}/gateway")
    if urls:
        checks["clock"] = check_clock(urls, clock)
    if settings.public_url:
        checks["public address"] = check_public_url(settings.public_url)
    return checks


def _told(check: str, result: list[Finding] | Finding | BaseException) -> list[Finding]:
    """A check that fails by a mistake of ours says so; its own words may hold what must not be told."""
    if isinstance(result, Exception):
        return [error(check, f"could not be checked ({type(result).__name__})", "report this as a bug of spasmbot")]
    if isinstance(result, BaseException):
        raise result
    return [result] if isinstance(result, Finding) else result


async def _read(
    settings: Settings, platform: str, what: Callable[[Settings, str], Awaitable[tuple[Item, ...]]], *, readable: bool
) -> tuple[Item, ...]:
    """What the database says of a platform; nothing where it cannot tell, which is a finding of its own."""
    try:
        return await what(settings, platform) if readable else ()
    except SettingError:
        return ()
