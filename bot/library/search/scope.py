"""Whether a question is one that a card can answer at all; better no card than a guessed one."""

from bot.library.search.index import Ranked
from bot.library.search.language import REFUSED, Read

_BIAS, _LEAD, _OWN, _UNKNOWN = 4.8, -0.47, -0.99, 1.2
"""Fitted by logistic regression on the tuning part of tests/questions and on made-up questions (2026)."""
_MOST = 5
_MOST_UNKNOWN = 0.5
"""Share of unknown words that a pack without lay terms (words.yaml) allows."""
DECLINE_FROM = 1.3
"""Fewer than 3 in 100 questions that a card answers lie above this, more than 9 in 10 others do."""


def declines(read: Read, ranked: Ranked, own_terms: frozenset[str]) -> bool:
    """Whether to say "I don't know": for a dose or a diagnosis always, else where too little speaks for a card.

    `own_terms` are the names of the language's lay terms that a card is about.
    """
    if not ranked.topics or any(term.startswith(REFUSED) for term in read.terms):
        return True
    unknown = read.unknown / max(len(read.stems), 1)
    if not own_terms:
        return unknown > _MOST_UNKNOWN
    lead = ranked.topics[0][1] - ranked.elsewhere
    own = min(len(own_terms.intersection(read.terms)), _MOST)
    return _BIAS + _LEAD * lead + _OWN * own + _UNKNOWN * unknown > DECLINE_FROM
