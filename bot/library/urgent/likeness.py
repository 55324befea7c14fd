"""A second pair of ears: texts that no pattern knows, but that read like the examples of urgent.yaml.

Learnt when the pack is read, from the file's phrases and examples and from ordinary questions. It only adds notices.
"""

from collections.abc import Iterable, Iterator

from bot.library.search.learner import Learner
from bot.library.urgent.context import taken_back
from bot.library.urgent.urgent_file import Tier, UrgentFile
from bot.library.urgent.words import Places, Vocabulary, Word

SURE = 0.4
"""How much more a text must read like urgent examples than like calm ones; set on the tuning part of the questions."""
_CALM = "calm"
_WORD = 0.7
"""What a word counts for beside a group."""
_FEWEST = 4
"""Words that a text has at least; a name or a title is not like anything."""


class Likeness:
    """Tells emergency, same day and calm apart by the groups and words of a text."""

    def __init__(self, file: UrgentFile, vocabulary: Vocabulary, ordinary: Iterable[str]) -> None:
        self._small = frozenset({*file.context.small.en, *file.context.small.es})
        texts = (*_examples(file), *((_CALM, text) for text in sorted(ordinary)))
        read = ((tier, vocabulary.read(text)) for tier, text in texts)
        self._learner = Learner((tier, self._clues(words, vocabulary.find(words))) for tier, words in read)

    def tier(self, words: list[Word], places: Places) -> Tier | None:
        """The tier whose examples a text is like; None for a calm one, one of the past or one in general."""
        if len(words) < _FEWEST or taken_back(words, places).words:
            return None
        scores = self._learner.score(self._clues(words, places))
        calm = scores.pop(_CALM, 0.0)
        best = max(scores, key=scores.__getitem__, default=None)
        return Tier(best) if best is not None and scores[best] - calm > SURE else None

    def _clues(self, words: list[Word], places: Places) -> dict[str, float]:
        taken = taken_back(words, places)
        clues = {
            f"<{name}>": 1.0
            for name, found in places.items()
            if name[0] not in "=!" and any(taken.counts(f) and not taken.denied((f,)) for f in found)
        }
        for place, word in enumerate(words):
            if place not in taken.words and word.text not in self._small:
                clues[word.stems[0]] = _WORD
        length = sum(v * v for v in clues.values()) ** 0.5 or 1.0
        return {clue: value / length for clue, value in clues.items()}


def _examples(file: UrgentFile) -> Iterator[tuple[str, str]]:
    for entry in file.signs.values():
        kind = _CALM if entry.tier is Tier.ROUTINE else str(entry.tier)
        yield from ((kind, phrase) for phrase in (*entry.phrases.en, *entry.phrases.es))
        yield from ((_CALM, text) for text in entry.calm)
    yield from ((str(Tier.EMERGENCY), text) for text in file.examples.emergency)
    yield from ((str(Tier.SAME_DAY), text) for text in file.examples.same_day)
    yield from ((_CALM, text) for text in file.examples.calm)
