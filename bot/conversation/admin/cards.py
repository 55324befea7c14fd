"""A moderator's cards: templates, and the buttons under them."""

from dataclasses import dataclass
from typing import Any

from bot.cards.card import Action, Actions, Button, Card, Style
from bot.cards.templates import Templates
from bot.cards.words import Gettext, Words
from bot.conversation.admin.ids import AdminId
from bot.conversation.admin.request import OFF, ON, Do, Value
from bot.conversation.administration import Choices
from bot.conversation.zones import zone_words


@dataclass(frozen=True)
class AdminCards:
    """Makes cards. `root` is the command's name without its slash."""

    templates: Templates
    words: Words
    root: str

    def gettext(self, locale: str) -> Gettext:
        return self.words.gettext(locale)

    def card(self, name: str, locale: str, actions: Actions = (), **words: Any) -> Card:
        """The card from the template `name`. Raises CardTemplateError when that is broken."""
        nodes = self.templates.render(name, {"root": self.root, **words}, self.gettext(locale))
        return Card(nodes, actions, locale)

    def status_actions(self, choices: Choices, locale: str) -> Actions:
        _ = self.gettext(locale)
        first = Style.NORMAL if choices.set_up else Style.PRIMARY
        forms = {
            "channels": _("Channels"),
            "share": _("Sharing"),
            "language": _("Language"),
            "region": _("Region"),
            "zone": _("Time zone"),
            "contact": _("Contact line"),
            "moderators": _("Moderators"),
            "packs": _("Subjects"),
        }
        return (
            (
                _button(_("Set up"), Do.FORM, "set-up", style=first),
                _button(_("Daily tips"), Do.TIPS),
                *(_button(w, Do.FORM, f) for f, w in forms.items()),
            ),
            (self._pause(choices, _), _button(_("Test again"), Do.STATUS), _button(_("Recent changes"), Do.AUDIT)),
            (_button(_("Export"), Do.EXPORT), _button(_("Erase everything"), Do.FORGET), self._help(_)),
        )

    @staticmethod
    def _pause(choices: Choices, gettext: Gettext) -> Action:
        if choices.paused:
            return _button(gettext("Resume"), Do.SET, f"pause.{Value.PAUSED}", target=OFF, style=Style.PRIMARY)
        return _button(gettext("Pause everything"), Do.SET, f"pause.{Value.PAUSED}", target=ON)

    @staticmethod
    def _help(gettext: Gettext) -> Button:
        return _button(gettext("What you can type"), Do.HELP)

    def to_status(self, locale: str) -> Actions:
        return ((_button(self.gettext(locale)("How I am set up"), Do.STATUS),),)

    def to_help(self, locale: str) -> Actions:
        return ((self._help(self.gettext(locale)), *self.to_status(locale)[0]),)

    def confirm(self, version: int, locale: str) -> Actions:
        _ = self.gettext(locale)
        erase = _button(_("Yes, erase everything"), Do.ERASE, version=version, style=Style.DANGER)
        return ((erase, _button(_("No, keep it"), Do.STATUS)),)

    @staticmethod
    def zones(zones: tuple[str, ...], locale: str) -> Actions:
        """A button for each zone that may be meant for the community."""
        buttons = (_button(zone_words(z, locale), Do.SET, f"zone.{Value.ZONE}", target=z) for z in zones)
        return (tuple(buttons),) if zones else ()

    def set_up(self, locale: str) -> Actions:
        return ((_button(self.gettext(locale)("Set up"), Do.FORM, "set-up", style=Style.PRIMARY),),)


def _button(
    label: str,
    do: Do,
    name: str = "",
    *,
    version: int | None = None,
    target: str = "",
    style: Style = Style.NORMAL,
) -> Button:
    return Button(label, str(AdminId(do, name, version, target)), style)
