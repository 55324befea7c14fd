"""Which tip comes next: nothing repeats until all were shown, also when tips are added or removed meanwhile.

Each cycle shuffles by a keyed hash of the tip's id; the place in the deck is the hash of the tip shown last. The next
tip is the one with the smallest hash above it. (A place kept as a position repeats tips when one is added.)
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b

SHUFFLES = 256
"""So many different seeds: enough that two channels seldom show the same order, few enough to keep the orders."""
ORDERS = 2048
"""So many are kept of one choice: each seed's, for some cycles."""
NONE_YET = -1
_BITS = 63
"""A database's signed number of 64 bits holds the hash."""
_TRIED = 64
"""Cycles tried so that the last tip of one is not the first of the next."""


@dataclass(slots=True)
class Deck:
    """A channel's place in the deck. `last` is the hash of the tip shown last in this cycle.

    Not frozen, as what is made for each tip is not (bot/tips/ports.py).
    """

    seed: int
    cycle: int = 0
    last: int = NONE_YET


def hash_of(deck: Deck, tip: str) -> int:
    """Where a tip stands in this cycle's order, from 0 to 2**63 - 1."""
    key = f"{deck.seed}:{deck.cycle}".encode()
    return int.from_bytes(blake2b(tip.encode(), key=key, digest_size=8).digest()) >> (64 - _BITS)


class Choice:
    """The tips that a channel may show (ids, each once), with the orders that they were shuffled to.

    Both are kept for the next channel that may show the same: to look an order up by all of its tips would take longer
    than to draw one.
    """

    __slots__ = ("order", "tips")

    def __init__(self, tips: Iterable[str]) -> None:
        self.tips = tuple(tips)
        self.order = lru_cache(ORDERS)(partial(_order, self.tips))


def _order(tips: tuple[str, ...], seed: int, cycle: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    deck = Deck(seed, cycle)
    pairs = sorted((hash_of(deck, tip), tip) for tip in tips)
    return tuple(h for h, _ in pairs), tuple(t for _, t in pairs)


def draw(deck: Deck, choice: Choice) -> tuple[str, Deck] | None:
    """The next tip and the deck after it; None when there are no tips."""
    if not choice.tips:
        return None
    hashes, names = choice.order(deck.seed, deck.cycle)
    at = bisect_right(hashes, deck.last)
    if at < len(names):
        return names[at], Deck(deck.seed, deck.cycle, hashes[at])
    shown_last = names[at - 1] if hashes[-1] == deck.last else None
    return _first_of_next(deck, choice, shown_last)


def _first_of_next(deck: Deck, choice: Choice, shown_last: str | None) -> tuple[str, Deck]:
    """The first tip of the next cycle; a cycle that would show the same tip twice in a row is passed over."""
    for cycle in range(deck.cycle + 1, deck.cycle + _TRIED + 1):
        hashes, names = choice.order(deck.seed, cycle)
        if names[0] != shown_last:
            break
    return names[0], Deck(deck.seed, cycle, hashes[0])


def draws(deck: Deck, choice: Choice, number: int) -> tuple[str, ...]:
    """The next `number` tips, without taking them."""
    found: list[str] = []
    for _ in range(number):
        drawn = draw(deck, choice)
        if not drawn:
            break
        tip, deck = drawn
        found.append(tip)
    return tuple(found)
