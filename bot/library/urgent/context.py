"""What takes a sign back: denied, long past, supposed, asked in general, a story, a figure of speech."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.library.urgent.words import Found, Places, Word

REACH = 6
"""Words behind a denial that it covers at most."""
_BEHIND = 3
"""Words before a denial at the end of a clause that it covers (`fiebre no tengo`)."""
NAMES = (
    "denied",
    "not_denied",
    "but",
    "past",
    "was",
    "now",
    "asked",
    "openers",
    "me",
    "supposed",
    "story",
    "real",
    "figures",
)
"""The lists of Context, found as groups with a `!` in front."""
_LISTED = frozenset(["or", "nor", "o", "ni"])
_OPENING = 2
"""An opener of a question is one of so many first words of its sentence."""
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_OF_YEAR = frozenset(["in", "en", "from", "of", "del", "de", "back"])
_SINCE = frozenset(["started", "since", "began", "empece", "empezo", "comence", "comenzo", "desde"])
_LAST = frozenset(["last", "pasado", "pasada"])
"""What began last month and still goes on is not past (`statin started last month, muscles weak`)."""


@dataclass(frozen=True)
class Denial:
    """A word such as `no`, and the words that it covers."""

    word: Found
    covers: frozenset[int]


@dataclass(frozen=True)
class Taken:
    """What of a text does not count. `words`: long past, supposed, asked in general, a figure of speech."""

    words: frozenset[int]
    denials: tuple[Denial, ...]

    def counts(self, found: Found) -> bool:
        return self.words.isdisjoint(range(found.start, found.end))

    def denied(self, chosen: Sequence[Found], own: Sequence[Found] = ()) -> bool:
        """Whether something of a sign is denied; a `no` that is part of the sign (`no feeling`) denies nothing.

        `own` are all words of the sign, those that were not chosen too: `my legs do not respond, I cannot move them`.
        """
        return any(self._denies(denial, chosen, own) for denial in self.denials)

    def _denies(self, denial: Denial, chosen: Sequence[Found], own: Sequence[Found]) -> bool:
        if not any(c.start in denial.covers for c in chosen):
            return False
        return not any(c.start <= denial.word.start and denial.word.end <= c.end for c in (*chosen, *own))


def taken_back(words: list[Word], places: Places) -> Taken:
    """Find what does not count."""
    taken = _covered(places.get("!figures", ()))
    taken.update(_past(words, places), _asked(words, places))
    return Taken(frozenset(taken), _denials(words, places))


def _covered(found: Iterable[Found]) -> set[int]:
    return {place for f in found for place in range(f.start, f.end)}


def _denials(words: list[Word], places: Places) -> tuple[Denial, ...]:
    kept = _covered(places.get("!not_denied", ()))
    stops = {f.start for f in places.get("!but", ())}
    found = []
    for no in places.get("!denied", ()):
        if no.start in kept or (words[no.start].text in _LISTED and _goes_on(words, no.start, kept)):
            continue
        end = _end_of_denial(words, no, stops)
        covers = set(range(no.end, end))
        if end == no.end:
            clause = words[no.start].clause
            covers.update(p for p in range(max(0, no.start - _BEHIND), no.start) if words[p].clause == clause)
        found.append(Denial(no, frozenset(covers)))
    return tuple(found)


def _goes_on(words: list[Word], place: int, kept: Collection[int]) -> bool:
    """Whether a `nor` goes on with what denies nothing: `no puedo mover ni brazos ni piernas`."""
    clause = words[place].clause
    return any(p in kept for p in range(max(0, place - REACH), place) if words[p].clause == clause)


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
    """The parts of a sentence with a time long gone, and those behind them that go on telling what was."""
    told = places.get("!past", ())
    lately = {f.start for f in told if words[f.start].text in _LAST or words[f.end - 1].text in _LAST}
    past = ({f.start for f in told} | _years(words)) - lately
    if not past | lately:
        return set()
    was, now = ({f.start for f in places.get(name, ())} for name in ("!was", "!now"))
    gone: set[int] = set()
    before = -1
    for part in _parts(words, now | {f.start for f in places.get("!but", ())}):
        sentence = words[part.start].sentence
        goes_on = lately.isdisjoint(part) or any(words[p].text in _SINCE for p in part)
        if (
            past.intersection(part)
            or not goes_on
            or (before == sentence and was.intersection(part) and not now.intersection(part))
        ):
            gone.update(part)
            before = sentence
        else:
            before = -1
    return gone


def _years(words: list[Word]) -> set[int]:
    return {
        place
        for place, word in enumerate(words)
        if _YEAR.match(word.text) and place and words[place - 1].text in _OF_YEAR
    }


def _parts(words: list[Word], stops: set[int]) -> Iterator[range]:
    """The text in parts: clauses, parted again where it turns (`but`, `now`)."""
    start = 0
    for place in range(1, len(words) + 1):
        if place == len(words) or words[place].clause != words[place - 1].clause or place in stops:
            yield range(start, place)
            start = place


def _asked(words: list[Word], places: Places) -> set[int]:
    """The sentences that suppose, tell a story, or ask about things in general and about nobody."""

    def sentences(name: str) -> set[int]:
        return {words[f.start].sentence for f in places.get(name, ())}

    if "!real" in places:
        return set()
    first: dict[int, int] = {}
    for place, word in enumerate(words):
        first.setdefault(word.sentence, place)
    opened = {
        words[f.start].sentence
        for f in places.get("!openers", ())
        if f.start - first[words[f.start].sentence] < _OPENING
    }
    general = (sentences("!asked") | opened) - sentences("!me")
    asked = general | sentences("!supposed") | sentences("!story")
    return {place for place, word in enumerate(words) if word.sentence in asked} if asked else set()
