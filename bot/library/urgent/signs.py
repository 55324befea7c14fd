"""The signs of one pack, compiled once; assesses any text in both languages and keeps nothing of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.library.kept import NOTHING_KEPT, Kept
from bot.library.urgent.context import NAMES, taken_back
from bot.library.urgent.likeness import FEWEST, Likeness, learn
from bot.library.urgent.pattern import Pattern, PatternError, parse
from bot.library.urgent.urgent_file import ByLanguage, SignEntry, Tier, UrgentFile
from bot.library.urgent.words import Vocabulary


class Level(StrEnum):
    EMERGENCY = "emergency"
    SAME_DAY = "same-day"
    ROUTINE = "routine"
    NONE = "none"


_LEVELS = {Tier.EMERGENCY: Level.EMERGENCY, Tier.SAME_DAY: Level.SAME_DAY, Tier.ROUTINE: Level.ROUTINE}
_ORDER = list(Level)
BAR = {Level.EMERGENCY: -2.0, Level.SAME_DAY: -1.0}
"""How much a text must read like urgent examples for a pattern to count: it is doubted only where all reads calm."""
ALONE = 0.5
"""The same where no pattern knows the text. With it 96 of 100 calm texts that nobody had read bring none."""
SURE = 1.9
"""Above it what no pattern knows is an emergency, if it is most like these; below it a same-day notice comes."""
LIKE = "like-examples"
"""The sign of a text that no pattern knows, but that reads like the file's examples."""


@dataclass(frozen=True)
class Urgency:
    """What a text says. `signs` are keys of urgent.yaml, the most urgent first."""

    level: Level = Level.NONE
    signs: tuple[str, ...] = ()
    self_harm: bool = False

    @property
    def urgent(self) -> bool:
        """Whether a notice comes before the answer."""
        return self.level in (Level.EMERGENCY, Level.SAME_DAY)


@dataclass(frozen=True)
class _Sign:
    name: str
    level: Level
    self_harm: bool
    patterns: tuple[Pattern, ...]


class Signs:
    """Compiled signs. Built once for each revision of the pack."""

    def __init__(
        self,
        file: UrgentFile | None,
        known: Collection[str] = (),
        ordinary: Collection[str] | None = None,
        kept: Kept = NOTHING_KEPT,
    ) -> None:
        """Compile the file.

        Args:
            file: urgent.yaml, or nothing.
            known: words that are spelt right (the pack's own), which are never repaired.
            ordinary: questions for cards, which are calm; without them nothing is learnt from the examples.
            kept: what was learnt from the same examples before.

        Raises:
            PatternError: when a line of a pattern cannot be read; the loader reports it with its line.
        """
        self._signs = compiled(file) if file else []
        named: dict[str, tuple[Iterable[str], Iterable[str]]] = {}
        if file:
            named = {name: _spelt_out(name, file.groups) for name in file.groups}
            named |= {f"!{name}": _pair(getattr(file.context, name)) for name in NAMES}
        for pattern in (p for sign in self._signs for p in sign.patterns):
            for literal in pattern.literals:
                phrase = (literal[1:].replace("_", " "),)
                named[literal] = (phrase, phrase)
        small_words = _pair(file.context.small) if file else ((), ())
        self._vocabulary = Vocabulary(named, file.short if file else {}, known, small_words)
        self._likeness: Likeness | None = None
        if file and ordinary is not None:
            told = (file.model_dump_json(), *sorted(known), *ordinary)
            vocabulary = self._vocabulary
            self._likeness = Likeness(kept.table("signs", told, lambda: learn(file, ordinary, vocabulary)))
        self._by_group: dict[str, list[tuple[_Sign, Pattern]]] = {}
        for sign in self._signs:
            for pattern in sign.patterns:
                for group in min(pattern.wanted, key=lambda e: len(e.groups)).groups:
                    self._by_group.setdefault(group, []).append((sign, pattern))

    def assess(self, text: str) -> Urgency:
        """How urgent a text is. Looks at every text in both languages."""
        words = self._vocabulary.read(text)
        places = self._vocabulary.find(words)
        candidates = [entry for group in places for entry in self._by_group.get(group, ())]
        taken = taken_back(words, places)
        found: dict[str, _Sign] = {}
        for sign, pattern in candidates:
            if sign.name not in found and pattern.match(places, words, taken):
                found[sign.name] = sign
        urgency = _urgency(found.values())
        if not self._likeness or len(words) < FEWEST or urgency.self_harm:
            return urgency
        score, tier = self._likeness.hear(words, places, taken)
        if score > BAR.get(urgency.level, ALONE):
            level = _LEVELS[tier] if score > SURE else Level.SAME_DAY
            return urgency if urgency.urgent else Urgency(level, (*urgency.signs, LIKE))
        return _urgency(sign for sign in found.values() if sign.level is Level.ROUTINE)


def _urgency(found: Iterable[_Sign]) -> Urgency:
    signs = sorted(found, key=lambda s: (_ORDER.index(s.level), s.name))
    if not signs:
        return Urgency()
    return Urgency(signs[0].level, tuple(s.name for s in signs), any(s.self_harm for s in signs))


def compiled(file: UrgentFile) -> list[_Sign]:
    """The signs with their patterns read. Raises PatternError."""
    for name in file.groups:
        _spelt_out(name, file.groups)
    return [_compile(name, entry, file.groups) for name, entry in file.signs.items()]


def _compile(name: str, entry: SignEntry, groups: Collection[str]) -> _Sign:
    try:
        unless = tuple(parse(f"<{group}>", groups).wanted[0] for group in entry.unless)
    except PatternError as error:
        raise PatternError(f"{name}, unless: {error}", "unless:") from None
    patterns = []
    for line in entry.patterns:
        try:
            patterns.append(parse(line, groups))
        except PatternError as error:
            raise PatternError(f"{name}: {line!r}: {error}", line) from None
    told = (replace(p, unwanted=(*p.unwanted, *unless)) for p in patterns)
    return _Sign(name, _LEVELS[entry.tier], entry.self_harm, tuple(told))


def _spelt_out(name: str, groups: Mapping[str, ByLanguage]) -> tuple[list[str], list[str]]:
    """The words of a group, with those of the groups that it names (`@leg`). Raises PatternError."""
    told: tuple[list[str], list[str]] = [], []
    for own, words in zip(told, _pair(groups[name]), strict=True):
        for word in words:
            if not word.startswith("@"):
                own.append(word)
            elif (other := groups.get(word[1:])) is None:
                raise PatternError(f"{name}: there is no group {word}", f"{name}:")
            else:
                own.extend(_pair(other)[0 if own is told[0] else 1])
    return told


def _pair(words: ByLanguage) -> tuple[Collection[str], Collection[str]]:
    return words.en, words.es


NO_SIGNS = Signs(None)
"""For a pack without urgent.yaml."""
