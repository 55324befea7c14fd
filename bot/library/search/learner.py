"""Weights learnt from examples, for urgent signs: what tells two kinds of text apart beyond how often they use a word.

A linear classifier trained by the averaged passive-aggressive rule (Crammer et al., 2006, PA-I): small, exact on
repeat, done in about a second when the pack is read.
"""

import random
from array import array
from collections.abc import Iterable, Mapping, Sequence

_ROUNDS = 6
_FORCE = 0.3
"""The most that one example may change; what is odd in it does not drown the others."""
_WIDEST = 60
"""With more topics than this the ways of asking are too few for each; then nothing is learnt."""
Example = tuple[str, Mapping[str, float]]


class Learner:
    """Feature -> a weight for each topic, in one fixed order."""

    def __init__(self, examples: Iterable[Example]) -> None:
        known = list(examples)
        self._topics = sorted({topic for topic, _ in known})
        self._weights: dict[str, list[float]] = {}
        if 1 < len(self._topics) <= _WIDEST:
            self._learn(known)
        self._kept = {feature: array("f", row) for feature, row in self._weights.items()}
        self._weights = {}

    def score(self, wanted: Mapping[str, float]) -> dict[str, float]:
        return dict(zip(self._topics, _score(self._kept, wanted, len(self._topics)), strict=True))

    def _learn(self, known: list[Example]) -> None:
        """Go through the examples, and again through those that were not clear."""
        place = {topic: number for number, topic in enumerate(self._topics)}
        hard = [(place[topic], wanted) for topic, wanted in known]
        chance = random.Random(len(known))  # noqa: S311 - the same order each time, no secret
        now: dict[str, list[float]] = {}
        for done in range(_ROUNDS):
            chance.shuffle(hard)
            hard = [example for example in hard if self._step(*example, now, 1.0 - done / _ROUNDS)]

    def _step(self, topic: int, wanted: Mapping[str, float], now: dict[str, list[float]], left: float) -> bool:
        """Learn from one example; False when it was clear. `left` is the share of the average still to come."""
        scores = _score(now, wanted, len(self._topics))
        right, scores[topic] = scores[topic], float("-inf")
        rival = max(range(len(scores)), key=scores.__getitem__)
        loss = 1.0 - right + scores[rival]
        if loss <= 0:
            return False
        force = min(_FORCE, loss / 2)
        for feature, value in wanted.items():
            for weights, share in ((now, 1.0), (self._weights, left)):
                row = weights.get(feature)
                if row is None:
                    row = weights[feature] = [0.0] * len(self._topics)
                row[topic] += force * value * share
                row[rival] -= force * value * share
        return True


def _score(weights: Mapping[str, Sequence[float]], wanted: Mapping[str, float], size: int) -> list[float]:
    scores = [0.0] * size
    for feature, value in wanted.items():
        if row := weights.get(feature):
            scores = [score + value * weight for score, weight in zip(scores, row, strict=True)]
    return scores
