"""The one list of a moderator's subcommands. Help, Discord's command and the docs are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.admin.request import Do, Value, Wish
from bot.conversation.admin.tips.words import wish_about_tips
from bot.library.model import Pack


class Takes(StrEnum):
    """What an argument is: how it is asked for, where a platform has a kind for it."""

    WORDS = "words"
    CHANNEL = "channel"
    MODERATOR = "moderator"
    MODE = "mode"
    MODE_OR_SAME = "mode or same"
    SWITCH = "switch"
    SWITCH_OR_SAME = "switch or same"
    LANGUAGE = "language"
    REGION = "region"
    ZONE = "zone"
    PACK = "pack"
    ACT = "what to do about daily tips"


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


@dataclass(frozen=True)
class Argument:
    """`name` is how Discord shows it; `value` what it sets."""

    name: str
    takes: Takes
    value: Value
    description: str


@dataclass(frozen=True)
class AdminCommand:
    """`wish` is what it asks for when nothing stands behind it; `usage` shows people what may."""

    name: str
    description: str
    wish: Wish
    usage: str = ""
    arguments: tuple[Argument, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        return f"{self.name} {self.usage}".strip()


def _opens(form: str) -> Wish:
    return Wish(Do.FORM, form)


COMMANDS = (
    AdminCommand(
        "status", _("What is on and where, and what to do next"), Wish(Do.STATUS), also=("state", "settings", "estado")
    ),
    AdminCommand("set-up", _("Choose the main things in one form"), _opens("set-up"), also=("setup", "start")),
    AdminCommand(
        "channels",
        _("How I answer in a channel, or everywhere"),
        _opens("channels"),
        "#channel private|public|off|same",
        (
            Argument("channel", Takes.CHANNEL, Value.CHANNELS, _("Which channel; leave it out for everywhere else")),
            Argument("answers", Takes.MODE_OR_SAME, Value.IN_MODE, _("Who sees the answers there")),
            Argument("share", Takes.SWITCH_OR_SAME, Value.IN_SHARE, _("May members share cards there?")),
            Argument("language", Takes.LANGUAGE, Value.IN_LANGUAGE, _("Language there, for people who chose none")),
        ),
        ("channel", "canales"),
    ),
    AdminCommand(
        "language",
        _("The language for people who chose none"),
        _opens("language"),
        "es",
        (Argument("language", Takes.LANGUAGE, Value.LANGUAGE, _("Start typing, then choose")),),
        ("lang", "idioma"),
    ),
    AdminCommand(
        "region",
        _("Which country's emergency number cards show"),
        _opens("region"),
        "MX",
        (Argument("region", Takes.REGION, Value.REGION, _("Start typing, then choose")),),
        ("country",),
    ),
    AdminCommand(
        "zone",
        _("The time zone that daily tips go by"),
        _opens("zone"),
        "Madrid",
        (Argument("zone", Takes.ZONE, Value.ZONE, _("Start typing a city, then choose")),),
        ("timezone", "time-zone", "zona"),
    ),
    AdminCommand(
        "contact",
        _("A line of your own under each card"),
        _opens("contact"),
        "Ask Nurse Kim in #help",
        (Argument("line", Takes.WORDS, Value.CONTACT, _("At most 200 characters; write none to remove it")),),
        ("contacto",),
    ),
    AdminCommand(
        "share",
        _("May members share cards with a channel?"),
        _opens("share"),
        "on|off",
        (Argument("sharing", Takes.SWITCH, Value.SHARE, _("On or off, wherever a channel has no rule of its own")),),
        ("sharing",),
    ),
    AdminCommand(
        "packs",
        _("Which subjects are on"),
        _opens("packs"),
        "spasm on|off",
        (
            Argument("on", Takes.PACK, Value.PACKS_ON, _("Turn this one on")),
            Argument("off", Takes.PACK, Value.PACKS_OFF, _("Turn this one off")),
        ),
        ("pack",),
    ),
    AdminCommand(
        "moderators",
        _("Who else may change these things"),
        _opens("moderators"),
        "add|remove @someone",
        (
            Argument("add", Takes.MODERATOR, Value.MODERATORS_ADD, _("They may change things from now on")),
            Argument("remove", Takes.MODERATOR, Value.MODERATORS_REMOVE, _("They may no longer")),
        ),
        ("moderator", "mods"),
    ),
    AdminCommand(
        "tips",
        _("Daily tips in channels: add, change, pause, preview"),
        Wish(Do.TIPS),
        "add #channel 9:30 Madrid weekdays; edit|pause|resume|skip|quiet|now|preview|remove 1; deliveries; hide NAME; "
        "delete today",
        (
            Argument("do", Takes.ACT, Value.TIP_WORDS, _("What to do; leave it out to see them all")),
            Argument("which", Takes.WORDS, Value.NUMBER, _("A number from the list, a tip's name, or a day")),
            Argument("channel", Takes.CHANNEL, Value.TIP_CHANNEL, _("Which channel gets the tip")),
            Argument("time", Takes.WORDS, Value.TIP_TIME, _("Such as 9:30 or 21:30")),
            Argument("zone", Takes.ZONE, Value.TIP_ZONE, _("Start typing a city, then choose")),
            Argument("days", Takes.WORDS, Value.TIP_DAYS, _("Such as weekdays, every day, or mon,wed,fri")),
            Argument("language", Takes.LANGUAGE, Value.TIP_LANGUAGE, _("Start typing, then choose")),
            Argument("kinds", Takes.WORDS, Value.TIP_CATEGORIES, _("Such as stretch,calm; leave it out for all")),
        ),
        ("tip", "consejos"),
    ),
    AdminCommand("pause", _("Answer nowhere until you press resume"), Wish(Do.SET, "pause", {Value.PAUSED: ("on",)})),
    AdminCommand("resume", _("Answer again after a pause"), Wish(Do.SET, "pause", {Value.PAUSED: ("off",)})),
    AdminCommand("audit", _("The last 20 changes: who, when, what"), Wish(Do.AUDIT), also=("history", "changes")),
    AdminCommand("export", _("Everything I keep about this community, as a file"), Wish(Do.EXPORT)),
    AdminCommand(
        "forget", _("Erase everything I keep about this community"), Wish(Do.FORGET), also=("erase", "delete")
    ),
    AdminCommand("help", _("What a moderator can type"), Wish(Do.HELP), also=("?", "commands", "ayuda")),
)
ABOUT = _("Set me up: channels, language, region and more")
"""What the whole command is for."""
FORMS = ("set-up", "channels", "language", "region", "zone", "contact", "share", "packs", "moderators")
"""The names of forms: those of the commands that open them."""


def root(first: Pack) -> str:
    """The name of the one command for all packs, without its slash; `first` is the pack that was read first."""
    return f"{first.command}-admin"


_EVERYWHERE = {Value.IN_MODE: Value.MODE, Value.IN_SHARE: Value.SHARE, Value.IN_LANGUAGE: Value.LANGUAGE}


def wish_of_arguments(command: AdminCommand, given: Mapping[str, str]) -> Wish:
    """What a command with these arguments asks for, by their names; nothing given asks for its form."""
    values = {a.value: (given[a.name],) for a in command.arguments if given.get(a.name)}
    if not values:
        return command.wish
    if command.name == "tips":
        return wish_about_tips(values)
    if set(values) == {Value.CHANNELS}:
        return Wish(Do.FORM, command.name, values)
    if Value.CHANNELS not in values:  # no channel: it holds everywhere
        values = {_EVERYWHERE.get(value, value): said for value, said in values.items()}
    return Wish(Do.SET, command.name, values)


def find(word: str) -> AdminCommand | None:
    wanted = word.casefold()
    return next((c for c in COMMANDS if wanted == c.name or wanted in c.also), None)
