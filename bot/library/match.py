"""The one matcher: words a person typed -> topics, best first; for free text, autocomplete and "did you mean"."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.library.model import Pack, Topic

LONGEST = 400
"""Characters of a question that are looked at; more would cost time and say nothing new."""
CLEAR = 0.8
"""From this score on the best match is shown, if nothing else comes near it."""
CLOSE = 0.5
"""From this score on a match is offered."""
_MARGIN = 0.08
_TITLE, _ALIAS, _GIST = 1.0, 0.97, 0.6
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "can",
        "do",
        "does",
        "for",
        "from",
        "get",
        "give",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "of",
        "on",
        "or",
        "tell",
        "the",
        "this",
        "to",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
        "about",
        "de",
        "del",
        "el",
        "en",
        "es",
        "la",
        "las",
        "los",
        "mi",
        "me",
        "que",
        "qué",
        "por",
        "para",
        "un",
        "una",
        "y",
    ]
)


@dataclass(frozen=True)
class Match:
    """A topic and how well it fits, 0 to 1."""

    topic: str
    score: float


@dataclass(frozen=True)
class _Phrase:
    topic: str
    words: tuple[str, ...]
    weight: float


def normalise(text: str) -> str:
    """Small letters without accents, punctuation or doubled spaces, at most LONGEST characters of input."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", bare.replace("'", "").replace("\u2019", "")).split())


class Matcher:
    """Finds topics of one pack in one language. Built once for each revision of the pack."""

    def __init__(self, pack: Pack, locale: str) -> None:
        self._order = {topic_id: place for place, topic_id in enumerate(pack.ordered_ids())}
        topics = [t for t in (pack.topic(i, locale) for i in pack.ordered_ids()) if t]
        self._titles = {t.id: normalise(t.title) for t in topics}
        self._phrases = [phrase for topic in topics for phrase in _phrases(topic)]

    def match(self, words: str, scope: str = "", limit: int = 25) -> tuple[Match, ...]:
        """Rank topics for `words`.

        Args:
            words: what was typed; an id, a title, an alias, a misspelling or a question.
            scope: a group id such as `treat`, or empty for all topics.
            limit: how many to return at most.
        """
        typed = normalise(words)
        best: dict[str, float] = {}
        tokens = tuple(typed.split())
        content = tuple(t for t in tokens if t not in _SMALL_WORDS) or tokens
        for phrase in self._phrases if content else ():
            if scope and not phrase.topic.startswith(f"{scope}/"):
                continue
            score = phrase.weight * _score(content, phrase.words)
            if score > best.get(phrase.topic, 0.0):
                best[phrase.topic] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], self._order[item[0]]))
        return tuple(Match(topic, score) for topic, score in ranked[:limit] if score >= CLOSE)

    def complete(self, typed: str, scope: str = "", limit: int = 25) -> tuple[str, ...]:
        """Topic ids for a half-typed word: those whose title has a word that starts so, then close matches.

        Nothing typed lists all of the scope in the pack's order.
        """
        start = normalise(typed)
        listed = [t for t in self._titles if not scope or t.startswith(f"{scope}/")]
        if not start:
            return tuple(listed[:limit])
        begun = [t for t in listed if f" {start}" in f" {self._titles[t]}"]
        others = (m.topic for m in self.match(typed, scope, limit))
        return tuple(dict.fromkeys([*begun, *others]))[:limit]


def one_clear(matches: tuple[Match, ...]) -> str | None:
    """The topic that is meant, when the first match is good and stands out."""
    if not matches or matches[0].score < CLEAR:
        return None
    if len(matches) > 1 and matches[0].score - matches[1].score < _MARGIN and matches[0].score < 1.0:
        return None
    return matches[0].topic


def _phrases(topic: Topic) -> Iterable[_Phrase]:
    slug = topic.id.rpartition("/")[2]
    for text, weight in ((topic.id, _TITLE), (slug, _TITLE), (topic.title, _TITLE), (topic.headline, _GIST)):
        yield _Phrase(topic.id, tuple(normalise(text).split()), weight)
    for alias in topic.aliases:
        yield _Phrase(topic.id, tuple(normalise(alias).split()), _ALIAS)


def _score(typed: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """How well the typed words cover a phrase and the phrase covers them, misspellings allowed."""
    wanted = tuple(w for w in phrase if w not in _SMALL_WORDS) or phrase
    if typed == wanted:
        return 1.0
    found = [max(_alike(word, other) for other in typed) for word in wanted]
    used = [max(_alike(word, other) for other in wanted) for word in typed]
    covered, explained = sum(found) / len(found), sum(used) / len(used)
    return covered * (0.55 + 0.45 * explained) * 0.99


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    if shorter < 4 or abs(len(one) - len(other)) > 2:  # noqa: PLR2004 - short words have no misspellings worth a guess
        return 0.0
    ratio = fuzz.ratio(one, other) / 100
    return ratio if ratio >= 0.78 else 0.0  # noqa: PLR2004 - one letter in five may differ
