"""The forms: what can be filled in, with what holds now."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.cards.card import Option
from bot.cards.words import Gettext
from bot.conversation.admin.commands import find
from bot.conversation.admin.form import Field, Form, Kind
from bot.conversation.admin.offers import Offers, language_name
from bot.conversation.admin.request import NONE, OFF, ON, SAME, Value
from bot.conversation.admin.say import MODES
from bot.conversation.administration import CONTACT_LIMIT, Choices
from bot.conversation.place import Mode
from bot.conversation.zones import LONGEST

MOST_MODERATORS = 25
MOST_CHANNELS = 4
"""Channels changed at once: their ids stand in the ids of the menus beside them."""


_Maker = Callable[[], tuple[Field, ...]]


@dataclass(frozen=True)
class FormMaker:
    """Makes forms in one language. `may_name` tells whether this person may name moderators."""

    offers: Offers
    gettext: Gettext
    locale: str
    may_name: bool
    roles: bool

    def form(self, name: str, choices: Choices, channels: tuple[str, ...] = ()) -> Form:
        """The form `name`, one of `commands.FORMS`, on these choices; the first one for a name that there is not."""
        _ = self.gettext
        command = find(name)
        title = command.description if command else ""
        makers: dict[str, _Maker] = {
            "channels": lambda: self._channels(choices, channels),
            "language": lambda: (self._language(choices),),
            "region": lambda: (self._region(choices), self._zone(choices)),
            "zone": lambda: (self._zone(choices),),
            "contact": lambda: (self._contact(choices),),
            "share": lambda: (self._share(choices),),
            "packs": lambda: (self._packs(choices),),
            "moderators": lambda: (self._moderators(choices),),
        }
        fields = makers[name]() if name in makers else self._set_up(choices)
        save, cancel, write, done = _("Save"), _("Cancel"), _("Write"), _("Done")
        return Form(name, _(title), fields, choices.version, save, cancel, write, done, self.locale, channels)

    def _set_up(self, choices: Choices) -> tuple[Field, ...]:
        fields = (
            self._mode(choices),
            self._share(choices),
            self._language(choices),
            self._region(choices),
            self._zone(choices),
            self._contact(choices),
        )
        return (*fields, self._moderators(choices)) if self.may_name else fields

    def _mode(self, choices: Choices) -> Field:
        label = self.gettext("How I answer in a channel")
        return Field(Value.MODE, Kind.CHOICE, label, options=self._modes(), current=(choices.mode,))

    def _modes(self) -> tuple[Option, ...]:
        return tuple(Option(self.gettext(words), mode) for mode, words in MODES.items())

    def _share(self, choices: Choices) -> Field:
        _ = self.gettext
        return Field(
            Value.SHARE,
            Kind.CHOICE,
            _("May members share cards?"),
            _("A shared card shows no name."),
            self._switch(),
            (ON if choices.share else OFF,),
        )

    def _switch(self) -> tuple[Option, ...]:
        _ = self.gettext
        return Option(_("Yes, members may share"), ON), Option(_("No"), OFF)

    def _language(self, choices: Choices) -> Field:
        _ = self.gettext
        return Field(
            Value.LANGUAGE,
            Kind.CHOICE,
            _("Language"),
            _("For people whose own language I do not know."),
            (Option(_("None in particular"), NONE), *self._languages()),
            (choices.locale or NONE,),
        )

    def _languages(self) -> tuple[Option, ...]:
        return tuple(Option(language_name(code), code) for code in self.offers.languages)

    def _region(self, choices: Choices) -> Field:
        _ = self.gettext
        options = tuple(
            Option(name, code, _("Urgent cards say: call {number}").format(number=self.offers.number(code, _)))
            for code, name in self.offers.regions_by_name(self.locale)
        )
        return Field(
            Value.REGION,
            Kind.CHOICE,
            _("Region"),
            _("Whose emergency number cards show. A number shows only where a source confirms it."),
            (Option(_("None: your local emergency number"), NONE), *options),
            (choices.region or NONE,),
        )

    def _zone(self, choices: Choices) -> Field:
        _ = self.gettext
        help_text = _("For daily tips. Type a large city, such as Madrid.")
        return Field(Value.ZONE, Kind.TEXT, _("Time zone"), help_text, current=(choices.zone or "",), most=LONGEST)

    def _contact(self, choices: Choices) -> Field:
        _ = self.gettext
        return Field(
            Value.CONTACT,
            Kind.TEXT,
            _("Contact line"),
            _("Whom members can ask. Small print under each card; no links."),
            current=(choices.contact or "",),
            most=CONTACT_LIMIT,
        )

    def _packs(self, choices: Choices) -> Field:
        options = tuple(Option(f"/{name}", name) for name in self.offers.packs)
        current = tuple(self.offers.packs) if choices.packs is None else choices.packs
        label = self.gettext("Subjects that are on")
        return Field(Value.PACKS, Kind.SEVERAL, label, "", options, current, len(options))

    def _moderators(self, choices: Choices) -> Field:
        _ = self.gettext
        label = _("Roles that may change these things") if self.roles else _("People who may change these things")
        help_text = _("Administrators always may.")
        return Field(Value.MODERATORS, Kind.MODERATORS, label, help_text, (), choices.moderators, MOST_MODERATORS)

    def _channels(self, choices: Choices, channels: tuple[str, ...]) -> tuple[Field, ...]:
        """How to answer everywhere, then in the channels that are chosen; those show what holds now if it is one."""
        _ = self.gettext
        own = choices.channel(channels[0]) if len(channels) == 1 else None
        same = Option(_("As everywhere else"), SAME)
        share = None if own is None or own.share is None else (ON if own.share else OFF)
        return (
            Field(
                Value.MODE,
                Kind.CHOICE,
                _("Everywhere"),
                _("In every channel that has no rule of its own."),
                self._modes(),
                (choices.mode,),
            ),
            Field(
                Value.CHANNELS,
                Kind.CHANNELS,
                _("Channels with a rule of their own"),
                _("Choose up to four at a time."),
                current=channels,
                most=MOST_CHANNELS,
            ),
            self._own(Value.IN_MODE, _("How I answer there"), (same, *self._modes()), own.mode if own else None),
            self._own(Value.IN_SHARE, _("Sharing there"), (same, *self._switch()), share),
            self._own(Value.IN_LANGUAGE, _("Language there"), (same, *self._languages()), own.locale if own else None),
        )

    @staticmethod
    def _own(value: Value, label: str, options: tuple[Option, ...], current: str | Mode | None) -> Field:
        chosen = (str(current),) if current else ()
        return Field(value, Kind.CHOICE, label, "", options, chosen, of_channels=True)
