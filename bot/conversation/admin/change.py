"""Values from a form, a button or words become new choices; each is judged again, whoever drew the form."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import NONE, OFF, ON, SAME, Value, Values
from bot.conversation.administration import CONTACT_LIMIT, ChannelChoices, Choices
from bot.conversation.contact import clean
from bot.conversation.place import Mode
from bot.conversation.zones import find_zone


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


class WrongValueError(Exception):
    """A value that cannot be chosen. `message` is a message id, for the person who chose it.

    `zones` are time zones that may be meant instead.
    """

    def __init__(self, value: Value, message: str, zones: tuple[str, ...] = ()) -> None:
        super().__init__(f"{value}: {message}")
        self.value, self.message, self.zones = value, message, zones


NOT_OFFERED = _("That is not one of the choices. Please choose from the list.")
NO_CHANNEL = _("Choose a channel first.")
NO_CHOICE = _("Choose how I answer there.")
NO_REGION = _("I do not know that region. Choose one from the list.")
NO_LANGUAGE = _("I do not speak that language yet. Choose one from the list.")
NO_ZONE = _("I do not know that place. Type a large city near you, such as Madrid.")
WHICH_ZONE = _("More than one time zone fits. Type the city that is meant:")
LIKE_ZONE = _("I do not know that place. If it has the time of this city, type the city:")
NO_SUMMER = _("That says nothing about summer time. Type a large city near you instead.")
NO_SUMMER_IN = _("That says nothing about summer time. Type a city instead, such as:")
NO_PACK = _("I have no such subject. Choose one from the list.")
ALL_PACKS_OFF = _("Keep at least one subject on. To stop everything, use pause.")
TOO_LONG = _("That is too long. Please use at most 200 characters.")
_SINGLE = frozenset(Value) - {
    Value.CHANNELS,
    Value.PACKS,
    Value.PACKS_ON,
    Value.PACKS_OFF,
    Value.MODERATORS,
    Value.MODERATORS_ADD,
    Value.MODERATORS_REMOVE,
}
_IN_CHANNELS = frozenset({Value.IN_MODE, Value.IN_SHARE, Value.IN_LANGUAGE})


_Reader = Callable[[Value, str], object]


@dataclass(frozen=True)
class _Judge:
    offers: Offers

    def mode(self, value: Value, said: str) -> Mode:
        try:
            return Mode(said)
        except ValueError:
            raise WrongValueError(value, NOT_OFFERED) from None

    @staticmethod
    def switch(value: Value, said: str) -> bool:
        if said not in (ON, OFF):
            raise WrongValueError(value, NOT_OFFERED)
        return said == ON

    def language(self, value: Value, said: str) -> str | None:
        if said == NONE:
            return None
        found = self.offers.language(said)
        if not found:
            raise WrongValueError(value, NO_LANGUAGE)
        return found

    def region(self, value: Value, said: str) -> str | None:
        if said == NONE:
            return None
        found = self.offers.region(said)
        if not found:
            raise WrongValueError(value, NO_REGION)
        return found

    def zone(self, value: Value, said: str) -> str | None:
        return None if said.strip() in ("", NONE) else zone_of(value, said, self.offers)

    @staticmethod
    def contact(value: Value, said: str) -> str | None:
        line = clean(said)
        if len(line) > CONTACT_LIMIT:
            raise WrongValueError(value, TOO_LONG)
        return None if line in ("", NONE) else line

    def packs(self, value: Value, names: tuple[str, ...]) -> tuple[str, ...] | None:
        known = tuple(self.offers.packs)
        if not set(names) <= set(known):
            raise WrongValueError(value, NO_PACK)
        if not names:
            raise WrongValueError(value, ALL_PACKS_OFF)
        return None if set(names) == set(known) else tuple(n for n in known if n in names)


def zone_of(value: Value, said: str, offers: Offers) -> str:
    """The IANA name of the zone that is meant. Raises WrongValueError with those that may be."""
    answer = find_zone(said, offers.languages)
    if answer.zone:
        return answer.zone
    if answer.abbreviated:
        raise WrongValueError(value, NO_SUMMER_IN if answer.choices else NO_SUMMER, answer.choices)
    message = (NO_ZONE, LIKE_ZONE, WHICH_ZONE)[min(len(answer.choices), 2)]
    raise WrongValueError(value, message, answer.choices)


def changed(choices: Choices, values: Values, offers: Offers) -> Choices:
    """What `values` make of `choices`. Channels and moderators in them are ids that the community has.

    Raises:
        WrongValueError: for the first value that cannot be chosen; nothing is changed then.
    """
    judge = _Judge(offers)
    singles = {value: given[0] for value, given in values.items() if value in _SINGLE and given}
    fields: dict[Value, tuple[str, _Reader]] = {
        Value.MODE: ("mode", judge.mode),
        Value.SHARE: ("share", judge.switch),
        Value.LANGUAGE: ("locale", judge.language),
        Value.REGION: ("region", judge.region),
        Value.ZONE: ("zone", judge.zone),
        Value.CONTACT: ("contact", judge.contact),
        Value.PAUSED: ("paused", judge.switch),
    }
    made = {name: read(value, singles[value]) for value, (name, read) in fields.items() if value in singles}
    made |= _packs(choices, values, judge) | _moderators(choices, values)
    new = replace(choices, set_up=True, **made)  # type: ignore[arg-type]  # each field has its own reader
    return _in_channels(new, values, singles, judge)


def _packs(choices: Choices, values: Values, judge: _Judge) -> dict[str, object]:
    if Value.PACKS in values:
        return {"packs": judge.packs(Value.PACKS, values[Value.PACKS])}
    for value in (Value.PACKS_ON, Value.PACKS_OFF):
        judge.packs(value, values[value]) if values.get(value) else None
    now = set(judge.offers.packs if choices.packs is None else choices.packs)
    wanted = (now | set(values.get(Value.PACKS_ON, ()))) - set(values.get(Value.PACKS_OFF, ()))
    return {} if wanted == now else {"packs": judge.packs(Value.PACKS_OFF, tuple(wanted))}


def _moderators(choices: Choices, values: Values) -> dict[str, object]:
    if Value.MODERATORS in values:
        return {"moderators": tuple(dict.fromkeys(values[Value.MODERATORS]))}
    removed = values.get(Value.MODERATORS_REMOVE, ())
    kept = (*choices.moderators, *values.get(Value.MODERATORS_ADD, ()))
    return {"moderators": tuple(m for m in dict.fromkeys(kept) if m not in removed)}


def _in_channels(choices: Choices, values: Values, singles: dict[Value, str], judge: _Judge) -> Choices:
    channels, told = values.get(Value.CHANNELS, ()), _IN_CHANNELS.intersection(singles)
    if told and not channels:
        raise WrongValueError(Value.CHANNELS, NO_CHANNEL)
    if channels and not told:
        raise WrongValueError(Value.IN_MODE, NO_CHOICE)
    for channel in channels:
        choices = choices.with_channel(_one_channel(choices.channel(channel), singles, judge))
    return choices


def _one_channel(own: ChannelChoices, singles: dict[Value, str], judge: _Judge) -> ChannelChoices:
    if said := singles.get(Value.IN_MODE):
        own = replace(own, mode=None if said == SAME else judge.mode(Value.IN_MODE, said))
    if said := singles.get(Value.IN_SHARE):
        own = replace(own, share=None if said == SAME else judge.switch(Value.IN_SHARE, said))
    if said := singles.get(Value.IN_LANGUAGE):
        own = replace(own, locale=None if said in (SAME, NONE) else judge.language(Value.IN_LANGUAGE, said))
    return own
