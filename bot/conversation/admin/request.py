"""What a moderator wishes, who they are on this interaction, and what they get back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.cards.card import Card
from bot.conversation.admin.form import Form
from bot.conversation.administration import Workspace


class Do(StrEnum):
    STATUS = "status"
    HELP = "help"
    FORM = "form"
    """Open the form of this name; `values` may say which channels it is about."""
    SET = "set"
    """Save `values`."""
    AUDIT = "audit"
    EXPORT = "export"
    FORGET = "forget"
    """Ask once more before everything is erased."""
    ERASE = "erase"
    TIPS = "tips"
    """Something about daily tips; `form` says what, as an `Act`."""
    UNCLEAR = "unclear"
    """Words that could not be read; `form` is the subcommand they began with."""
    OLD = "old"
    """A button of an older version, or one that nobody made."""


class Act(StrEnum):
    """What is done about daily tips."""

    LIST = ""
    ONE = "one"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    QUIET = "quiet"
    NOW = "now"
    PREVIEW = "preview"
    REMOVE = "remove"
    """Ask once more; REMOVED is the answer."""
    REMOVED = "removed"
    DELIVERIES = "deliveries"
    HIDDEN = "hidden"
    HIDE = "hide"
    SHOW = "show"
    DELETE = "delete"
    """Ask once more; DELETED is the answer."""
    DELETED = "deleted"


TIP, TIP_ADD = "tip", "tip-add"
"""The forms of a daily tip: to change one, and to add one."""


class Value(StrEnum):
    """What can be set. The ones that begin with `in-` hold for the channels named beside them."""

    MODE = "mode"
    SHARE = "share"
    LANGUAGE = "language"
    REGION = "region"
    CONTACT = "contact"
    ZONE = "zone"
    PACKS = "packs"
    MODERATORS = "moderators"
    PAUSED = "paused"
    CHANNELS = "channels"
    IN_MODE = "in-mode"
    IN_SHARE = "in-share"
    IN_LANGUAGE = "in-language"
    PACKS_ON = "packs-on"
    PACKS_OFF = "packs-off"
    MODERATORS_ADD = "moderators-add"
    MODERATORS_REMOVE = "moderators-remove"
    TIP_CHANNEL = "tip-channel"
    TIP_TIME = "tip-time"
    TIP_ZONE = "tip-zone"
    TIP_DAYS = "tip-days"
    TIP_LANGUAGE = "tip-language"
    TIP_CATEGORIES = "tip-categories"
    TIP_START = "tip-start"
    TIP_SKIPPED = "tip-skipped"
    TIP_GRACE = "tip-grace"
    TIP_PACK = "tip-pack"
    TIP_WORDS = "tip-words"
    """All that was typed about a new daily tip, in whatever order."""
    WHICH = "which"
    """A daily tip, by the id that it is kept under."""
    NUMBER = "number"
    """A daily tip, by its place in the list that is shown."""
    OF_TIP = "of-tip"
    """A tip of a pack, as `pack/tip`."""
    DAY = "day"


ON, OFF = "on", "off"
SAME = "same"
"""A channel does as the rest of the community does."""
NONE = "none"
"""Nothing is chosen."""
HERE = "here"
"""The channel that somebody types in."""

Values = Mapping[Value, tuple[str, ...]]


@dataclass(frozen=True)
class Wish:
    """`version` is that of the choices that a form was opened on; None where no form was open."""

    do: Do
    form: str = ""
    values: Values = field(default_factory=dict, hash=False)
    version: int | None = None


@dataclass(frozen=True)
class Who:
    """Somebody, as the platform described them on this very interaction.

    `is_administrator` is None when the platform could not be asked.
    """

    id: str
    roles: tuple[str, ...] = ()
    is_administrator: bool | None = False


@dataclass(frozen=True)
class AdminRequest:
    """`in_community` is False in direct messages, and where the bot is no member.

    `from_afar` tells that a button about a community was pressed in direct messages where nothing else works.
    """

    workspace: Workspace
    channel: str
    who: Who
    wish: Wish
    locale: str | None = None
    in_community: bool = True
    from_afar: bool = False


@dataclass(frozen=True)
class Export:
    """A file for the moderator alone."""

    name: str
    text: str


@dataclass(frozen=True)
class AdminReply:
    """A card, and a form where there is something to fill in.

    `saved` tells that something was; `wrong` says in words what is wrong with a value.
    """

    card: Card
    form: Form | None = None
    saved: bool = False
    wrong: Mapping[Value, str] = field(default_factory=dict, hash=False)
    file: Export | None = None
