"""A clinician's sign-off, bound to the words that were read: change one, and it no longer holds.

It is kept in the host's overlay (`content/<pack>/signoffs.yaml`), not in the pack: the host knows the clinician.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from bot.library.model import Topic


class SignoffEntry(BaseModel):
    """One line of signoffs.yaml. `digest` is what the review pack prints beside the text that was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str
    locale: str
    digest: str = Field(pattern=r"^[0-9a-f]{12}$")
    name: str = Field(min_length=1, max_length=80)
    credentials: str = Field(min_length=1, max_length=80)
    date: date


class SignoffsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    signoffs: tuple[SignoffEntry, ...] = ()


@dataclass(frozen=True)
class Signoffs:
    """Every sign-off of a pack."""

    entries: tuple[SignoffEntry, ...] = ()

    def of(self, topic: Topic) -> SignoffEntry | None:
        """The newest sign-off of exactly these words; None when they were never read, or were changed since."""
        held = [e for e in self.entries if (e.topic, e.locale, e.digest) == (topic.id, topic.locale, topic.digest)]
        return max(held, key=lambda e: e.date, default=None)

    def void(self, topic: Topic) -> bool:
        """Whether somebody signed this topic, but its words were changed since."""
        return self.of(topic) is None and any((e.topic, e.locale) == (topic.id, topic.locale) for e in self.entries)
