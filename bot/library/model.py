"""The pack: topics with their sections and sources, tips, regions. Plain data, read-only once loaded."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.library.pictures import Pictures
from bot.library.search.lexicon_file import Lexicon
from bot.library.signable import Signable
from bot.library.urgent.urgent_file import UrgentFile

OVERVIEW, URGENT = "overview", "urgent"
"""The two topics that stand outside the groups."""
NOW, ABOUT = "now", "about"
"""Pages behind a command of their own; the matcher does not list them."""


class Strength(StrEnum):
    """How sure the sources make us: a fixed set of words (health-literacy.md, section 5)."""

    STRONG = "strong proof"
    SOME = "some proof"
    WEAK = "weak proof"
    AGAINST = "good studies say it does not work"


@dataclass(frozen=True)
class Source:
    """Where facts come from. `read` is False when it was cited from memory; `year` and `url` may be unknown."""

    id: str
    title: str
    publisher: str
    url: str | None
    year: int | None
    kind: str
    read: bool
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    """One footnote: how strong the proof is, the sources, and the sentences that carry its mark.

    `places` are the sections with such a sentence; the empty name is the first screen.
    """

    label: str
    strength: Strength
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    places: tuple[str, ...]


DOORS = ("worried", "living")
"""Sections for readers who fear an illness, or live with it; nobody meets their sources unasked (design.md, Fear)."""


@dataclass(frozen=True)
class Review:
    """Who signed the words of a topic as they stand, with what right, and when."""

    name: str
    credentials: str
    date: date


@dataclass(frozen=True)
class Section:
    """What one button of a card opens. `id` is the same in every language; `body` is Markdown without marks."""

    id: str
    label: str
    body: str
    line: int


@dataclass(frozen=True)
class Topic:
    """One card in one language, from one Markdown file. `body` is the first screen under headline and gist."""

    id: str
    locale: str
    title: str
    gist: str
    headline: str
    body: str
    sections: tuple[Section, ...]
    aliases: tuple[str, ...]
    related: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    updated: date
    file: str
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    review: Review | None = None
    machine_drafted: bool = False
    translated_from: str = ""
    """The digest of the text that this is a translation of; empty in the pack's first language."""

    @property
    def digest(self) -> str:
        """A hash of every word that a reader sees: a translation or a sign-off holds for these words alone."""
        parts = [self.title, self.gist, self.headline, self.body]
        parts += [text for s in self.sections for text in (s.id, s.label, s.body)]
        parts += [text for e in self.evidence for text in (e.label, e.strength, *e.sources)]
        return hashlib.sha256("\0".join(" ".join(p.split()) for p in parts).encode()).hexdigest()[:12]

    def section(self, section_id: str) -> Section | None:
        return next((s for s in self.sections if s.id == section_id), None)

    def review_due(self, years: int) -> date:
        """The day by which somebody should have looked at the topic again; 29 February becomes the 28th."""
        year = self.updated.year + years
        day = 28 if (self.updated.month, self.updated.day) == (2, 29) else self.updated.day
        return self.updated.replace(year=year, day=day)

    def evidence_in(self, section_id: str) -> tuple[Evidence, ...]:
        """The notes of one section; without a name those of the whole topic, but for its doors."""
        if section_id:
            return tuple(e for e in self.evidence if section_id in e.places)
        return tuple(e for e in self.evidence if not set(e.places) <= set(DOORS))

    @property
    def group(self) -> str:
        """The folder: `treat` for `treat/stress`, empty for the overview."""
        return self.id.partition("/")[0] if "/" in self.id else ""


@dataclass(frozen=True)
class Tip:
    """One daily tip: at most 240 characters, one action, a topic that it leads to.

    `picture` is the file of a drawing that some card of the same language shows, with the words for it.
    """

    id: str
    text: str
    topic: str
    category: str
    machine_drafted: bool = False
    picture: str = ""
    review: Review | None = None
    """Who signed all tips of this language as they stand."""


