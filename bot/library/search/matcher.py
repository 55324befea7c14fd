"""The one matcher: words a person typed -> topics, best first; for free text, autocomplete and "did you mean"."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from bot.library.kept import NOTHING_KEPT, Kept
from bot.library.model import Pack
from bot.library.search.fold import words_of
from bot.library.search.index import Field, Index, fields_of
from bot.library.search.language import Language, Read
from bot.library.search.lexicon_file import ELSEWHERE, Lexicon, is_elsewhere
from bot.library.search.scope import declines

LONGEST = 400
"""Characters of a question that are looked at; more would cost time and say little that is new."""
CLEAR = 0.5
"""From this score on the best match is shown, if nothing else comes near it."""
CLOSE = 0.04
"""From this score on a match is offered."""
_MARGIN = 0.15
_HEAT = 0.4
"""How far apart scores must lie to count as certain (the temperature of a softmax)."""
_OTHER_LANGUAGE = 1.3
"""How many more words another language must know before a question is read in it."""


@dataclass(frozen=True)
class Match:
    """A topic and how well it fits, 0 to 1. The scores of one question add up to 1; an exact name alone has 1."""

    topic: str
    score: float


@dataclass(frozen=True)
class Found:
    """Topics for a question, best first; none when it is declined."""

    topics: tuple[Match, ...] = ()
    declined: bool = False


def normalise(text: str) -> str:
    """Small letters without accents, punctuation or doubled spaces, at most LONGEST characters of input."""
    return " ".join(words_of(text[:LONGEST]))


class _Tongue:
    """The index of one language."""

    def __init__(self, pack: Pack, code: str, kept: Kept) -> None:
        lexicon = pack.lexicons.get(code) or Lexicon(code)
        fields = list(_fields(pack, lexicon))
        self.index = Index(_language(lexicon, fields), fields, kept)

    def knows(self, words: Iterable[str]) -> int:
        return self.index.language.knows(words)


def _language(lexicon: Lexicon, fields: Iterable[Field]) -> Language:
    texts: dict[bool, list[str]] = {True: [], False: []}
    for field in fields:
        texts[field.spelt].append(field.text)
    return Language(lexicon, texts[True], texts[False])


def _fields(pack: Pack, lexicon: Lexicon) -> Iterable[Field]:
    for topic in pack.topics.get(lexicon.language, {}).values():
        yield from fields_of(topic)
    shown = pack.topics[pack.default_locale]
    for topic_id, questions in lexicon.questions.items():
        if topic_id in shown or is_elsewhere(topic_id):
            yield from (Field(topic_id, question, asked=True) for question in questions)
    for words in lexicon.words.elsewhere.values():
        yield from (Field(ELSEWHERE, word, asked=True) for word in words)


class Matcher:
    """Finds topics of one pack for people of one language; a question in another one is read in that."""

    def __init__(self, pack: Pack, locale: str, others: Iterable["Matcher"] = (), kept: Kept = NOTHING_KEPT) -> None:
        """Build once for each revision of the pack.

        Args:
            pack: whose topics are found.
            locale: the language of those who ask.
            others: matchers of the same pack, which lend the indexes they have.
            kept: what was learnt from the same words before.
        """
        self._order = {topic_id: place for place, topic_id in enumerate(pack.ordered_ids())}
        topics = [t for t in (pack.topic(i, locale) for i in pack.ordered_ids()) if t]
        self._titles = {t.id: normalise(t.title) for t in topics}
        self._names = _names(pack, locale)
        lent: dict[str, _Tongue] = {code: tongue for other in others for code, tongue in other.tongues.items()}
        codes = dict.fromkeys((locale, *pack.locales, *pack.lexicons))
        self.tongues: dict[str, _Tongue] = {code: lent.get(code) or _Tongue(pack, code, kept) for code in codes}

    @property
    def words(self) -> frozenset[str]:
        """Every word of the pack in any language, as it is spelt right."""
        return frozenset(word for tongue in self.tongues.values() for word in tongue.index.language.words)

    def ask(self, words: str, limit: int = 5) -> Found:
        """Topics for a question in somebody's own words, or that it is none that a card answers."""
        typed = words_of(words[:LONGEST])
        index = self._tongue(typed).index
        read = index.language.read(typed)
        matches, declined = self._ranked(index, read)
        exact = self._names.get(" ".join(typed)) or self._names.get(" ".join(read.words))
        if exact:
            return Found((Match(exact, 1.0), *(m for m in matches if m.topic != exact))[:limit])
        return Found((), declined=True) if declined else Found(matches[:limit])

    def match(self, words: str, scope: str = "", limit: int = 25) -> tuple[Match, ...]:
        """Rank topics for `words`.

        Args:
            words: what was typed; an id, a title, an alias, a misspelling or a question.
            scope: a group id such as `treat`, or empty for all topics.
            limit: how many to return at most.
        """
        typed = words_of(words[:LONGEST])
        name = " ".join(typed)
        exact = next((i for i in (f"{scope}/{'-'.join(typed)}", self._names.get(name)) if i in self._order), None)
        if exact is None or (scope and not exact.startswith(f"{scope}/")):
            exact = next(
                (i for i, t in self._titles.items() if scope and i.startswith(f"{scope}/") and t == name), None
            )
        index = self._tongue(typed).index
        matches, declined = self._ranked(index, index.language.read(typed), scope)
        if exact:
            return (Match(exact, 1.0), *(m for m in matches if m.topic != exact))[:limit]
        return () if declined and not scope else tuple(m for m in matches if m.score >= CLOSE)[:limit]

    def language_of(self, words: str) -> str:
        """The language a question is written in; the person's own unless another one knows clearly more of it."""
        return self._tongue(words_of(words[:LONGEST])).index.language.code

    def complete(self, typed: str, scope: str = "", limit: int = 25) -> tuple[str, ...]:
        """Topic ids for a half-typed word: those whose title has a word that starts so, then close matches.

        Nothing typed lists all of the scope in the pack's order.
        """
        start = normalise(typed)
        listed = [t for t in self._titles if not scope or t.startswith(f"{scope}/")]
        if not start:
            return tuple(listed[:limit])
        begun = [t for t in listed if f" {start}" in f" {self._titles[t]}"]
        named = [t for name, t in self._names.items() if f" {start}" in f" {name}" and t in listed]
        others = (m.topic for m in self.match(typed, scope, limit))
        return tuple(dict.fromkeys([*begun, *others, *named]))[:limit]

    def _ranked(self, index: Index, read: Read, scope: str = "") -> tuple[tuple[Match, ...], bool]:
        ranked = index.rank(read)
        declined = declines(read, ranked)
        scores = sorted(
            ((t, s) for t, s in ranked.topics if t in self._order), key=lambda item: (-item[1], self._order[item[0]])
        )
        weights = {t: exp((score - scores[0][1]) / _HEAT) for t, score in scores}
        inside = {t: w for t, w in weights.items() if not scope or t.startswith(f"{scope}/")}
        if not inside or max(inside.values()) < CLOSE * sum(weights.values()):
            return (), declined
        total = sum(inside.values())
        return tuple(Match(t, w / total) for t, w in inside.items()), declined

    def _tongue(self, typed: list[str]) -> _Tongue:
        """The person's language, unless another one knows clearly more of the words."""
        own, *others = self.tongues.values()
        best = max(others, key=lambda t: t.knows(typed), default=own)
        return best if best.knows(typed) > _OTHER_LANGUAGE * own.knows(typed) else own


def _names(pack: Pack, locale: str) -> dict[str, str]:
    """Ids, titles and aliases as they are typed -> topic; titles go before aliases, the pack's order decides."""
    topics = [t for t in (pack.topic(i, locale) for i in pack.ordered_ids()) if t]
    names: dict[str, str] = {}
    for texts in (lambda t: (t.id,), lambda t: (t.title,), lambda t: t.aliases):
        for topic in topics:
            for text in texts(topic):
                names.setdefault(normalise(text), topic.id)
    return names


def one_clear(matches: tuple[Match, ...]) -> str | None:
    """The topic that is meant, when the first match is good and stands out."""
    if not matches or matches[0].score < CLEAR:
        return None
    if len(matches) > 1 and matches[0].score - matches[1].score < _MARGIN:
        return None
    return matches[0].topic
