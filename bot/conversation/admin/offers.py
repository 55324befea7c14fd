"""What there is to choose from: regions, languages and packs, as the packs have them now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError

from bot.cards.words import Gettext
from bot.library.model import Pack, Region


@dataclass(frozen=True)
class Offers:
    """`languages` are those of any pack; `regions` are by code."""

    packs: Mapping[str, Pack] = field(hash=False)

    @property
    def first(self) -> Pack:
        return next(iter(self.packs.values()))

    @property
    def regions(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        for pack in self.packs.values():
            found = {**pack.regions, **found}
        return found

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(locale for pack in self.packs.values() for locale in pack.locales))

    def region(self, said: str) -> str | None:
        """The code of a region that somebody named, by code or by name in any language."""
        wanted = said.strip().casefold()
        regions = self.regions
        if wanted.upper() in regions:
            return wanted.upper()
        named = (c for c, r in regions.items() if wanted in {n.casefold() for n in r.names.values()})
        return next(named, None)

    def language(self, said: str) -> str | None:
        """The code of a language that somebody named, by code or by name."""
        wanted = said.strip().casefold()
        for code in self.languages:
            names = {code.casefold(), language_name(code).casefold(), language_name(code, "en").casefold()}
            if wanted in names:
                return code
        return None

    def regions_by_name(self, locale: str) -> tuple[tuple[str, str], ...]:
        """Codes and names, in the order of their names."""
        named = ((code, region_name(region, locale)) for code, region in self.regions.items())
        return tuple(sorted(named, key=lambda pair: pair[1]))

    def number(self, code: str, gettext: Gettext) -> str:
        """What the urgent card says there: the number, only where a source confirms it."""
        region = self.regions.get(code)
        if region and region.emergency.confirmed:
            return region.emergency.number
        return gettext("your local emergency number")


def region_name(region: Region, locale: str) -> str:
    return region.names.get(locale) or region.names.get("en") or region.code


def language_name(code: str, locale: str | None = None) -> str:
    """The name of a language, in itself unless another one is asked for."""
    try:
        named = Locale.parse(code).get_display_name(locale or code)
    except (UnknownLocaleError, ValueError):
        named = None
    return (named or code).capitalize()
