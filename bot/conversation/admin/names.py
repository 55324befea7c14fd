"""Names for the ids that a card tells of; the platform is asked for all of them at once."""

import asyncio
from collections.abc import Iterable

from bot.conversation.admin.community import CannotLookError, Community
from bot.conversation.administration import AuditEntry, Choices
from bot.conversation.tips import Subscription

SYSTEM = "system"
"""Who changed something, where the bot itself did."""


async def names_of(
    community: Community, *, channels: Iterable[str] = (), moderators: Iterable[str] = (), people: Iterable[str] = ()
) -> dict[str, str]:
    """Names by id; what the platform does not tell is left out."""

    async def channel(said: str) -> tuple[str, str | None]:
        spot = await community.channel(said)
        return said, spot.name if spot else None

    async def moderator(said: str) -> tuple[str, str | None]:
        named = await community.moderator(said)
        return said, named.name if named else None

    async def person(said: str) -> tuple[str, str | None]:
        return said, await community.name_of(said)

    asked = [
        *(channel(c) for c in sorted(set(channels))),
        *(moderator(m) for m in sorted(set(moderators))),
        *(person(p) for p in sorted(set(people) - {SYSTEM})),
    ]
    told = await asyncio.gather(*asked, return_exceptions=True)
    found = {}
    for each in told:
        if isinstance(each, BaseException) and not isinstance(each, CannotLookError):
            raise each
        if not isinstance(each, BaseException) and each[1]:
            found[each[0]] = each[1]
    return found


async def names_in_entries(
    community: Community, entries: Iterable[AuditEntry], tips: Iterable[Subscription] = ()
) -> dict[str, str]:
    """Names for everything and everyone that some entries of an audit tell of; `tips.5` is named after its channel."""
    entries = tuple(entries)
    of_tips = {f"tips.{s.id}": s.channel for s in tips}
    for e in entries:
        told = e.after or e.before
        if isinstance(told, dict) and e.what.startswith("tips."):
            of_tips.setdefault(e.what, str(told.get("channel", "")))
    moved = [str(v) for e in entries if e.what.endswith(".channel") for v in (e.before, e.after)]
    parts = [e.what.split(".") for e in entries]
    lists = [v for e in entries if e.what == "moderators" for v in (e.before, e.after) if isinstance(v, (list, tuple))]
    found = await names_of(
        community,
        channels=(*(p[1] for p in parts if p[0] == "channels" and len(p) > 1), *of_tips.values(), *moved),
        moderators=(str(m) for some in lists for m in some),
        people=(e.by for e in entries),
    )
    return {**found, **{what: found[channel] for what, channel in of_tips.items() if channel in found}}


async def names_between(community: Community, before: Choices, after: Choices) -> dict[str, str]:
    """Names for what differs between two states of the choices."""
    changed = {
        c.channel for c in (*before.channels, *after.channels) if before.channel(c.channel) != after.channel(c.channel)
    }
    moderators = set(before.moderators) | set(after.moderators) if before.moderators != after.moderators else set()
    return await names_of(community, channels=changed, moderators=moderators)
