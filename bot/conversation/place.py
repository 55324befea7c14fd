"""Where somebody asks, and what the moderators chose for that place."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    CHANNEL = "channel"
    DIRECT_MESSAGE = "direct message"
    ELSEWHERE = "elsewhere"
    """Where the bot is no member: a user-installed app in somebody else's server, a group conversation."""


@dataclass(frozen=True)
class Place:
    """A channel as its platform names it. Ids are the platform's own; no person is in here."""

    platform: str
    workspace: str
    channel: str
    kind: PlaceKind = PlaceKind.CHANNEL
    locale: str | None = None


class Mode(StrEnum):
    PRIVATE = "private"
    PUBLIC = "public"
    OFF = "off"


@dataclass(frozen=True)
class PlaceSettings:
    """What moderators chose. The defaults hold where nobody has chosen yet, and when nothing can be looked up."""

    mode: Mode = Mode.PRIVATE
    share: bool = False
    locale: str | None = None
    region: str | None = None
    contact: str | None = None
    """The community's own line under each card."""
    packs: tuple[str, ...] | None = None
    """Root commands that are on; None for all."""
    paused: bool = False
    """Nothing is answered in the whole community, direct messages included."""
