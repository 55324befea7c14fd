"""The YAML files of a pack as checked models: pack.yaml, sources.yaml, regions.yaml, tips.yaml."""

from pydantic import BaseModel, ConfigDict, Field, RootModel

from bot.library.model import About, Group, Number, Region, Source, Tip

TIP_LIMIT = 240
"""Characters of one tip."""
Words = dict[str, str]
"""A text by language, such as {en: Causes, es: Causas}."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupEntry(_Strict):
    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    title: Words
    intro: Words
    topics: tuple[str, ...] = Field(min_length=1, max_length=25)

    def group(self) -> Group:
        return Group(self.id, self.title, self.intro, tuple(f"{self.id}/{t}" for t in self.topics))


class PackFile(_Strict):
    """pack.yaml. `command` is the root word: `/spasm` on both platforms."""

    command: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    title: Words
    locales: tuple[str, ...] = Field(min_length=1)
    groups: tuple[GroupEntry, ...] = Field(min_length=1)
    authors: str
    funding: str
    licence: str
    contact: str
    intended_use: str
    review_years: int = Field(default=2, ge=1, le=3)
    """Years until a topic is due for review; three at most (health-literacy.md, section 1)."""
    taught_terms: dict[str, tuple[str, ...]] = Field(default_factory=dict)

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
        return Number(self.number, self.source, self.confirmed)


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

    def tip(self) -> Tip:
        return Tip(self.id, self.text, self.topic, self.category)


class TipsFile(_Strict):
    tips: tuple[TipEntry, ...]
