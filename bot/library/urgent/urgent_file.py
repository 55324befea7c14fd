"""urgent.yaml as a checked model: groups of words, what takes a sign back, and the signs with their patterns."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.library.search.lexicon_file import Phrases


class Tier(StrEnum):
    """How soon: as in red-flags.yaml."""

    EMERGENCY = "emergency-now"
    SAME_DAY = "same-day"
    ROUTINE = "routine"


def _lines(value: object) -> object:
    """A block of text -> its lines that say something."""
    return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value


Patterns = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ByLanguage(_Strict):
    """Words and phrases of both languages. Every text is checked by both, whatever language it is asked in."""

    en: Phrases = ()
    es: Phrases = ()


class Context(_Strict):
    """What takes a sign back, or keeps it.

    Attributes:
        small: the small words of each language, by which a text's language is told.
        denied: words that deny what follows.
        not_denied: phrases with such a word that deny nothing (`no idea`).
        but: words behind which a denial or a past time ends.
        past: phrases for a time long gone.
        was: words that go on telling of that time in the next part of the sentence.
        now: words for now; they part a sentence, so that what was is not what is.
        asked: phrases of questions about things in general.
        openers: words that make one where a sentence begins with them.
        me: words that make such a question about somebody.
        supposed: phrases for what might be one day; their sentence does not count, whoever it is about.
        story: phrases for schoolwork, stories and the like; the same.
        real: phrases that tell that a question is meant (`it's me`, `right now`).
        figures: figures of speech; their words are not looked at.
    """

    small: ByLanguage = ByLanguage()
    denied: ByLanguage
    not_denied: ByLanguage
    but: ByLanguage
    past: ByLanguage
    was: ByLanguage = ByLanguage()
    now: ByLanguage
    asked: ByLanguage
    openers: ByLanguage = ByLanguage()
    me: ByLanguage
    supposed: ByLanguage = ByLanguage()
    story: ByLanguage = ByLanguage()
    real: ByLanguage = ByLanguage()
    figures: ByLanguage


class SignEntry(_Strict):
    """One sign.

    Attributes:
        sign: what a clinician calls it.
        tier: how soon help is needed.
        patterns: a line each, as the head of urgent.yaml explains.
        phrases: how people type it; the patterns must bring the sign out of each (`spasmbot check` tells of which not).
        unless: groups that take back every pattern of the sign when they stand in its sentence.
        calm: texts near to the sign that must not bring it out.
        do: for a same-day sign, one short line by language that its notice adds, such as what not to do.
        self_harm: thoughts of suicide; the crisis card answers.
        sources: keys of sources.yaml.
    """

    sign: str
    tier: Tier
    patterns: Patterns
    phrases: ByLanguage = ByLanguage()
    unless: tuple[str, ...] = ()
    calm: Patterns = ()
    do: dict[str, str] = Field(default_factory=dict)
    self_harm: bool = False
    sources: tuple[str, ...] = ()


class Examples(_Strict):
    """urgent_examples.yaml: texts as people type them, a line each; the second pair of ears learns from them."""

    emergency: Patterns = ()
    same_day: Patterns = ()
    calm: Patterns = ()


class UrgentFile(_Strict):
    """urgent.yaml; its head explains it. `examples` are read from urgent_examples.yaml."""

    short: dict[str, str] = Field(default_factory=dict)
    groups: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")], ByLanguage]
    context: Context
    examples: Examples = Examples()
    signs: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")], SignEntry]
