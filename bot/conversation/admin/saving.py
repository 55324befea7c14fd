"""Saves what a moderator chose, once each channel and moderator in it was found in this very community."""

import asyncio
from dataclasses import replace

from bot.conversation.admin.change import WrongValueError, changed
from bot.conversation.admin.community import Community
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import HERE, SAME, AdminRequest, Value, Values
from bot.conversation.administration import Administration, Choices


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


NO_SUCH_CHANNEL = _("I cannot see that channel in this community. In a private channel, invite me first.")
NO_SUCH_MODERATOR = _("I cannot find that person or role in this community. Choose from the list.")
NOT_LOOKED = _("The platform did not answer, so I could not check it. Please try again in a minute.")
_IN_CHANNELS = (Value.IN_MODE, Value.IN_SHARE, Value.IN_LANGUAGE)


async def save(
    administration: Administration, request: AdminRequest, choices: Choices, community: Community, offers: Offers
) -> Choices:
    """Save the values of a wish. What was chosen on an older version of the choices is not saved.

    Raises:
        WrongValueError, CannotLookError: when a value cannot be chosen, or checked.
        ChangedMeanwhileError, StoreUnavailableError: as the port says.
    """
    wish = request.wish
    values = await resolved(wish.values, request.channel, choices, community)
    new = changed(choices, values, offers)
    if wish.version is not None:
        new = replace(new, version=wish.version)
    return choices if new == choices else await administration.save(new, request.who.id)


async def resolved(values: Values, here: str, choices: Choices, community: Community) -> Values:
    """The values with ids in place of what was said of channels and moderators."""
    found = dict(values)
    if said := values.get(Value.CHANNELS):
        back_to_same = all(values.get(v, (SAME,)) == (SAME,) for v in _IN_CHANNELS)
        known = tuple(c.channel for c in choices.channels) if back_to_same else ()
        found[Value.CHANNELS] = await _channels(said, here, known, community)
    for value in (Value.MODERATORS, Value.MODERATORS_ADD, Value.MODERATORS_REMOVE):
        if named := values.get(value):
            known = () if value is Value.MODERATORS_ADD else choices.moderators
            found[value] = await _moderators(value, named, known, community)
    return found


async def _channels(said: tuple[str, ...], here: str, known: tuple[str, ...], community: Community) -> tuple[str, ...]:
    """Ids of channels. One of `known` that is gone may still lose its rule."""

    async def one(named: str) -> str:
        wanted = here if named.casefold() == HERE else named
        spot = await community.channel(wanted) if wanted else None
        if spot is None and wanted not in known:
            raise WrongValueError(Value.CHANNELS, NO_SUCH_CHANNEL)
        return spot.id if spot else wanted

    return tuple(dict.fromkeys(await asyncio.gather(*(one(each) for each in said))))


async def _moderators(
    value: Value, said: tuple[str, ...], known: tuple[str, ...], community: Community
) -> tuple[str, ...]:
    """Ids of roles or people. One that was named before needs no second look."""

    async def one(named: str) -> str:
        if named in known:
            return named
        found = await community.moderator(named)
        if found is None:
            raise WrongValueError(value, NO_SUCH_MODERATOR)
        return found.id

    return tuple(dict.fromkeys(await asyncio.gather(*(one(each) for each in said))))
