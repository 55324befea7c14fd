"""What is looked up: for each word and each turn of phrase the topics that use it more than others do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from bot.library.kept import NOTHING_KEPT, Kept, Table
from bot.library.model import Topic
from bot.library.search.fold import words_of
from bot.library.search.language import Language, Read
from bot.library.search.lexicon_file import is_elsewhere
from bot.library.search.lifts import Asked, Lifts, learn

_TERM, _WORD, _PAIR = 1.1, 0.5, 0.5
"""What a lay term, a word as it stands and two words side by side count for beside a stem."""
_TOLD = 0.05
"""What the text of a card counts for beside the words of those who ask."""


@dataclass(frozen=True)
class Field:
    """A text of a topic.

    `asked` marks what people may type as it stands: titles, aliases, questions. `spelt` is False for aliases, which may
    be misspelt on purpose.
    """

    topic: str
    text: str
    weight: float = 1.0
    asked: bool = False
    spelt: bool = True


def fields_of(topic: Topic) -> Iterable[Field]:
    """The texts of a topic, by how much they say about it."""
    yield Field(topic.id, topic.title, asked=True)
    yield from (Field(topic.id, alias, asked=True, spelt=False) for alias in topic.aliases)
    yield Field(topic.id, topic.headline, 1.5 * _TOLD)
    yield Field(topic.id, topic.gist, _TOLD)
    yield Field(topic.id, topic.body, 0.5 * _TOLD)
    for section in topic.sections:
        yield Field(topic.id, section.label, 0.3 * _TOLD)
        yield Field(topic.id, section.body, 0.15 * _TOLD)


def features(read: Read, *, asked: bool = True) -> dict[str, float]:
    """What a text is looked up by, with weights; the small words and their order too where it is `asked`."""
    found: dict[str, float] = {}
    if asked:
        found.update((f"{a} {b}", _PAIR) for a, b in pairwise(read.words))
        found.update((f"={word}", _WORD) for word in read.words)
    found.update(dict.fromkeys(read.terms, _TERM))
    found.update(dict.fromkeys(read.stems, 1.0))
    return found


def lean(ours: Mapping[str, float], others: Mapping[str, float]) -> dict[str, float]:
    """Feature -> how much it speaks for questions that topics answer (above 0) or for others (log of the ratio)."""
    scale = sum(others.values()) / (sum(ours.values()) or 1)
    return {f: log((ours.get(f, 0) * scale + 1) / (others.get(f, 0) + 1)) for f in {*ours, *others}} if scale else {}


@dataclass(frozen=True)
class Ranked:
    """How well a question fits.

    Attributes:
        topics: topics with their scores, best first.
        elsewhere: the best score of the groups of questions that no topic answers.
        ours: how much it reads like questions that topics answer, whichever; None where the pack lists no others.
    """

    topics: tuple[tuple[str, float], ...]
    elsewhere: float
    ours: float | None


class Index:
    """All of one language's topics."""

    def __init__(self, language: Language, fields: Sequence[Field], kept: Kept = NOTHING_KEPT) -> None:
        """Learn from `fields`, or take what is `kept` from the last time."""
        self.language = language
        told = (language.told, *(repr(field) for field in fields))
        self._topics = Lifts(kept.table(f"search-{language.code}", told, lambda: _learn(language, fields)))

    def rank(self, read: Read) -> Ranked:
        """Rank all topics for a question."""
        scores, ours = self._topics.score(features(read))
        elsewhere = max((scores.pop(topic) for topic in list(scores) if is_elsewhere(topic)), default=0.0)
        order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return Ranked(tuple(order), elsewhere, ours if self._topics.leans else None)


def _learn(language: Language, fields: Iterable[Field]) -> Table:
    read = [(field, features(language.read(words_of(field.text)), asked=field.asked)) for field in fields]
    seen = Counter(feature for field, found in read if field.asked for feature in found)
    topics: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    sides: tuple[defaultdict[str, float], ...] = (defaultdict(float), defaultdict(float))
    asked: list[Asked] = []
    for field, every in read:
        found = {feature: weight for feature, weight in every.items() if " " not in feature or seen[feature] > 1}
        side = sides[is_elsewhere(field.topic)]
        for feature, weight in found.items():
            topics[field.topic][feature] += field.weight * weight
            if field.asked:
                side[feature] += weight
        if field.asked:
            asked.append((field.topic, found))
    return learn(topics, asked, lean(*sides))
