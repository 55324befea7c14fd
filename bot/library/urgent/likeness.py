"""A second pair of ears: texts that no pattern knows, but that read like the examples of a pack.

Learnt from urgent_examples.yaml when the pack is read. It only adds notices.
"""

from collections.abc import Collection

from bot.library.search.learner import Learner
from bot.library.urgent.context import Taken, taken_back
from bot.library.urgent.urgent_file import Examples, Tier
from bot.library.urgent.words import Places, Vocabulary, Word

SURE = 0.8
"""How much more a text must read like urgent examples than like calm ones; set on the tuning part of the questions."""
_CALM, _URGENT = "calm", "urgent"
_PAIR = 0.7
"""What two words behind each other count for beside one word or one group."""
_FEWEST = 4
"""Words that a text has at least; a name or a title is not like anything."""
Clues = dict[str, float]


class Likeness:
    """Tells urgent from calm, and how soon, by the groups and words of a text."""

    def __init__(self, examples: Examples, ordinary: Collection[str], vocabulary: Vocabulary) -> None:
        kinds = (
            (Tier.EMERGENCY, examples.emergency),
            (Tier.SAME_DAY, examples.same_day),
            (_CALM, (*examples.calm, *ordinary)),
        )
        read = [(kind, self._read(text, vocabulary)) for kind, texts in kinds for text in texts]
        self._urgent = Learner((kind if kind == _CALM else _URGENT, clues) for kind, clues in read)
        self._tiers = Learner((kind, clues) for kind, clues in read if kind != _CALM)

    def tier(self, words: list[Word], places: Places, taken: Taken) -> Tier | None:
        """The tier whose examples a text is like; None for a calm one."""
        if len(words) < _FEWEST:
            return None
        clues = _clues(words, places, taken)
        scores = self._urgent.score(clues)
        if scores.get(_URGENT, 0.0) - scores.get(_CALM, 0.0) <= SURE:
            return None
        tiers = self._tiers.score(clues)
        return Tier(max(tiers, key=tiers.__getitem__)) if tiers else None

    def _read(self, text: str, vocabulary: Vocabulary) -> Clues:
        words = vocabulary.read(text)
        places = vocabulary.find(words)
        return _clues(words, places, taken_back(words, places))


def _clues(words: list[Word], places: Places, taken: Taken) -> Clues:
    """Groups, each with whether it counts or is taken back; words, and words behind each other; of length 1."""
    clues: Clues = {}
    for name, found in places.items():
        if name[0] == "!":
            clues[name] = 1.0
        elif name[0] != "=":
            for f in found:
                counts = taken.counts(f) and not taken.denied((f,))
                clues[f"+{name}" if counts else f"-{name}"] = 1.0
    stems = [word.stems[0] for word in words]
    clues.update((f"={stem}", 1.0) for stem in stems)
    clues.update((f"={one} {two}", _PAIR) for one, two in zip(["^", *stems], [*stems, "$"], strict=True))
    length = sum(v * v for v in clues.values()) ** 0.5 or 1.0
    return {clue: value / length for clue, value in clues.items()}
