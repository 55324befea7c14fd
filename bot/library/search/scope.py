"""Whether a question is one that a card can answer at all; better no card than a guessed one."""

from bot.library.search.index import Ranked
from bot.library.search.language import REFUSED, Read

_BIAS, _LEAD, _OURS, _UNKNOWN = 1.4, -1.3, -0.87, 3.65
"""Fitted by logistic regression (2026) on tests/questions and on a fourth of questions.yaml at a time, left out.

The bias stands 1.0 above the fitted one: about 1 in 100 good questions of all sets together is declined by it.
"""
_MOST_UNKNOWN = 0.5
"""Share of unknown words that a pack allows which lists no questions of other subjects."""


def declines(read: Read, ranked: Ranked) -> bool:
    """Whether to say "I don't know": for a dose or a diagnosis always, else where too little speaks for a card."""
    if not ranked.topics or any(term.startswith(REFUSED) for term in read.terms):
        return True
    unknown = read.unknown / max(len(read.stems), 1)
    if ranked.ours is None:
        return unknown > _MOST_UNKNOWN
    fit = _LEAD * (ranked.topics[0][1] - ranked.elsewhere) + _OURS * ranked.ours
    return _BIAS + fit + _UNKNOWN * unknown > 0
