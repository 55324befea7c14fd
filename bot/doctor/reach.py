"""What only a look from outside tells: whether the clock is right, and whether PUBLIC_URL leads to the bot."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.conversation.ports import Clock
from bot.doctor.finding import Finding, error, ok, warn

SECONDS = 5.0
OFF, FAR_OFF = timedelta(seconds=30), timedelta(minutes=5)
"""A request of Slack's that looks five minutes old is refused (docs.slack.dev, Verifying requests from Slack)."""
_FIX = "let the machine set its clock by NTP, such as with timedatectl set-ntp true"


async def check_public_url(public_url: str) -> Finding:
    """Ask for the bot's own sign of life at the address that others use."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession() as session,
            session.get(f"{public_url}/healthz") as answer,
        ):
            alive = answer.ok and await answer.json() == {"alive": True}
            what = "" if alive else f"something else answers there (HTTP {answer.status})"
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as fault:
        what = f"nothing answers there ({type(fault).__name__})"
    if what:
        fix = "start the bot, then check the proxy in front of it: address, certificate, port"
        return warn("public address", f"PUBLIC_URL does not lead to the bot: {what}", fix)
    return ok("public address", "PUBLIC_URL leads to the bot")


async def check_clock(urls: Iterable[str], clock: Clock) -> Finding:
    """Compare the clock with the Date header of the first address that answers.

    Tips go out by this clock, and a wrong one makes Slack's signed requests look old.
    """
    for url in urls:
        try:
            async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session, session.get(url) as answer:
                told = parsedate_to_datetime(answer.headers["Date"])
        except (TimeoutError, aiohttp.ClientError, OSError, KeyError, ValueError):
            continue
        off = abs(clock() - told)
        what = f"differs from the platforms' by {off.total_seconds():.0f} s"
        if off >= OFF:
            return error("clock", what, _FIX) if off >= FAR_OFF else warn("clock", what, _FIX)
        return ok("clock", "agrees with the platforms'")
    return warn("clock", "could not be compared: no platform told the time", "see what is said of the platforms")
