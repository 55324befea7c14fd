"""What is looked up: for each word and each turn of phrase the topics that use it more than others do."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log, sqrt

from bot.library.model import Topic
from bot.library.search.fold import words_of
from bot.library.search.language import Language, Read
from bot.library.search.lexicon_file import is_elsewhere

SMOOTHING = 0.6
"""Share of a topic's words that is taken to come from the language at large (Jelinek-Mercer)."""
_OFTEN = 0.7
"""A word said ten times counts five times: the power to which counts are taken."""
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


class Lifts:
    """Feature -> the topics in which it is more usual than elsewhere, and by how much (log of the ratio).

    This is naive Bayes without priors; what a topic does not know costs it nothing, so only known features are kept:
    in flat arrays, for a list of its own for each of ten thousand features would take six times the memory.
    """

    def __init__(self, counts: Mapping[str, Mapping[str, float]], lean: Mapping[str, float]) -> None:
        """Take the weighted counts of features by topic, and what each says for topics or for others."""
        sizes = {name: sum(c.values()) for name, c in counts.items()}
        by_feature: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (name, found) in enumerate(counts.items()):
            for feature, count in found.items():
                by_feature[feature].append((place, count / sizes[name]))
        ratio = (1 - SMOOTHING) / SMOOTHING
        self._names = list(counts)
        self._rows = {feature: row for row, feature in enumerate(by_feature)}
        self._starts = array("I", accumulate(map(len, by_feature.values()), initial=0))
        self._places = array("H", (place for shares in by_feature.values() for place, _ in shares))
        self._lifts, self._lean = array("f"), array("f", (lean.get(feature, 0.0) for feature in by_feature))
        for shares in by_feature.values():
            overall = sum(share for _, share in shares) / len(sizes)
            self._lifts.extend(log(1 + ratio * share / overall) for _, share in shares)

    def score(self, wanted: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """The sum of lifts for each topic in which one of the features is known, and how much all lean to topics."""
        scores, leaning = [0.0] * len(self._names), 0.0
        starts, places, lifts = self._starts, self._places, self._lifts
        for feature, weight in wanted.items():
            if (row := self._rows.get(feature)) is not None:
                leaning += weight * self._lean[row]
                for at in range(starts[row], starts[row + 1]):
                    scores[places[at]] += weight * lifts[at]
        return {name: score for name, score in zip(self._names, scores, strict=True) if score}, leaning


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

    def __init__(self, language: Language, fields: Iterable[Field]) -> None:
        self.language = language
        read = [(field, features(language.read(words_of(field.text)), asked=field.asked)) for field in fields]
        seen = Counter(feature for field, found in read if field.asked for feature in found)
        topics: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        sides: tuple[defaultdict[str, float], ...] = (defaultdict(float), defaultdict(float))
        for field, found in read:
            for feature, weight in found.items():
                if " " not in feature or seen[feature] > 1:
                    topics[field.topic][feature] += field.weight * weight
                    if field.asked:
                        sides[is_elsewhere(field.topic)][feature] += weight
        leaning = lean(*sides)
        self._leans = bool(leaning)
        self._topics = Lifts({t: {f: n**_OFTEN for f, n in found.items()} for t, found in topics.items()}, leaning)

    def rank(self, read: Read) -> Ranked:
        """Rank all topics for a question."""
        wanted = features(read)
        long = sqrt(max(len(read.words), 1))
        found, leaning = self._topics.score(wanted)
        scores = {topic: score / long for topic, score in found.items()}
        elsewhere = max((scores.pop(topic) for topic in list(scores) if is_elsewhere(topic)), default=0.0)
        order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return Ranked(tuple(order), elsewhere, leaning / long if self._leans else None)
