"""One line of a sign's patterns: groups and words that must stand near each other, in any order.

`<chest> <pain>`      a word of the group chest and one of the group pain, in one sentence, at most 12 words apart
`<leg|arm> cold`      a word of either group, and the word cold
`wakes_up`            words that follow each other
`<pain> -<exercise>`  unless a word of the group exercise stands in the same sentence
`<leg> <swell> /20`   at most 20 words apart, and in neighbouring sentences too
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.library.urgent.context import Taken
from bot.library.urgent.words import BIG_NUMBER, Found, Places, Word

NEAR = 12
"""Words between the first and the last element, where a pattern does not say."""
_TRIED = 3
"""Places of an element that are tried, the nearest ones: keeps a long text cheap."""
_GROUP = re.compile(r"^<([a-z0-9-]+(?:\|[a-z0-9-]+)*)>$")
_LITERAL = re.compile(r"^[^\W_]+(?:_[^\W_]+)*$")


class PatternError(ValueError):
    """A line that is no pattern; says why. `written` is the line as it stands in urgent.yaml."""

    def __init__(self, message: str, written: str = "") -> None:
        super().__init__(message)
        self.written = written


@dataclass(frozen=True)
class Element:
    """Names of groups, one of which must be there. A plain word is a group of its own, named by itself."""

    groups: tuple[str, ...]

    def places(self, places: Places) -> Sequence[Found]:
        if len(self.groups) == 1:
            return places.get(self.groups[0], ())
        return [found for group in self.groups for found in places.get(group, ())]


@dataclass(frozen=True)
class Pattern:
    """A parsed line. `across` lets it reach into the next sentence."""

    wanted: tuple[Element, ...]
    unwanted: tuple[Element, ...]
    near: int = NEAR
    across: bool = False

    @property
    def literals(self) -> Iterable[str]:
        """Plain words, as groups named `=word`."""
        return (g for e in (*self.wanted, *self.unwanted) for g in e.groups if g.startswith("="))

    def match(self, places: Places, words: Sequence[Word], taken: Taken) -> tuple[Found, ...] | None:
        """The places that fulfil the pattern and are not taken back."""
        found = [[p for p in element.places(places) if taken.counts(p)] for element in self.wanted]
        if not all(found):
            return None
        own = [place for of_element in found for place in of_element]
        anchor = min(range(len(found)), key=lambda i: len(found[i]))
        for first in found[anchor]:
            chosen = self._around(first, anchor, found, words)
            if chosen and not taken.denied(chosen, own) and not self._spoilt(chosen, places, words, taken):
                return chosen
        return None

    def _around(
        self, first: Found, anchor: int, found: list[list[Found]], words: Sequence[Word]
    ) -> tuple[Found, ...] | None:
        """Places of all elements round the first one, the nearest ones first; no place stands for two elements."""
        near = []
        for number, others in enumerate(found):
            if number != anchor:
                reached = [o for o in others if o != first and self._reaches(first, o, words)]
                near.append(sorted(reached, key=lambda o: abs(o.start - first.start))[:_TRIED])
        return self._chosen((first,), near)

    def _chosen(self, chosen: tuple[Found, ...], near: list[list[Found]]) -> tuple[Found, ...] | None:
        if not near:
            low, high = min(c.start for c in chosen), max(c.end for c in chosen)
            return chosen if high - low <= self.near + len(chosen) else None
        for place in near[0]:
            if place not in chosen and (all_of := self._chosen((*chosen, place), near[1:])):
                return all_of
        return None

    def _reaches(self, one: Found, other: Found, words: Sequence[Word]) -> bool:
        apart = abs(words[one.start].sentence - words[other.start].sentence)
        return apart <= (1 if self.across else 0) and abs(one.start - other.start) <= self.near + 1

    def _spoilt(self, chosen: tuple[Found, ...], places: Places, words: Sequence[Word], taken: Taken) -> bool:
        """Whether something unwanted stands in the same sentence, and is not denied (`not the usual cramp`)."""
        sentences = {words[c.start].sentence for c in chosen}
        return any(
            words[p.start].sentence in sentences and not taken.denied((p,))
            for element in self.unwanted
            for p in element.places(places)
        )


def parse(line: str, groups: Iterable[str]) -> Pattern:
    """Read one line. Raises PatternError when it names a group that is not there, or is no pattern."""
    known = {*groups, BIG_NUMBER}
    wanted: list[Element] = []
    unwanted: list[Element] = []
    near, across = NEAR, False
    for part in line.split():
        if part.startswith("/") and part[1:].isdigit():
            near, across = int(part[1:]), True
            continue
        bare = part.removeprefix("-")
        (unwanted if part.startswith("-") else wanted).append(Element(_groups(bare, known)))
    if not wanted:
        raise PatternError("nothing is asked for; name a group such as <pain>, or a word")
    return Pattern(tuple(wanted), tuple(unwanted), near, across)


def _groups(part: str, known: set[str]) -> tuple[str, ...]:
    if named := _GROUP.match(part):
        names = tuple(named[1].split("|"))
        for name in names:
            if name not in known:
                raise PatternError(f"there is no group <{name}>")
        return names
    if not _LITERAL.match(part):
        raise PatternError(f"{part!r} is neither a <group> nor a word")
    return (f"={part}",)
