"""Light stemming: the forms of one word fall together, nothing more. Stems are never shown."""

from collections.abc import Callable

Stemmer = Callable[[str], str]

_SHORTEST = 3
"""Letters that a stem keeps at least."""
_IRREGULAR_EN = {
    "feet": "foot",
    "calves": "calf",
    "calfs": "calf",
    "caught": "catch",
    "hurts": "hurt",
    "knives": "knife",
    "shaking": "shak",
    "worse": "worse",
    "tense": "tens_",
    "tensed": "tens_",
    "tensing": "tens_",
    "tenses": "tens_",
    "tension": "tens_",
    "ached": "ach",
    "periods": "period",
    "pills": "pill",
    "swollen": "swell",
    "woke": "wak",
    "woken": "wak",
    "drank": "drink",
    "drunk": "drink",
    "took": "tak",
    "taken": "tak",
    "ran": "run",
    "went": "go",
    "gone": "go",
    "goes": "go",
    "began": "begin",
    "felt": "feel",
    "gave": "giv",
    "given": "giv",
    "gotten": "get",
    "got": "get",
    "this": "this",
    "ms": "ms",
    "als": "als",
    "tens": "tens",
    "worry": "worr",
    "worried": "worr",
    "worries": "worr",
    "worrying": "worr",
}
_ENDINGS_EN = frozenset(
    ("fulness", "ness", "ingly", "edly", "ings", "ing", "ied", "ed", "ly", "er", "ers", "est", "y", "e")
)
_ENDINGS_ES = frozenset(
    (
        "amientos",
        "imientos",
        "amiento",
        "imiento",
        "aciones",
        "iciones",
        "acion",
        "icion",
        "mente",
        "iendo",
        "ando",
        "ieron",
        "aron",
        "aban",
        "adas",
        "ados",
        "idas",
        "idos",
        "aba",
        "ada",
        "ado",
        "ida",
        "ido",
        "ito",
        "ita",
        "itos",
        "itas",
        "amos",
        "emos",
        "imos",
        "arme",
        "erme",
        "irme",
        "arse",
        "erse",
        "irse",
        "arlo",
        "erlo",
        "ia",
        "ar",
        "er",
        "ir",
        "an",
        "en",
        "as",
        "es",
        "os",
        "a",
        "o",
        "e",
        "s",
    )
)
_LONGEST = max(map(len, _ENDINGS_EN | _ENDINGS_ES))


def stem_en(word: str) -> str:
    """English: plurals, -ing, -ed, -ness, -ly, -y, and feet, calves, swollen."""
    if word in _IRREGULAR_EN:
        return _IRREGULAR_EN[word]
    if len(word) <= _SHORTEST:
        return word
    if word.endswith(("ies", "sses")):
        word = word[:-2]
    elif word.endswith("s") and word[-2] not in "suia":
        word = word[:-1]
    word = _without_ending(word, _ENDINGS_EN)
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word[-1] in "ei" else word


def stem_es(word: str) -> str:
    """Spanish: number, gender, the common verb endings, and duele/doler, tiembla/temblar as one."""
    if len(word) <= _SHORTEST:
        return word
    return _without_ending(word, _ENDINGS_ES).replace("ie", "e").replace("ue", "o")


def _without_ending(word: str, endings: frozenset[str]) -> str:
    """The word without its longest ending; slices in a set, as each start of the bot stems some 20,000 words."""
    for length in range(min(_LONGEST, len(word) - _SHORTEST), 0, -1):
        if word[-length:] in endings:
            return word[:-length]
    return word


def _whole(word: str) -> str:
    return word


_STEMMERS: dict[str, Stemmer] = {"en": stem_en, "es": stem_es}
LANGUAGES = tuple(_STEMMERS)
"""The languages that search reads, whether cards are written in them or not."""


def stemmer(language: str) -> Stemmer:
    """The stemmer of a language; words stay whole where there is none."""
    return _STEMMERS.get(language, _whole)
