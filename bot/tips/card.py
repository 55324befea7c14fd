"""A posted tip as a card. Cards are kept: a hundred thousand channels share some hundreds of tips."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from bot.cards.card import Action, Button, Card
from bot.conversation.view import ActionId
from bot.tips.ports import Claimed

KEPT = 2048
Make = Callable[[str, str, str | None], Card | None]
"""(pack, tip, locale) -> the card without a mark; None when there is no such tip."""


class TipCards:
    """Makes the cards of claimed tips. `revision` names the content of a pack as it is now."""

    def __init__(self, make: Make, revision: Callable[[str], str]) -> None:
        self._revision = revision

        def kept(pack: str, tip: str, locale: str | None, _revision: str) -> Card | None:
            return make(pack, tip, locale)

        self._kept = lru_cache(KEPT)(kept)

    def __call__(self, claimed: Claimed) -> Card | None:
        """The card, or None when the pack has no such tip any more."""
        if not claimed.tip:
            return None
        return self._kept(claimed.pack, claimed.tip, claimed.locale, self._revision(claimed.pack))


def marked(card: Card, mark: str) -> Card:
    """The card with a mark in its buttons' ids: where a message has nothing else by which it is found again."""
    return replace(card, actions=tuple(tuple(_marked(a, mark) for a in group) for group in card.actions))


def _marked(action: Action, mark: str) -> Action:
    if not isinstance(action, Button):
        return action
    return replace(action, id=str(replace(ActionId.read(action.id), mark=mark)))


def is_marked(action_id: str, mark: str) -> bool:
    """Whether a button's id carries the mark."""
    return action_id.rpartition("|")[2] == mark
