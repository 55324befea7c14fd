"""What the page itself remembers beside the messages: typed commands, and what a platform told one person."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.playground.world import Platform, World

KEPT = 300


class Kind(StrEnum):
    TYPED = "typed"
    """A slash command, which neither platform keeps as a message."""
    ERROR = "error"
    """What the platform shows a person when the bot did not answer as it should."""


@dataclass(frozen=True)
class Entry:
    """One line in a channel that `person` alone sees, behind the message with the id `after`."""

    number: int
    kind: Kind
    platform: Platform
    channel: str
    person: str
    text: str
    after: int
    at: datetime


@dataclass
class Journal:
    """Entries, oldest first."""

    world: World
    entries: list[Entry] = field(default_factory=list)
    _number: int = 0

    def add(self, kind: Kind, platform: Platform, channel: str, person: str, text: str) -> None:
        self._number += 1
        last = self.world.messages[-1].id if self.world.messages else 0
        now = self.world.clock()
        self.entries.append(Entry(self._number, kind, platform, channel, person, text, last, now))
        del self.entries[:-KEPT]
        self.world.touch()

    def seen_by(self, person: str, platform: Platform, channel: str) -> list[Entry]:
        where = (person, platform, channel)
        return [e for e in self.entries if (e.person, e.platform, e.channel) == where]

    def clear(self) -> None:
        self.entries.clear()
        self.world.touch()
