"""Choices in words: one setting, one change, what lacks in a channel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cards.words import Gettext
from bot.conversation.admin.community import Lack
from bot.conversation.admin.offers import Offers, language_name, region_name
from bot.conversation.administration import AuditEntry, Choices
from bot.conversation.place import Mode
from bot.conversation.zones import zone_words


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


MODES = {
    Mode.PRIVATE: _("Private: only the asker sees the answer"),
    Mode.PUBLIC: _("Public: everyone sees the answer"),
    Mode.OFF: _("Off: I do not answer"),
}
LACKS = {
    Lack.SEE: (
        _("I cannot see a channel."),
        _("Let me in: on Discord give me View Channel there, on Slack type /invite there and choose me."),
    ),
    Lack.POST: (_("I may not post in this channel."), _("Give me Send Messages there.")),
    Lack.EMBED: (_("I may not show cards with links in this channel."), _("Give me Embed Links there.")),
    Lack.JOIN: (
        _("I am not a member of this channel. Commands work; mentions of me do not."),
        _("Type /invite there and choose me."),
    ),
    Lack.LOOK: (
        _("I may not look at channels."),
        _("Ask whoever runs me to add the scopes channels:read and groups:read, and to install me again."),
    ),
}
"""What lacks, and how to mend it."""
_SETTINGS = {
    "set_up": _("Set up"),
    "paused": _("Pause"),
    "mode": _("Answers"),
    "share": _("Sharing"),
    "locale": _("Language"),
    "region": _("Region"),
    "zone": _("Time zone"),
    "contact": _("Contact line"),
    "packs": _("Subjects"),
    "moderators": _("Moderators"),
}
CHANNEL_SETTINGS = ("mode", "share", "locale")
_ABSENT: tuple[object, ...] = (None, [], ())


@dataclass(frozen=True)
class Sayer:
    """Says things in one language. `names` are those of channels, roles and people, by id."""

    offers: Offers
    gettext: Gettext
    locale: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def setting(self, name: str, value: Any) -> str:
        """The value of the field `name` of Choices or ChannelChoices."""
        _ = self.gettext
        if value in _ABSENT:
            return _("everything") if name == "packs" else _("none")
        match name:
            case "set_up" | "paused" | "share":
                return _("on") if value else _("off")
            case "mode":
                return {"private": _("private"), "public": _("public"), "off": _("off")}.get(str(value), str(value))
            case "locale":
                return language_name(str(value), self.locale)
            case "region":
                region = self.offers.regions.get(str(value))
                return region_name(region, self.locale) if region else str(value)
            case "zone":
                return zone_words(str(value), self.locale)
            case "moderators":
                return ", ".join(self.name(str(v)) for v in value)
            case "packs":
                return ", ".join(map(str, value))
        return str(value)

    def name(self, identity: str) -> str:
        return self.names.get(identity, identity)

    def title(self, what: str) -> str:
        """What an audit calls a setting: `share`, or `channels.C1.mode`."""
        of, channel, name = _parts(what)
        words = self.gettext(_SETTINGS[name]) if name in _SETTINGS else what
        return f"{self.name(channel)}, {words}" if of == "channels" and name in _SETTINGS else words

    def value(self, what: str, value: Any) -> str:
        """A value of an audit entry; nothing chosen for a channel means that it does as the rest."""
        of, _channel, name = _parts(what)
        if of == "channels" and value in _ABSENT:
            return self.gettext("as everywhere else")
        return self.setting(name, value)

    def change(self, what: str, before: Any, after: Any) -> str:
        """Such as `Sharing: off → on`."""
        if what == "removed_at":
            return self.gettext(_("The bot was removed")) if after else self.gettext(_("The bot was added again"))
        return f"{self.title(what)}: {self.value(what, before)} → {self.value(what, after)}"

    def changes(self, before: Choices, after: Choices) -> list[str]:
        """What was changed, a line each."""
        return [self.change(*each) for each in differences(before, after) if each[0] != "set_up"]

    def entries(self, entries: Iterable[AuditEntry]) -> list[str]:
        return [self.change(e.what, e.before, e.after) for e in entries]


def differences(before: Choices, after: Choices) -> Iterable[tuple[str, Any, Any]]:
    """What differs, named as an audit names it."""
    for name in _SETTINGS:
        if getattr(before, name) != getattr(after, name):
            yield name, getattr(before, name), getattr(after, name)
    for channel in sorted({c.channel for c in (*before.channels, *after.channels)}):
        old, new = before.channel(channel), after.channel(channel)
        for name in CHANNEL_SETTINGS:
            if getattr(old, name) != getattr(new, name):
                yield f"channels.{channel}.{name}", getattr(old, name), getattr(new, name)


def _parts(what: str) -> tuple[str, str, str]:
    """`channels`, an id and a name; for the whole community only the name."""
    parts = what.split(".")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", what)  # noqa: PLR2004
