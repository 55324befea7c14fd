"""A second pair of ears: how much a text reads like the urgent examples of a pack, or like its calm ones.

Learnt from urgent_examples.yaml and from the phrases of the signs when the pack is read: naive Bayes, one pass of
counting, no rounds of training. It hears what no pattern knows, and doubts a pattern in a text that reads calm.
"""

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable

from bot.library.checksums import checksums, in_order, row_of
from bot.library.kept import Column, Table
from bot.library.urgent.context import Taken, taken_back
from bot.library.urgent.urgent_file import Tier, UrgentFile
from bot.library.urgent.words import Places, Vocabulary, Word

FEWEST = 5
"""Words that a text has at least; a name or a title is not like anything."""
_GROUP, _WORD, _PAIR = 0.5, 1.0, 1.6
"""What a group of words, a word and two words behind each other say beside each other. A group's words say it too."""
_UNSEEN = 0.1
"""How often a clue counts in the kind that never shows it."""
_LOUDEST = 3.0
"""The most that one clue may say: what is odd in one example does not drown the rest."""


class Likeness:
    """Tells urgent from calm, and how soon, by the groups and words of a text.

    A text's score is the sum of what its clues say, by the root of their number: longer texts are no surer.
    """

    def __init__(self, table: Table) -> None:
        self._sums = table.columns["sums"]
        self._urgent, self._now = table.columns["urgent"], table.columns["now"]

    def hear(self, words: list[Word], places: Places, taken: Taken) -> tuple[float, Tier]:
        """How much a text reads like urgent examples (above 0) or like calm ones, and which tier it is most like."""
        clues, urgent, now = _clues(words, places, taken), 0.0, 0.0
        for clue in clues:
            if (row := row_of(clue, self._sums)) is not None:
                urgent += self._urgent[row]
                now += self._now[row]
        return urgent / math.sqrt(len(clues) or 1), Tier.EMERGENCY if now > 0 else Tier.SAME_DAY


def learn(file: UrgentFile, ordinary: Collection[str], vocabulary: Vocabulary) -> Table:
    """What each clue of the examples and of the signs' own phrases says; `ordinary` questions are calm too."""

    def read(texts: Iterable[str]) -> list[set[str]]:
        return [_clues(words, *_placed(words, vocabulary)) for words in map(vocabulary.read, texts)]

    def phrases(tier: Tier) -> list[str]:
        return [t for sign in file.signs.values() if sign.tier is tier for t in (*sign.phrases.en, *sign.phrases.es)]

    near = [text for sign in file.signs.values() for text in sign.calm]
    now = read((*file.examples.emergency, *phrases(Tier.EMERGENCY)))
    today = read((*file.examples.same_day, *phrases(Tier.SAME_DAY)))
    calm = read((*file.examples.calm, *near, *ordinary))
    urgent, soon = _weights([*now, *today], calm), _weights(now, today)
    rows = in_order(urgent)
    columns: dict[str, Column] = {
        "sums": checksums(rows),
        "urgent": array("f", (urgent[clue] for clue in rows)),
        "now": array("f", (soon.get(clue, 0.0) for clue in rows)),
    }
    return Table([], columns)


def _placed(words: list[Word], vocabulary: Vocabulary) -> tuple[Places, Taken]:
    places = vocabulary.find(words)
    return places, taken_back(words, places)


def _clues(words: list[Word], places: Places, taken: Taken) -> set[str]:
    """Groups, each with whether it counts or is taken back; words, and words behind each other."""
    clues = set()
    all_counts = not (taken.words or taken.denials)
    for name, found in places.items():
        if name[0] == "!":
            clues.add(name)
        elif name[0] != "=":
            for place in found:
                counts = all_counts or (taken.counts(place) and not taken.denied((place,)))
                clues.add(f"+{name}" if counts else f"-{name}")
    texts = [word.text for word in words]
    clues.update(f"={text}" for text in texts)
    clues.update(f"={one} {two}" for one, two in zip(["^", *texts], [*texts, "$"], strict=True))
    return clues


def _weights(one: Collection[set[str]], other: Collection[set[str]]) -> dict[str, float]:
    """What each clue says for `one` and against `other`: the logarithm of how much more often it is seen there."""
    ones, others = (Counter(clue for clues in texts for clue in clues) for texts in (one, other))
    evened = math.log((len(other) + 1) / (len(one) + 1))
    return {
        clue: _weight(clue)
        * max(-_LOUDEST, min(_LOUDEST, math.log((ones[clue] + _UNSEEN) / (others[clue] + _UNSEEN)) + evened))
        for clue in ones.keys() | others.keys()
    }


def _weight(clue: str) -> float:
    if clue[0] != "=":
        return _GROUP
    return _PAIR if " " in clue else _WORD
