"""Nothing repeats until all were shown, whatever is added or removed meanwhile."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tips.deck import NONE_YET, SHUFFLES, Choice, Deck, draw, draws, hash_of

ids = st.lists(st.text("abcdefgh-", min_size=1, max_size=8), min_size=1, max_size=40, unique=True).map(tuple)
seeds = st.integers(0, SHUFFLES - 1)


@given(ids, seeds)
def test_each_cycle_shows_every_tip_once(tips: tuple[str, ...], seed: int) -> None:
    shown = draws(Deck(seed), Choice(tips), 3 * len(tips))
    for start in range(0, len(shown), len(tips)):
        assert sorted(shown[start : start + len(tips)]) == sorted(tips)


@given(ids.filter(lambda tips: len(tips) > 1), seeds)
def test_the_same_tip_never_comes_twice_in_a_row(tips: tuple[str, ...], seed: int) -> None:
    shown = draws(Deck(seed), Choice(tips), 4 * len(tips))
    assert all(a != b for a, b in itertools.pairwise(shown))


@pytest.mark.slow
@given(st.data())
def test_tips_that_come_and_go_repeat_nothing_within_a_cycle(data: st.DataObject) -> None:
    tips = set(data.draw(ids))
    deck = Deck(data.draw(seeds))
    shown: list[str] = []
    cycle = deck.cycle
    for _ in range(60):
        if data.draw(st.booleans()):
            tips.add(data.draw(st.text("xyz", min_size=1, max_size=6)))
        elif len(tips) > 1:
            tips.discard(data.draw(st.sampled_from(sorted(tips))))
        drawn = draw(deck, Choice(sorted(tips)))
        assert drawn
        tip, deck = drawn
        if deck.cycle != cycle:
            cycle, shown = deck.cycle, []
        assert tip not in shown
        shown.append(tip)


@given(ids, seeds, st.integers(1, 39))
def test_a_tip_that_stays_is_shown_in_the_cycle_in_which_another_one_goes(
    tips: tuple[str, ...], seed: int, after: int
) -> None:
    deck, shown = Deck(seed), []
    gone: str | None = None
    while True:
        drawn = draw(deck, Choice(t for t in tips if t != gone))
        if not drawn:
            return
        tip, following = drawn
        if following.cycle != 0:
            break
        shown.append(tip)
        deck = following
        if len(shown) == after:
            gone = next((t for t in tips if t not in shown), None)
    assert set(shown) == set(tips) - ({gone} if gone else set())


def test_no_tips_draw_nothing() -> None:
    assert draw(Deck(1), Choice(())) is None
    assert draws(Deck(1), Choice(()), 3) == ()


def test_the_place_in_the_deck_fits_a_signed_number_of_64_bits() -> None:
    assert NONE_YET < 0
    assert all(0 <= hash_of(Deck(seed, cycle), "a-tip") < 1 << 63 for seed in range(50) for cycle in range(50))


def test_shuffles_differ() -> None:
    tips = tuple(f"tip-{n}" for n in range(20))
    assert len({draws(Deck(seed), Choice(tips), 20) for seed in range(SHUFFLES)}) == SHUFFLES
