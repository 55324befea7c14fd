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
    """Makes the cards of claimed tips; call `forget` when content changed."""

    def __init__(self, make: Make) -> None:
        self._kept = lru_cache(KEPT)(make)

    def __call__(self, claimed: Claimed) -> Card | None:
        card = self._kept(claimed.pack, claimed.tip, claimed.locale) if claimed.tip else None
        return marked(card, claimed.mark) if card else None

    def forget(self) -> None:
        self._kept.cache_clear()


def marked(card: Card, mark: str) -> Card:
    """The card with a mark in its buttons' ids, by which Discord shows it again."""
    return replace(card, actions=tuple(tuple(_marked(a, mark) for a in group) for group in card.actions))


def _marked(action: Action, mark: str) -> Action:
    if not isinstance(action, Button):
        return action
    return replace(action, id=str(replace(ActionId.read(action.id), mark=mark)))


def is_marked(action_id: str, mark: str) -> bool:
    """Whether a button's id carries the mark."""
    return action_id.rpartition("|")[2] == mark
