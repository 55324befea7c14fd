"""What takes a sign back: denied, long past, a question about things in general, a figure of speech."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.library.urgent.words import Found, Places, Word

REACH = 6
"""Words behind a denial that it covers at most."""
_BEHIND = 3
"""Words before a denial at the end of a clause that it covers (`fiebre no tengo`)."""
NAMES = ("denied", "not_denied", "but", "past", "now", "asked", "me", "figures")
"""The lists of Context, found as groups with a `!` in front."""
_LISTED = frozenset(["or", "nor", "o", "ni"])


@dataclass(frozen=True)
class Denial:
    """A word such as `no`, and the words that it covers."""

    word: Found
    covers: frozenset[int]


@dataclass(frozen=True)
class Taken:
    """What of a text does not count. `words`: long past, asked in general, a figure of speech."""

    words: frozenset[int]
    denials: tuple[Denial, ...]

    def counts(self, found: Found) -> bool:
        return self.words.isdisjoint(range(found.start, found.end))

    def denied(self, chosen: tuple[Found, ...]) -> bool:
        """Whether something of a sign is denied; a `no` that is part of the sign (`no feeling`) denies nothing."""
        return any(self._denies(denial, chosen) for denial in self.denials)

    def _denies(self, denial: Denial, chosen: tuple[Found, ...]) -> bool:
        if any(c.start <= denial.word.start and denial.word.end <= c.end for c in chosen):
            return False
        return any(c.start in denial.covers for c in chosen)


def taken_back(words: list[Word], places: Places) -> Taken:
    """Find what does not count."""
    figures = _covered(places.get("!figures", ()))
    return Taken(frozenset({*figures, *_past(words, places), *_asked(words, places)}), _denials(words, places))


def _covered(found: Iterable[Found]) -> set[int]:
    return {place for f in found for place in range(f.start, f.end)}


def _denials(words: list[Word], places: Places) -> tuple[Denial, ...]:
    kept = _covered(places.get("!not_denied", ()))
    stops = {f.start for f in places.get("!but", ())}
    found = []
    for no in places.get("!denied", ()):
        if no.start in kept:
            continue
        end = _end_of_denial(words, no, stops)
        covers = set(range(no.end, end))
        if end == no.end:
            clause = words[no.start].clause
            covers.update(p for p in range(max(0, no.start - _BEHIND), no.start) if words[p].clause == clause)
        found.append(Denial(no, frozenset(covers)))
    return tuple(found)


def _end_of_denial(words: list[Word], no: Found, stops: set[int]) -> int:
    place = no.end
    clause = words[no.start].clause
    while place < len(words) and place < no.end + REACH:
        word = words[place]
        if word.sentence != words[no.start].sentence or place in stops:
            break
        if word.clause != clause:
            ahead = [w.text for w in words[place : place + 4] if w.clause == word.clause]
            if not _LISTED.intersection(ahead) or place - no.end > _BEHIND + 1:
                break
            clause = word.clause
        place += 1
    return place


def _past(words: list[Word], places: Places) -> set[int]:
    """All of a clause with a time long gone, up to a word for now."""
    gone: set[int] = set()
    parts = {f.start for name in ("!now", "!but") for f in places.get(name, ())}
    for past in places.get("!past", ()):
        clause = words[past.start].clause
        for step in (-1, 1):
            place = past.start
            while (
                0 <= place < len(words)
                and words[place].clause == clause
                and (place not in parts or place == past.start)
            ):
                gone.add(place)
                place += step
    return gone


def _asked(words: list[Word], places: Places) -> set[int]:
    """The sentences that ask about things in general, and about nobody."""
    about = {words[f.start].sentence for f in places.get("!me", ())}
    asked = {words[f.start].sentence for f in places.get("!asked", ())} - about
    return {place for place, word in enumerate(words) if word.sentence in asked} if asked else set()
