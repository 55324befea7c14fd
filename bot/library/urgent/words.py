"""A typed text -> words with their place in sentence and clause, and the groups of words found among them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

from bot.library.search.fold import fold
from bot.library.search.spelling import Speller
from bot.library.search.stem import stem_en, stem_es

LONGEST = 2000
"""Characters that are looked at: this many of the start and half as many of the end of a longer text."""
REPAIRS = 12
"""Unknown words of one text that are looked up as misspellings."""
BIG_NUMBER = "big-number"
"""A group that is not in the file: a number of 8 or more."""
_BIG = 8
_TOKEN = re.compile(r"\d+[.,]\d+|[^\W_]+|[.!?;:\n]+|,|\(|\)| - ")
_RUN = re.compile(r"(.)\1{2,}")
_SHORTEST = 5
_LONG = 9
"""From this length on two letters may be wrong: a wrong guess here is an alarm."""
EXACT = "!"
"""In front of a group whose words count in no other form."""
_OFTEN = 8
"""Of a group that stands in a text over and over, so many places of the start and of the end are kept."""
_FOREIGN = 0.5
"""A text with fewer of a language's small words than this share of the other's is not in that language."""
_STRANGE = 0.2
"""With fewer than this, its words do not count at all: `he`, `once` and `son` are Spanish words too."""
_ENDS = frozenset(".!?;:\n")
_DIGITS = str.maketrans("01345", "oieas")
_SMALL_FORMS = tuple(
    (f"{small}{end}", plain)
    for end, plains in (("o", ("", "o", "e")), ("a", ("", "a")), ("os", ("es", "os")), ("as", ("es", "as")))
    for small in ("cit", "it", "isim", "oncit")
    for plain in plains
)
"""Spanish endings that make a word small or great (`presioncita`), and what stands there without them."""
_BY_EAR = 4
_EAR = (
    ("qu", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("ch", "9"),
    ("c", "k"),
    ("z", "s"),
    ("v", "b"),
    ("ll", "y"),
    ("h", ""),
    ("ge", "je"),
    ("gi", "ji"),
    ("mb", "nb"),
    ("mp", "np"),
    ("rr", "r"),
)


class Word(NamedTuple):
    """One word, where it stands, and its stems in both languages."""

    text: str
    sentence: int
    clause: int
    stems: tuple[str, str]


class Found(NamedTuple):
    """Words of a group: places `start` up to and without `end`."""

    start: int
    end: int


Places = Mapping[str, list[Found]]
Named = Mapping[str, tuple[Iterable[str], Iterable[str]]]
"""Phrases of groups by name: English, Spanish. A phrase with `=` in front counts in no other form."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of a group, of two words or more; without stems it counts as it is written."""

    words: tuple[str, ...]
    stems: tuple[str, ...] | None
    group: str

    def put(
        self, texts: Sequence[str], stems: Sequence[str], start: int, found: dict[str, int], *, any_form: bool
    ) -> None:
        """Add the group where the phrase stands at `start`, as it is written or by its stems."""
        end = start + len(self.words)
        if self.group not in found and (
            stems[start:end] == self.stems if self.stems and any_form else texts[start:end] == self.words
        ):
            found[self.group] = end


class _Forms:
    """The phrases of all groups in one language, by how they may be written."""

    def __init__(
        self, groups: Iterable[tuple[str, Iterable[str]]], language: int, stems_of: Mapping[str, tuple[str, str]]
    ) -> None:
        self.language = language
        written: defaultdict[str, dict[str, None]] = defaultdict(dict)
        exact: defaultdict[str, dict[str, None]] = defaultdict(dict)
        stems: defaultdict[str, dict[str, None]] = defaultdict(dict)
        phrases: defaultdict[str, defaultdict[str, set[_Phrase]]] = defaultdict(lambda: defaultdict(set))
        for name, texts in groups:
            for text in texts:
                words = tuple(map(intern, fold(text.lstrip("=")).split()))
                only = name.startswith(EXACT) or text.startswith("=")
                if len(words) > 1:
                    told = None if only else tuple(stems_of[w][language] for w in words)
                    for first, second, *_ in {words, told or words}:
                        phrases[first][second].add(_Phrase(words, told, name))
                elif words:
                    written[words[0]][name] = None
                    if only:
                        exact[words[0]][name] = None
                    else:
                        stems[stems_of[words[0]][language]][name] = None
        self.written, self.exact, self.stems = (
            {key: tuple(names) for key, names in by.items()} for by in (written, exact, stems)
        )
        self._phrases = {
            first: {second: sorted(found, key=_longest_first) for second, found in by.items()}
            for first, by in phrases.items()
        }

    def put(self, texts: Sequence[str], stems: Sequence[str], here: list[dict[str, int]], *, any_form: bool) -> None:
        """Add the groups that stand in a text to `here`, place by place; written for speed, each start reads thousands.

        Args:
            texts: the words, with an empty one at the end.
            stems: their stems, the same.
            here: for each word the groups that begin there, and where they end.
            any_form: whether all forms of a word count, or only the written one.
        """
        phrases, exact = self._phrases, self.exact
        names, looked_up = (self.stems, stems) if any_form else (self.written, texts)
        for start, found in enumerate(here):
            text, stem = texts[start], stems[start]
            if follow := phrases.get(text):
                for phrase in follow.get(texts[start + 1], ()):
                    phrase.put(texts, stems, start, found, any_form=any_form)
            if stem != text and (follow := phrases.get(stem)):
                for phrase in follow.get(stems[start + 1], ()):
                    phrase.put(texts, stems, start, found, any_form=any_form)
            for name in names.get(looked_up[start], ()):
                found.setdefault(name, start + 1)
            if any_form:
                for name in exact.get(text, ()):
                    found.setdefault(name, start + 1)


