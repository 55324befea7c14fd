"""What the status card says: what is on and where, what lacks, what to do next."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime

from bot.conversation.admin.community import CannotLookError, Community, Lack, Spot
from bot.conversation.admin.say import LACKS, Sayer
from bot.conversation.admin.tips.say import BY_ITSELF, STOPPED, TipSayer, soonest
from bot.conversation.admin.troubles import Trouble
from bot.conversation.administration import ChannelChoices, Choices
from bot.conversation.tips import Subscription

MOST_TESTED = 15
"""Channels tested for one status card; each may be a call to the platform."""


@dataclass(frozen=True)
class Tested:
    """What asking the platform brought: channels by id, None for one that is gone, and what else lacks."""

    spots: dict[str, Spot | None]
    lack: Lack | None = None
    asked: bool = True


async def test_channels(community: Community, choices: Choices, here: str) -> Tested:
    """Ask the platform about this channel and each one with a rule of its own."""
    wanted = list(dict.fromkeys([*([here] if here else []), *(c.channel for c in choices.channels)]))[:MOST_TESTED]
    found = await asyncio.gather(*(community.channel(c) for c in wanted), return_exceptions=True)
    spots: dict[str, Spot | None] = {}
    lack, asked = None, True
    for channel, result in zip(wanted, found, strict=True):
        if isinstance(result, CannotLookError):
            lack, asked = lack or result.lack, False
        elif isinstance(result, BaseException):
            raise result
        else:
            spots[channel] = result
    return Tested(spots, lack, asked)


def status_words(
    choices: Choices, tested: Tested, last: Trouble | None, say: Sayer, tips: Sequence[Subscription], *, roles: bool
) -> dict[str, Any]:
    """The words of the template admin_status."""
    problems = [*_problems(tested, say), *_stopped(tips, say)]
    return {
        "set_up": choices.set_up,
        "paused": choices.paused,
        "mode": choices.mode,
        "rows": [*_rows(choices, say), (say.gettext("Daily tips"), _tips(tips, say, paused=choices.paused))],
        "channels": [_channel(c, tested, say) for c in choices.channels],
        "problems": problems,
        "tested": tested.asked,
        "last": _last(last, say),
        "next": _next(choices, problems, say),
        "roles": roles,
    }


def _rows(choices: Choices, say: Sayer) -> list[tuple[str, str]]:
    """Each setting with its value."""
    _ = say.gettext
    number = say.offers.number(choices.region or "", _)
    region = say.setting("region", choices.region) if choices.region else _("none chosen")
    rows = [
        (_("Sharing"), say.setting("share", choices.share)),
        (_("Language"), say.setting("locale", choices.locale) if choices.locale else _("each person's own")),
        (_("Region"), f"{region} ({_('cards say: call')} {number})"),
        (_("Time zone"), say.setting("zone", choices.zone) if choices.zone else _("none chosen")),
        (_("Contact line"), say.setting("contact", choices.contact)),
    ]
    if len(say.offers.packs) > 1 or choices.packs is not None:
        rows.append((_("Subjects"), say.setting("packs", choices.packs)))
    moderators = say.setting("moderators", choices.moderators) if choices.moderators else ""
    rows.append((_("Who may change this"), ", ".join(filter(None, (_("administrators"), moderators)))))
    return rows


def _channel(own: ChannelChoices, tested: Tested, say: Sayer) -> tuple[str, str]:
    _ = say.gettext
    told = [say.setting("mode", own.mode) if own.mode else ""]
    told += [f"{_('Sharing')} {say.setting('share', own.share)}" if own.share is not None else ""]
    told += [say.setting("locale", own.locale) if own.locale else ""]
    gone = own.channel in tested.spots and tested.spots[own.channel] is None
    name = _("a channel that I cannot see") if gone else say.name(own.channel)
    return name, ", ".join(filter(None, told))


def _problems(tested: Tested, say: Sayer) -> list[tuple[str, str, str]]:
    """Where, what, and how to mend it."""
    found = [("", *LACKS[tested.lack])] if tested.lack else []
    found += [(spot.name, *LACKS[lack]) for spot in tested.spots.values() if spot for lack in spot.lacks]
    if any(spot is None for spot in tested.spots.values()):
        found.append(("", *LACKS[Lack.SEE]))
    return [(where, say.gettext(what), say.gettext(fix)) for where, what, fix in found]


def _tips(tips: Sequence[Subscription], say: Sayer, *, paused: bool) -> str:
    """Where and when the next one comes."""
    _, next_one = say.gettext, soonest(tips)
    if not tips:
        return _("none")
    if paused or not next_one or not next_one.next_due:
        return _("none comes next")
    told = TipSayer(say)
    when = told.when(next_one.next_due, next_one.zone)
    return _("the next one in {channel}: {time}").format(channel=say.name(next_one.channel), time=when)


def _stopped(tips: Sequence[Subscription], say: Sayer) -> list[tuple[str, str, str]]:
    """Daily tips that stopped by themselves: where, why, and how to mend it."""
    told = TipSayer(say)
    stopped = [(s, STOPPED[s.stopped]) for s in tips if s.stopped in BY_ITSELF]
    return [(told.title(s), say.gettext(what), say.gettext(fix)) for s, (what, fix) in stopped][:MOST_TESTED]


def _last(last: Trouble | None, say: Sayer) -> dict[str, str] | None:
    if not last:
        return None
    what, fix = LACKS[last.lack]
    at = format_datetime(last.at, "d MMM, HH:mm z", locale=say.locale)
    return {"at": at, "where": say.name(last.channel), "what": say.gettext(what), "fix": say.gettext(fix)}


def _next(choices: Choices, problems: list[tuple[str, str, str]], say: Sayer) -> str:
    """The one thing to do now."""
    _ = say.gettext
    if not choices.set_up:
        return _("Press Set up. It takes five minutes, and you can change everything later.")
    if choices.paused:
        return _("Press Resume when members should get answers again.")
    if problems:
        return _("Mend what is named above, then press Test again.")
    if not choices.region:
        return _("Choose a region, so that urgent cards can name the right number.")
    if not choices.contact:
        return _("Write a contact line, so that members know whom to ask.")
    return _("Nothing. Tell your members what they can type.")
