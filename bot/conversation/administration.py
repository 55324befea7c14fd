"""What moderators choose, as data, and the port that keeps it. Ids are the platform's own; no asker is in here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from bot.conversation.place import Mode, Place, PlaceSettings

CONTACT_LIMIT = 200
"""Characters of a community's own contact line."""


class Workspace(NamedTuple):
    """A Slack workspace or a Discord server. A named tuple, for it is the key of much, and its hash is a quick one."""

    platform: str
    id: str


@dataclass(frozen=True)
class ChannelChoices:
    """What was chosen for one channel; None follows the workspace."""

    channel: str
    mode: Mode | None = None
    share: bool | None = None
    locale: str | None = None


@dataclass(frozen=True)
class Choices:
    """Everything moderators chose for a workspace. `version` grows with each change, and tells two forms apart."""

    workspace: Workspace
    version: int = 0
    set_up: bool = False
    paused: bool = False
    mode: Mode = Mode.PRIVATE
    share: bool = False
    locale: str | None = None
    region: str | None = None
    contact: str | None = None
    packs: tuple[str, ...] | None = None
    """Root commands that are on; None for all."""
    zone: str | None = None
    """IANA name of the time zone that daily tips are set in where none is named."""
    moderators: tuple[str, ...] = ()
    """Discord role ids, or Slack user ids that an administrator named."""
    channels: tuple[ChannelChoices, ...] = ()
    removed_at: datetime | None = None
    """When the bot was removed; its data are erased some time later."""

    def channel(self, channel: str) -> ChannelChoices:
        return next((c for c in self.channels if c.channel == channel), ChannelChoices(channel))

    def for_place(self, place: Place) -> PlaceSettings:
        """What holds in one channel; nothing is served once the bot was removed."""
        own = self.channel(place.channel)
        paused = self.paused or self.removed_at is not None
        mode = Mode.OFF if paused else own.mode or self.mode
        share = self.share if own.share is None else own.share
        locale = own.locale or self.locale
        return PlaceSettings(mode, share, locale, self.region, self.contact, self.packs, paused)

    def with_channel(self, changed: ChannelChoices) -> "Choices":
        others = tuple(c for c in self.channels if c.channel != changed.channel)
        kept = () if changed == ChannelChoices(changed.channel) else (changed,)
        return replace(self, channels=tuple(sorted((*others, *kept), key=lambda c: c.channel)))


@dataclass(frozen=True)
class AuditEntry:
    """One change: who, when, what, from what to what. `by` is the moderator's platform id; "system" for the bot."""

    at: datetime
    by: str
    what: str
    before: Any
    after: Any


class ChangedMeanwhileError(Exception):
    """Somebody else changed the choices since a form was opened; nothing was saved. Carries what holds now."""

    def __init__(self, current: Choices, by: Sequence[AuditEntry]) -> None:
        super().__init__("the choices were changed meanwhile")
        self.current, self.by = current, tuple(by)


class StoreUnavailableError(Exception):
    """The database cannot be reached; nothing was saved."""


@dataclass(frozen=True)
class Erased:
    """The receipt of an erasure: how many rows of what, and when."""

    at: datetime
    rows: dict[str, int] = field(hash=False)


class Administration(Protocol):
    """Keeps choices. Every call may raise StoreUnavailableError."""

    async def choices(self, workspace: Workspace) -> Choices:
        """What holds now, read afresh; the defaults where nothing was chosen yet."""

    async def save(self, changed: Choices, by: str) -> Choices:
        """Save all of `changed` at once, with an audit entry for each field that differs.

        Raises:
            ChangedMeanwhileError: when `changed.version` is no longer the newest.
        """

    async def audit(self, workspace: Workspace, limit: int | None = None) -> tuple[AuditEntry, ...]:
        """The changes, the newest first."""

    async def workspaces(self, platform: str) -> dict[Workspace, bool]:
        """Those of a platform that something is kept about; False for one that the bot was removed from."""

    async def removed(self, workspace: Workspace) -> None:
        """The bot was removed: nothing is served from now on, and erasure is due after the stated time."""

    async def returned(self, workspace: Workspace) -> None:
        """The bot was added (again): an erasure that is due no longer is."""

    async def erase(self, workspace: Workspace, *, stays: bool = False) -> Erased:
        """Erase everything kept about a workspace now, and tell what that was.

        Where the bot `stays`, what it needs to act there is kept until it is removed.
        """

    async def erase_due(self) -> tuple[tuple[Workspace, Erased], ...]:
        """Erase what has been removed long enough."""

    async def export(self, workspace: Workspace) -> dict[str, Any]:
        """Everything kept about a workspace, as JSON."""
