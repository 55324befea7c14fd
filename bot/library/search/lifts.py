"""Feature -> the topics that it speaks for, and by how much: naive Bayes first, then mended where that is wrong."""

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import log, sqrt
from random import Random

from bot.library.checksums import checksums, in_order, row_of
from bot.library.kept import Column, Table
from bot.library.search.lexicon_file import is_elsewhere

SMOOTHING = 0.6
"""Share of a topic's words that is taken to come from the language at large (Jelinek-Mercer)."""
OFTEN = 0.7
"""A word said ten times counts five times: the power to which counts are taken."""
ROUNDS = 2
"""How often the questions are gone through, after the first time those alone that were not well ahead.

More rounds teach the questions themselves, not what they have in common."""
_APART = 2.0
"""How far ahead of all others the right topic should be."""
_STEP = 0.6
"""The most that one question changes."""
Asked = tuple[str, Mapping[str, float]]
"""A topic, and the features of a question for it with their weights."""
Rows = dict[str, dict[int, float]]
"""Feature -> place of a topic -> how much it speaks for it."""


class Lifts:
    """The numbers in flat arrays: a list of its own for each of ten thousand features takes six times the memory."""

    def __init__(self, table: Table) -> None:
        self._names, columns = table.names, table.columns
        self._sums, self._starts, self._places = columns["sums"], columns["starts"], columns["places"]
        self._lifts, self._lean = columns["lifts"], columns["lean"]
        self.leans = any(self._lean)

    def score(self, wanted: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """How well each topic fits that knows one of the features, and how much all of these lean to topics."""
        scores, leaning = [0.0] * len(self._names), 0.0
        starts, places, lifts = self._starts, self._places, self._lifts
        for feature, weight in wanted.items():
            if (row := row_of(feature, self._sums)) is not None:
                leaning += weight * self._lean[row]
                for at in range(starts[row], starts[row + 1]):
                    scores[places[at]] += weight * lifts[at]
        long = length(wanted)
        found = {name: score / long for name, score in zip(self._names, scores, strict=True) if score}
        return found, leaning / long


def length(wanted: Mapping[str, float]) -> float:
    """The length of a question as a vector, so that long and short ones compare."""
    return sqrt(sum(weight * weight for weight in wanted.values())) or 1.0


def learn(counts: Mapping[str, Mapping[str, float]], asked: Sequence[Asked], lean: Mapping[str, float]) -> Table:
    """The table for `Lifts`.

    Args:
        counts: the weighted counts of features by topic.
        asked: the questions among them, one by one.
        lean: what each feature says for topics or for others.
    """
    names = list(counts)
    rows = _bayes(counts)
    _mend(rows, names, asked)
    ordered = in_order(rows)
    columns: dict[str, Column] = {
        "sums": checksums(ordered),
        "starts": array("I", accumulate((len(rows[feature]) for feature in ordered), initial=0)),
        "places": array("H", (place for feature in ordered for place in rows[feature])),
        "lifts": array("f", (lift for feature in ordered for lift in rows[feature].values())),
        "lean": array("f", (lean.get(feature, 0.0) for feature in ordered)),
    }
    return Table(names, columns)


def _bayes(counts: Mapping[str, Mapping[str, float]]) -> Rows:
    """Where a feature is more usual than elsewhere: the logarithm of the ratio.

    This is naive Bayes without priors. What a topic does not know costs it nothing, so only what it knows is kept.
    """
    shares: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for place, found in enumerate(counts.values()):
        damped = {feature: count**OFTEN for feature, count in found.items()}
        size = sum(damped.values())
        for feature, count in damped.items():
            shares[feature][place] = count / size
    ratio = (1 - SMOOTHING) / SMOOTHING
    rows: Rows = {}
    for feature, row in shares.items():
        overall = sum(row.values()) / len(counts)
        rows[feature] = {place: log(1 + ratio * share / overall) for place, share in row.items()}
    return rows


def _mend(rows: Rows, names: Sequence[str], asked: Sequence[Asked]) -> None:
    """Go through the questions; where the right topic is not well ahead, move it and its rival apart.

    An averaged passive-aggressive perceptron (Crammer et al., 2006) that starts from naive Bayes. Groups of questions
    that no topic answers are no rivals of each other.
    """
    places = {name: place for place, name in enumerate(names)}
    others = tuple(place for place, name in enumerate(names) if is_elsewhere(name))
    peers = [others if is_elsewhere(name) else (place,) for place, name in enumerate(names)]
    change: Rows = {feature: {} for feature in rows}
    questions = []
    for topic, wanted in asked:
        long = length(wanted)
        known = [(rows[f], change[f], weight / long) for f, weight in wanted.items() if f in rows]
        questions.append((places[topic], known))
    shuffled, left = Random(len(questions)), 1.0  # noqa: S311 - an order that is the same each time, no secret
    step = 1.0 / max(ROUNDS * len(questions), 1)
    begun = {feature: dict(row) for feature, row in rows.items()}
    for _ in range(ROUNDS):
        shuffled.shuffle(questions)
        again = []
        for right, known in questions:
            left -= step
            rival, ahead = _rival(right, known, peers[right], len(names))
            if ahead < _APART:
                again.append((right, known))
                by = min(_STEP, (_APART - ahead) / 2)
                for row, changed, weight in known:
                    for place, moved in ((right, by * weight), (rival, -by * weight)):
                        row[place] = row.get(place, 0.0) + moved
                        changed[place] = changed.get(place, 0.0) + moved * left
        questions = again
    for feature, row in begun.items():
        rows[feature] = row
        for place, moved in change[feature].items():
            row[place] = row.get(place, 0.0) + moved


Known = Sequence[tuple[dict[int, float], dict[int, float], float]]
"""The rows of a question's features as they are now, what changed in them, and the weights."""


def _rival(right: int, known: Known, peers: Sequence[int], number: int) -> tuple[int, float]:
    """The best of the other topics, and how far the right one is ahead of it."""
    scores = [0.0] * number
    for row, _, weight in known:
        for place, lift in row.items():
            scores[place] += weight * lift
    own = scores[right]
    for place in peers:
        scores[place] = float("-inf")
    best = max(scores)
    return scores.index(best), own - best