def _longest_first(phrase: _Phrase) -> tuple[int, tuple[str, ...], str]:
    return -len(phrase.words), phrase.words, phrase.group


class Vocabulary:
    """All groups of words of urgent.yaml, in both languages, ready to be found in a text."""

    def __init__(
        self,
        groups: Named,
        short: Mapping[str, str] | None = None,
        known: Iterable[str] = (),
        small: tuple[Iterable[str], Iterable[str]] = ((), ()),
    ) -> None:
        """Take the groups, text-speak, words that are spelt right, and the small words of each language."""
        self._short = {fold(k): tuple(fold(v).split()) for k, v in (short or {}).items()}
        own = {w for pair in groups.values() for phrases in pair for p in phrases for w in fold(p.lstrip("=")).split()}
        self._speller = Speller(dict.fromkeys((w for w in own if len(w) >= _SHORTEST), 1.0), long=_LONG)
        self._stems = {intern(w): (intern(stem_en(w)), intern(stem_es(w))) for w in {*own, *known}}
        self._forms = tuple(_Forms(((n, pair[i]) for n, pair in groups.items()), i, self._stems) for i in (0, 1))
        self._heard = {by_ear(w): w for w in sorted(own) if len(w) >= _BY_EAR}
        self._known_stems = frozenset(stem for pair in self._stems.values() for stem in pair)
        english, spanish = (frozenset(fold(w) for w in words) for words in small)
        self._small = (english - spanish, spanish - english)

    def read(self, text: str) -> list[Word]:
        """The words of a text. Text-speak is written out, and misspelt words of signs are repaired."""
        if len(text) > LONGEST + LONGEST // 2:
            text = f"{text[:LONGEST]}\n{text[-LONGEST // 2 :]}"
        words: list[Word] = []
        sentence = clause = repairs = 0
        for token in _TOKEN.findall(_RUN.sub(r"\1\1", fold(text))):
            if not token[0].isalnum():
                clause += 1
                sentence += token[0] in _ENDS
                continue
            for part in self._short.get(token, (token,)):
                stems = self._stems.get(part)
                if stems is None and repairs < REPAIRS:
                    repairs += 1
                    part = self._meant(part)  # noqa: PLW2901 - the word that was meant
                    stems = self._stems.get(part)
                words.append(Word(part, sentence, clause, stems or (stem_en(part), stem_es(part))))
        return words

    def _meant(self, word: str) -> str:
        """An unknown word as the file knows it: without digits for letters, small forms, or written by ear."""
        if word[0].isalpha() and not word.isalpha():
            word = word.translate(_DIGITS)
        for ending, plain in _SMALL_FORMS:
            if word.endswith(ending) and len(word) > len(ending) + 2 and word[: -len(ending)] + plain in self._stems:
                return word[: -len(ending)] + plain
        if len(word) >= _BY_EAR and (written := self._heard.get(by_ear(word))):
            return written
        return self._repaired(word)

    def _repaired(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha() or self._known_stems & {stem_en(word), stem_es(word)}:
            return word
        return self._speller.repair(word) or word

    def find(self, words: list[Word]) -> dict[str, list[Found]]:
        """Every group in the text, with its places in reading order."""
        texts = [word.text for word in words]
        here: list[dict[str, int]] = [
            {BIG_NUMBER: start + 1} if text.isdecimal() and int(text[:6]) >= _BIG else {}
            for start, text in enumerate(texts)
        ]
        padded = (*texts, "")
        for forms, any_form in zip(self._forms, self._languages(texts), strict=True):
            if any_form is not None:
                stems = (*(word.stems[forms.language] for word in words), "")
                forms.put(padded, stems, here, any_form=any_form)
        places: defaultdict[str, list[Found]] = defaultdict(list)
        for start, groups in enumerate(here):
            for name, end in groups.items():
                places[name].append(Found(start, end))
        return {
            name: found if len(found) <= 2 * _OFTEN else found[:_OFTEN] + found[-_OFTEN:]
            for name, found in places.items()
        }

    def _languages(self, texts: list[str]) -> tuple[bool | None, bool | None]:
        """For each language: whether all forms of a word count, only the written one, or (None) not even that."""
        english, spanish = (sum(map(small.__contains__, texts)) for small in self._small)
        return _counts(english, spanish), _counts(spanish, english)


def _counts(own: int, other: int) -> bool | None:
    if own < other * _STRANGE and other > 1:
        return None
    return own >= other * _FOREIGN


def by_ear(word: str) -> str:
    """How a Spanish word sounds: `inchado` and `hinchado`, `fievre` and `fiebre` are one."""
    for written, sounds in _EAR:
        word = word.replace(written, sounds)
    return word.removesuffix("y") + "i" if word.endswith("y") else word
