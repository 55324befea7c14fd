"""The YAML files of a pack as checked models: pack.yaml, sources.yaml, regions.yaml, tips.yaml."""

import re

from babel import localedata
from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from bot.library.model import About, Group, Number, Region, Source, Tip

TIP_LIMIT = 240
"""Characters of one tip."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
Words = dict[str, str]
"""A text by language, such as {en: Causes, es: Causas}."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupEntry(_Strict):
    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    title: Words
    intro: Words
    topics: tuple[str, ...] = Field(min_length=1, max_length=25)

    def words(self) -> tuple[tuple[str, Words], ...]:
        return (("title", self.title), ("intro", self.intro))

    def group(self, more: tuple[str, ...] = ()) -> Group:
        """The group, with `more` topics that a host added."""
        names = dict.fromkeys((*self.topics, *more))
        return Group(self.id, self.title, self.intro, tuple(f"{self.id}/{name}" for name in names))


class PackFile(_Strict):
    """pack.yaml. `command` is the root word: `/spasm` on both platforms."""

    command: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    title: Words
    locales: tuple[str, ...] = Field(min_length=1)
    groups: tuple[GroupEntry, ...] = Field(min_length=1)
    authors: Words
    funding: Words
    licence: str
    contact: str
    intended_use: str
    review_years: int = Field(default=2, ge=1, le=3)
    """Years until a topic is due for review; three at most (health-literacy.md, section 1)."""
    taught_terms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    plain_words: dict[str, Words] = Field(default_factory=dict)
    """By language: hard words and what to write instead."""
    unasked_names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By language: names of diseases that no card, tip or list shows to somebody who did not type them."""

    @field_validator("locales")
    @classmethod
    def _known_languages(cls, locales: tuple[str, ...]) -> tuple[str, ...]:
        for locale in locales:
            if not (_LANGUAGE.fullmatch(locale) and localedata.exists(locale)):
                raise ValueError(f"{locale!r} is no language code such as en or es")
        return locales

    @model_validator(mode="after")
    def _agrees(self) -> "PackFile":
        """What a card falls back to is there, and each word behind the command means one thing."""
        first = self.locales[0]
        texts = [("title", self.title), *((f"{g.id} {n}", w) for g in self.groups for n, w in g.words())]
        for name, words in texts:
            if first not in words:
                raise ValueError(f"{name} has no text in {first!r}, the first of locales")
        ids = [g.id for g in self.groups]
        if len(set(ids)) < len(ids):
            raise ValueError("two groups have the same id")
        for group in self.groups:
            if len(set(group.topics)) < len(group.topics):
                raise ValueError(f"a topic stands twice in the group {group.id}")
        return self

    def about(self) -> About:
        return About(self.authors, self.funding, self.licence, self.contact, self.intended_use)


class SourceEntry(_Strict):
    title: str
    publisher: str
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    year: int | None = None
    kind: str
    read: bool
    note: str = ""


class SourcesFile(RootModel[dict[str, SourceEntry]]):
    def sources(self) -> dict[str, Source]:
        return {key: Source(id=key, **entry.model_dump()) for key, entry in self.root.items()}


class NumberEntry(_Strict):
    number: str
    source: str | None = None
    confirmed: bool = False
    how: Words = Field(default_factory=dict)

    def plain(self) -> Number:
        return Number(self.number, self.source, self.confirmed, self.how)


class RegionEntry(_Strict):
    name: Words
    emergency: NumberEntry
    also: tuple[str, ...] = ()
    poison: NumberEntry | None = None
    crisis: NumberEntry | None = None


class RegionsFile(_Strict):
    regions: dict[str, RegionEntry]

    def plain(self) -> dict[str, Region]:
        return {
            code: Region(
                code,
                entry.name,
                entry.emergency.plain(),
                entry.poison.plain() if entry.poison else None,
                entry.crisis.plain() if entry.crisis else None,
            )
            for code, entry in self.regions.items()
        }


class TipEntry(_Strict):
    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    text: str = Field(min_length=1, max_length=TIP_LIMIT)
    topic: str
    category: str = Field(pattern=r"^[a-z-]{1,20}$")
    picture: str = Field(default="", pattern=r"^([a-z0-9-]{1,60}\.svg)?$")

    def tip(self, *, machine_drafted: bool) -> Tip:
        return Tip(self.id, self.text, self.topic, self.category, machine_drafted, self.picture)


class TipsFile(_Strict):
    """tips.yaml. `machine_drafted` until a person who speaks the language has read them all."""

    tips: tuple[TipEntry, ...]
    machine_drafted: bool = False
