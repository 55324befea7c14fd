"""Whether a question is one that a card can answer at all; better no card than a guessed one."""

from bot.library.search.index import Ranked
from bot.library.search.language import REFUSED, Read

_BIAS, _LEAD, _OWN, _LONG = 6.4, -2.61, -1.2, -0.19
"""Fitted by logistic regression on tests/questions (2026), so that 0 is where 2 in 100 good questions are declined."""
_MOST, _LONGEST = 3, 20
"""Lay terms and words that count at most."""
_MOST_UNKNOWN = 0.5
"""Share of unknown words that a pack without lay terms (words.yaml) allows."""


def declines(read: Read, ranked: Ranked, own_terms: frozenset[str]) -> bool:
    """Whether to say "I don't know": for a dose or a diagnosis always, else where too little speaks for a card.

    `own_terms` are the names of the language's lay terms that a card is about.
    """
    if not ranked.topics or any(term.startswith(REFUSED) for term in read.terms):
        return True
    if not own_terms:
        return read.unknown > _MOST_UNKNOWN * max(len(read.stems), 1)
    lead = ranked.topics[0][1] - ranked.elsewhere
    own = min(len(own_terms.intersection(read.terms)), _MOST)
    return _BIAS + _LEAD * lead + _OWN * own + _LONG * min(len(read.words), _LONGEST) > 0
