"""Misspelt words -> words of the pack. Only the pack's own words are offered, never English or Spanish at large."""

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_SHORTEST = 4
"""Shorter words have too many neighbours for a guess."""
_LONG = 7
"""From this length on two letters may be wrong."""
_SOUNDS = (
    ("tion", "xon"),
    ("sion", "xon"),
    ("cion", "xon"),
    ("shun", "xon"),
    ("ph", "f"),
    ("pn", "n"),
    ("ae", "e"),
    ("oe", "e"),
    ("tch", "ch"),
    ("scl", "sl"),
    ("mb", "m"),
    ("ght", "t"),
    ("ough", "o"),
    ("ck", "k"),
    ("qu", "k"),
    ("sch", "sk"),
    ("ch", "x"),
    ("sh", "x"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("c", "k"),
    ("z", "s"),
    ("v", "b"),
    ("ll", "y"),
    ("y", "i"),
    ("h", ""),
    ("wr", "r"),
    ("kn", "n"),
    ("ge", "je"),
    ("gi", "ji"),
)
_SAME_SOUND = 0.6
"""What two words that sound alike are apart at least, in letters."""
_SILENT = str.maketrans("", "", "aeiou")


def heard(word: str) -> str:
    """A word written as it sounds, roughly, in English and Spanish."""
    for written, sounds in _SOUNDS:
        word = word.replace(written, sounds)
    return word


def sound(word: str) -> str:
    """A rough key of how a word sounds: its first letter (any vowel is one) and its consonants, without doubles."""
    word = heard(word)
    bare = ("a" if word[:1] in "aeiou" else word[:1]) + word[1:].translate(_SILENT)
    return "".join(c for i, c in enumerate(bare) if not i or c != bare[i - 1])


class Speller:
    """Repairs words by the vocabulary of one language."""

    def __init__(self, counts: Mapping[str, float], long: int = _LONG) -> None:
        """Take the words with how often each stands in the pack; of two alike the more common one wins.

        From `long` letters on, two may be wrong.
        """
        self._counts = counts
        self._long = long
        by_start: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(counts):
            if len(word) >= _SHORTEST and word.isalpha():
                by_start[word[0], len(word)].append(word)
                by_sound[sound(word)].append(word)
        self._by_start, self._by_sound = dict(by_start), dict(by_sound)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def repair(self, word: str) -> str | None:
        """The word of the pack that was probably meant; None where nothing is near enough."""
        if len(word) < _SHORTEST or not word.isalpha():
            return None
        allowed = 2 if len(word) >= self._long else 1
        near: dict[str, float] = {}
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            choices = self._by_start.get((word[0], length))
            if choices:
                for found, distance, _ in extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=3):
                    near[found] = float(distance)
        spoken = heard(word)
        for found in self._by_sound.get(sound(word), ()):
            apart = OSA.distance(spoken, heard(found)) + _SAME_SOUND
            if apart <= allowed + 1:
                near[found] = min(near.get(found, apart), apart)
        if not near:
            return None
        return min(near, key=lambda w: (near[w], -self._counts[w], w))

    def split(self, word: str) -> tuple[str, str] | None:
        """Two words of the pack written as one, such as `legcramps`."""
        for cut in range(3, len(word) - 2):
            if word[:cut] in self._counts and word[cut:] in self._counts:
                return word[:cut], word[cut:]
        return None
