"""A second pair of ears: texts that no pattern knows, but that read like the examples of a pack.

Learnt from urgent_examples.yaml when the pack is read: naive Bayes, one pass of counting, no rounds of training.
It adds notices, and drops a same-day one from a text that reads calm; it never drops an emergency.
"""

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable

from bot.library.kept import Column, Table
from bot.library.urgent.context import Taken, taken_back
from bot.library.urgent.urgent_file import Examples, Tier
from bot.library.urgent.words import Places, Vocabulary, Word

SURE = 1.9
"""How much more a text must read like urgent examples than like calm ones; less alarms plain questions."""
CALM = -1.0
"""Below this a text reads so calm that a same-day sign in it counts for nothing; an emergency's always does."""
_GROUP = 0.5
"""What a group of words says beside a word: its words say it too."""
_FEWEST = 4
"""Words that a text has at least; a name or a title is not like anything."""
_UNSEEN = 0.1
"""How often a clue counts in the kind that never shows it."""
_LOUDEST = 2.0
"""The most that one clue may say: what is odd in one example does not drown the rest."""


class Likeness:
    """Tells urgent from calm, and how soon, by the groups and words of a text.

    A text's score is the sum of what its clues say, by the root of their number: longer texts are no surer.
    """

    def __init__(self, table: Table) -> None:
        self._rows = {clue: row for row, clue in enumerate(table.keys)}
        self._urgent, self._now = table.columns["urgent"], table.columns["now"]

    def tier(self, words: list[Word], places: Places, taken: Taken) -> Tier | None:
        """The tier whose examples a text is like; None for a calm one."""
        if len(words) < _FEWEST:
            return None
        clues = _clues(words, places, taken)
        if self._score(self._urgent, clues) <= SURE:
            return None
        return Tier.EMERGENCY if self._score(self._now, clues) > 0 else Tier.SAME_DAY

    def calm(self, words: list[Word], places: Places, taken: Taken) -> bool:
        """Whether a text is so like the calm examples that a same-day sign in it is chance."""
        return self._score(self._urgent, _clues(words, places, taken)) < CALM

    def _score(self, says: Column, clues: Collection[str]) -> float:
        known = (row for row in map(self._rows.get, clues) if row is not None)
        said: float = sum(says[row] for row in known)
        return said / math.sqrt(len(clues) or 1)


def learn(examples: Examples, ordinary: Collection[str], vocabulary: Vocabulary) -> Table:
    """What each clue of the examples says for `Likeness`; `ordinary` questions are calm too."""

    def read(texts: Iterable[str]) -> list[set[str]]:
        return [_clues(words, *_placed(words, vocabulary)) for words in map(vocabulary.read, texts)]

    now, today, calm = read(examples.emergency), read(examples.same_day), read((*examples.calm, *ordinary))
    urgent, soon = _weights([*now, *today], calm), _weights(now, today)
    columns: dict[str, Column] = {
        "urgent": array("f", urgent.values()),
        "now": array("f", (soon.get(clue, 0.0) for clue in urgent)),
    }
    return Table(list(urgent), [], columns)


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
        clue: (1.0 if clue[0] == "=" else _GROUP)
        * max(-_LOUDEST, min(_LOUDEST, math.log((ones[clue] + _UNSEEN) / (others[clue] + _UNSEEN)) + evened))
        for clue in ones.keys() | others.keys()
    }
