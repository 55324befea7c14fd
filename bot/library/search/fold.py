"""Letters as a person types them -> bare words: small letters, no accents, no apostrophes."""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2019\u2018\u00b4`\u02bc]")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> str:
    """Small letters without accents and apostrophes; other characters stay, so that clauses can still be seen."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
    return _APOSTROPHES.sub("", folded)


def words_of(text: str) -> list[str]:
    """The folded words of `text`; letters drawn out (`sooooo`) count twice at most."""
    return _WORD.findall(_RUN.sub(r"\1\1", fold(text)))
