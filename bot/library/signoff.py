"""A clinician's sign-off, bound to the words that were read: change one, and it no longer holds.

What is signed is a topic, all tips, or the urgent signs: each in one language.

It is kept in the host's overlay (`content/<pack>/signoffs.yaml`), not in the pack: the host knows the clinician.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from bot.library.model import Review, Tip
from bot.library.signable import Signable, SignedWords
from bot.library.urgent.urgent_file import ByLanguage, Context, UrgentFile

TIPS, SIGNS = "tips", "urgent-signs"
"""What stands for a topic's id in a sign-off of tips.yaml or urgent.yaml."""


def tips_to_sign(tips: Iterable[Tip], locale: str, file: str) -> SignedWords:
    """All tips of a language, in whatever order they stand."""
    said = sorted((tip.id, " ".join(tip.text.split()), tip.topic, tip.picture) for tip in tips)
    return SignedWords(TIPS, locale, _digest(said), file)


def signs_to_sign(urgent: UrgentFile, locale: str, file: str) -> SignedWords:
    """The urgent signs with the words of one language; the patterns are those of all."""

    def said(words: ByLanguage) -> tuple[str, ...]:
        return tuple(getattr(words, locale, ()))

    signs = {
        name: entry.model_dump(exclude={"phrases", "do"}) | {"phrases": said(entry.phrases), "do": entry.do.get(locale)}
        for name, entry in urgent.signs.items()
    }
    groups = {name: said(words) for name, words in urgent.groups.items()}
    context = {name: said(getattr(urgent.context, name)) for name in Context.model_fields}
    whole = [urgent.short, groups, context, urgent.examples.model_dump(), signs]
    return SignedWords(SIGNS, locale, _digest(whole), file)


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


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

    def of(self, words: Signable) -> Review | None:
        """The newest sign-off of exactly these words; None when they were never read, or were changed since."""
        held = [e for e in self.entries if (e.topic, e.locale, e.digest) == (words.id, words.locale, words.digest)]
        newest = max(held, key=lambda e: e.date, default=None)
        return Review(newest.name, newest.credentials, newest.date) if newest else None

    def void(self, words: Signable) -> bool:
        """Whether somebody signed this, but its words were changed since."""
        return self.of(words) is None and any((e.topic, e.locale) == (words.id, words.locale) for e in self.entries)
