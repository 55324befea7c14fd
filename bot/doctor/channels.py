"""Whether the bot can see and post in each channel that moderators configured, by the same tests as the status card."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.conversation.admin.community import CannotLookError, Spot
from bot.conversation.admin.say import LACKS
from bot.conversation.tips import Stop
from bot.doctor.finding import Finding, ok, warn
from bot.store.look import Configured

AT_ONCE = 4
Look = Callable[[str], Awaitable[Spot | None]]
"""Finds a channel by its id, as the Community port does."""
_AWAY = "the platform did not say; ask again later"


_STOPPED = {
    Stop.GONE: "the bot could not see the channel",
    Stop.FORBIDDEN: "the bot was not allowed to post there",
    Stop.NO_TIPS: "no tip of its categories was left",
}


async def check_channels(check: str, look: Look, configured: Configured) -> list[Finding]:
    """A finding for each thing that lacks, else one for all. `look` may raise CannotLookError."""
    turns, wanted = asyncio.Semaphore(AT_ONCE), configured.channels
    fix = "mend that, then let a moderator start it again with /spasm-admin tips"
    stopped = [
        warn(check, f"channel {channel}: its daily tip stopped: {_STOPPED[why]}", fix)
        for channel, why in configured.stopped
    ]

    async def tested(channel: str) -> list[Finding]:
        async with turns:
            try:
                return _lacks(check, channel, await look(channel))
            except CannotLookError as why:
                what, fix = LACKS[why.lack] if why.lack else ("could not be looked at", _AWAY)
                return [warn(check, f"channel {channel}: {what}", fix)]

    found = [each for lacks in await asyncio.gather(*map(tested, wanted)) for each in lacks]
    found += stopped
    return found or ([ok(check, f"{len(wanted)} configured channels can be seen and posted in")] if wanted else [])


def _lacks(check: str, channel: str, spot: Spot | None) -> list[Finding]:
    if spot is None:
        fix = "invite the bot there, or let a moderator take the channel's rule away with /spasm-admin channels"
        return [warn(check, f"channel {channel}: it is gone, or the bot cannot see it", fix)]
    return [warn(check, f"{spot.name}: {LACKS[lack][0]}", LACKS[lack][1]) for lack in spot.lacks]
