"""What is looked up: for each word the topics that use it more than others do."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from bot.library.model import Topic
from bot.library.search.fold import words_of
from bot.library.search.language import Language, Read
from bot.library.search.learner import Learner, clues
from bot.library.search.lexicon_file import ELSEWHERE

SMOOTHING = 0.35
"""Share of a topic's words that is taken to come from the language at large (Jelinek-Mercer)."""
_TERM, _PAIR = 0.8, 0.5
"""A lay term and two words side by side count less than a word: they say it again."""
_GROUP_SMOOTHING = 0.5


@dataclass(frozen=True)
class Field:
    """A text of a topic.

    `asked` marks what people may type as it stands: titles, aliases, questions. `spelt` is False for aliases, which may
    be misspelt on purpose.
    """

    topic: str
    text: str
    weight: float
    asked: bool = False
    spelt: bool = True


def fields_of(topic: Topic) -> Iterable[Field]:
    """The texts of a topic, by how much they say about it."""
    yield Field(topic.id, topic.title, 3.0, asked=True)
    yield Field(topic.id, topic.headline, 1.5)
    yield Field(topic.id, topic.gist, 1.0)
    yield from (Field(topic.id, alias, 1.5, asked=True, spelt=False) for alias in topic.aliases)
    yield Field(topic.id, topic.body, 0.5)
    for section in topic.sections:
        yield Field(topic.id, section.label, 0.3)
        yield Field(topic.id, section.body, 0.15)


def features(read: Read) -> dict[str, float]:
    """What a text is looked up by, with weights."""
    found: dict[str, float] = dict.fromkeys(read.stems, 1.0)
    found.update(dict.fromkeys(read.terms, _TERM))
    found.update(dict.fromkeys(read.pairs, _PAIR))
    return found


class Lifts:
    """Feature -> the classes in which it is more usual than elsewhere, and by how much (log of the ratio)."""

    def __init__(self, counts: Mapping[str, Mapping[str, float]], smoothing: float = SMOOTHING) -> None:
        """Take the weighted counts of features by class."""
        sizes = {name: sum(c.values()) for name, c in counts.items()}
        number = max(len(sizes), 1)
        overall: defaultdict[str, float] = defaultdict(float)
        for name, found in counts.items():
            for feature, count in found.items():
                overall[feature] += count / sizes[name] / number
        ratio = (1 - smoothing) / smoothing
        self._names = list(counts)
        numbered: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (name, found) in enumerate(counts.items()):
            for feature, count in found.items():
                numbered[feature].append((place, log(1 + ratio * count / sizes[name] / overall[feature])))
        self._lifts: dict[str, tuple[array[int], array[float]]] = {
            feature: (array("H", (n for n, _ in entries)), array("f", (lift for _, lift in entries)))
            for feature, entries in numbered.items()
        }

    def score(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """The sum of lifts for each class in which one of the features is known."""
        scores: defaultdict[int, float] = defaultdict(float)
        for feature, weight in wanted.items():
            if found := self._lifts.get(feature):
                places, lifts = found
                for place, lift in zip(places, lifts, strict=True):
                    scores[place] += weight * lift
        return {self._names[place]: score for place, score in scores.items()}


@dataclass(frozen=True)
class Ranked:
    """Topics with their scores, best first, and how well the best question of no topic fits."""

    topics: tuple[tuple[str, float], ...]
    elsewhere: float


_GROUP, _LEARNT = 1.0, 4.0
"""What the parts of a score count for; the topic's own words count 1. Set on the tuning part of tests/questions."""


class Index:
    """All of one language's topics: lifts by topic and by group, and learnt weights."""

    def __init__(self, language: Language, fields: Iterable[Field]) -> None:
        self.language = language
        topics: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
        asked: list[tuple[str, dict[str, float], set[str]]] = []
        for field in fields:
            read = language.read(words_of(field.text))
            found = features(read)
            for feature, weight in found.items():
                if " " not in feature or field.asked:
                    topics[field.topic][feature] += field.weight * weight
            if field.asked:
                asked.append((field.topic, found, shapes(read)))
        seen = Counter(part for _, _, shape in asked for part in shape)
        for topic, _, shape in asked:
            groups[group_of(topic)].update(part for part in shape if seen[part] > 1)
        self._topics, self._groups = Lifts(topics), Lifts(groups, _GROUP_SMOOTHING)
        self._learner = Learner((t, clues(found, (p for p in shape if seen[p] > 1))) for t, found, shape in asked)

    def rank(self, read: Read) -> Ranked:
        """Rank all topics for a question."""
        wanted = features(read)
        shape = shapes(read)
        own = self._topics.score(wanted)
        groups = self._groups.score(dict.fromkeys(shape, 1.0))
        learnt = self._learner.score(clues(wanted, shape))
        many, long = sqrt(max(len(wanted), 1)), sqrt(max(len(read.words), 1))
        by_group = {group: _GROUP * value / long for group, value in groups.items()}
        scores = {
            topic: value / many + by_group.get(group_of(topic), 0.0) + _LEARNT * learnt.get(topic, 0.0)
            for topic, value in own.items()
        }
        elsewhere = scores.pop(ELSEWHERE, 0.0)
        return Ranked(tuple(sorted(scores.items(), key=lambda item: (-item[1], item[0]))), elsewhere)


def shapes(read: Read) -> set[str]:
    """How something is asked, small words included: `why do`, `what help`, `can i`."""
    words = read.words
    return {*words, *read.terms, *(f"{a} {b}" for a, b in pairwise(words))}


def group_of(topic_id: str) -> str:
    return topic_id.partition("/")[0]