@dataclass(frozen=True)
class Number:
    """A telephone number. Shown only when `confirmed` by a source that was read."""

    number: str
    source: str | None = None
    confirmed: bool = False
    how: dict[str, str] = field(default_factory=dict, hash=False)
    """How to reach it besides calling, by language."""


@dataclass(frozen=True)
class Region:
    """The emergency number of a country, by ISO 3166-1 alpha-2 code."""

    code: str
    names: dict[str, str] = field(hash=False)
    emergency: Number
    poison: Number | None = None
    crisis: Number | None = None


@dataclass(frozen=True)
class Group:
    """A list of topics behind one command, such as `/spasm causes`. Words are by locale."""

    id: str
    titles: dict[str, str] = field(hash=False)
    intros: dict[str, str] = field(hash=False)
    topics: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """Who answers for the content (JAMA: authorship, disclosure). Authors and funding are by language."""

    authors: dict[str, str] = field(hash=False)
    funding: dict[str, str] = field(hash=False)
    licence: str
    contact: str
    intended_use: str


@dataclass(frozen=True, eq=False)
class Pack:
    """A whole subject behind one root command, in one or more languages.

    `topics` and `pages` are by locale, then by id. `revision` is a hash of all files of the pack.
    """

    command: str
    titles: dict[str, str]
    locales: tuple[str, ...]
    groups: tuple[Group, ...]
    about: About
    review_years: int
    taught_terms: dict[str, tuple[str, ...]]
    plain_words: dict[str, dict[str, str]]
    unasked_names: dict[str, tuple[str, ...]]
    topics: dict[str, dict[str, Topic]]
    pages: dict[str, dict[str, Topic]]
    tips: dict[str, tuple[Tip, ...]]
    sources: dict[str, Source]
    regions: dict[str, Region]
    pictures: Pictures
    void_signoffs: tuple[Signable, ...]
    """What somebody signed, and whose words were changed since."""
    revision: str
    lexicons: dict[str, Lexicon] = field(default_factory=dict)
    """How people ask, by language; also of a language that no card is written in yet."""
    urgent: UrgentFile | None = None
    """The signs of urgent.yaml."""
    signs_reviews: dict[str, Review] = field(default_factory=dict)
    """Who signed them as they stand, by language."""

    @property
    def default_locale(self) -> str:
        return self.locales[0]

    def locale_for(self, wanted: str | None) -> str | None:
        """The pack's language for a BCP 47 tag: `es-419` -> `es`; None when the pack does not have it."""
        language = (wanted or "").replace("_", "-").partition("-")[0].lower()
        return language if language in self.locales else None

    def topic(self, topic_id: str, locale: str) -> Topic | None:
        """Find a topic or page in `locale`, else in the pack's first language (then `Topic.locale` tells)."""
        for language in (locale, self.default_locale):
            found = self.topics.get(language, {}).get(topic_id) or self.pages.get(language, {}).get(topic_id)
            if found:
                return found
        return None

    def drawing(self, file: str, locale: str) -> str:
        """A drawing as Markdown, with its words, as the first card of this language has it; empty where none has."""
        wanted = re.compile(rf"^!\[[^\]]*\]\({re.escape(file)}[ )].*$", re.MULTILINE)
        for topic in (*self.topics.get(locale, {}).values(), *self.pages.get(locale, {}).values()):
            if found := wanted.search("\n".join((topic.body, *(s.body for s in topic.sections)))):
                return found[0]
        return ""

    def tips_in(self, locale: str) -> tuple[Tip, ...]:
        """The tips in a language, else those in the pack's first one."""
        return self.tips.get(locale) or self.tips.get(self.default_locale, ())

    def tip(self, tip_id: str, locale: str) -> Tip | None:
        return next((t for t in self.tips_in(locale) if t.id == tip_id), None)

    def group(self, group_id: str) -> Group | None:
        return next((g for g in self.groups if g.id == group_id), None)

    def ordered_ids(self) -> tuple[str, ...]:
        """Every topic id in the order of the pack."""
        return (OVERVIEW, *(t for g in self.groups for t in g.topics), URGENT)
