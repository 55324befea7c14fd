"""One language as search reads it: words repaired and stemmed, and the lay terms they stand for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

from bot.library.search.fold import words_of
from bot.library.search.lexicon_file import Lexicon
from bot.library.search.spelling import Speller
from bot.library.search.stem import stemmer

REPAIRS = 6
"""Unknown words of one question that are looked up; a page of noise must not cost more."""
_SPLIT_FROM = 7
REFUSED = "!"
"""In front of the name of something that is asked for and that no card gives."""


@dataclass(frozen=True)
class Read:
    """A text as search sees it.

    Attributes:
        words: every word, repaired where it was misspelt.
        stems: the stems of the words that say something, in order.
        terms: names of the lay terms in it, each with `@` in front.
        unknown: how many words were in no list and near to none.
        known: how many words the language knows.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    terms: tuple[str, ...]
    unknown: int
    known: int


class Language:
    """Reads texts of one language. Learns the words of the pack's own texts once, for spelling.

    `told` is what words.yaml says, as JSON.
    """

    def __init__(self, lexicon: Lexicon, texts: Iterable[str], aliases: Iterable[str] = ()) -> None:
        """Take the words of `texts` as spelt right, and those of `aliases` where they are near to none of them."""
        self.code = lexicon.language
        self.told = lexicon.words.model_dump_json()
        self._stem = stemmer(lexicon.language)
        self._small = frozenset(w for text in lexicon.words.small for w in words_of(text))
        lists = (
            *lexicon.words.alike.values(),
            *lexicon.words.elsewhere.values(),
            *lexicon.words.refuse.values(),
            lexicon.words.common,
        )
        counts: Counter[str] = Counter(self._small)
        for text in (*texts, *(t for words in lists for t in words), *lexicon.words.short.values()):
            counts.update(words_of(text))
        self._short = {short: tuple(words_of(long)) for short, long in lexicon.words.short.items()}
        known = Speller(counts)
        odd = {word for text in aliases for word in words_of(text) if word not in counts}
        counts.update(word for word in odd if word not in self._short and not known.repair(word))
        self._speller = Speller(counts)
        self._stems = {word: intern(self._stem(word)) for word in counts}
        self._known_stems = frozenset(self._stems.values())
        named = {f"@{name}": words for name, words in (*lexicon.words.alike.items(), *lexicon.words.elsewhere.items())}
        named |= {f"{REFUSED}{name}": words for name, words in lexicon.words.refuse.items()}
        self._terms = self._phrases(named)

    def _phrases(self, named: Mapping[str, Iterable[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        """First stem of each phrase -> all stems of the phrase and the name that it stands for, long ones first."""
        found: defaultdict[str, set[tuple[tuple[str, ...], str]]] = defaultdict(set)
        for name, phrases in named.items():
            for phrase in phrases:
                stems = tuple(self._stem(w) for w in words_of(phrase))
                if stems:
                    found[stems[0]].add((stems, name))
        return {first: sorted(entries, key=lambda e: (-len(e[0]), e)) for first, entries in found.items()}

    @property
    def words(self) -> Iterable[str]:
        """Every word that is spelt right."""
        return self._stems.keys()

    def knows(self, words: Iterable[str]) -> int:
        """How many of `words` are spelt as in this language's lists and texts."""
        return sum(1 for w in words if w in self._speller)

    def read(self, words: Iterable[str]) -> Read:
        """Repair, stem and name the words of a text."""
        read: list[str] = []
        unknown, repairs = 0, 0
        for word in words:
            if word in self._short:
                read += self._short[word]
                continue
            if word in self._stems or word.isdigit():
                read.append(word)
                continue
            repaired: tuple[str, ...] | None = None
            if repairs < REPAIRS:
                repairs += 1
                repaired = self._repair(word)
            unknown += repaired is None
            read += repaired or (word,)
        stems = [self._stems.get(w) or self._stem(w) for w in read]
        said = tuple(s for w, s in zip(read, stems, strict=True) if w not in self._small and not w.isdigit())
        return Read(tuple(read), said, tuple(self._named(stems)), unknown, len(read) - unknown)

    def _repair(self, word: str) -> tuple[str, ...] | None:
        if self._stem(word) in self._known_stems:
            return (word,)
        if word.endswith("in") and f"{word}g" in self._speller:
            return (f"{word}g",)
        if found := self._speller.repair(word):
            return (found,)
        return self._speller.split(word) if len(word) >= _SPLIT_FROM else None

    def _named(self, stems: list[str]) -> Iterable[str]:
        for place, stem in enumerate(stems):
            seen: set[str] = set()
            for phrase, name in self._terms.get(stem, ()):
                if name not in seen and tuple(stems[place : place + len(phrase)]) == phrase:
                    seen.add(name)
                    yield name
