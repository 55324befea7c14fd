"""Words as sorted numbers: a known one is found in its row, any other one is not."""

from hypothesis import given
from hypothesis import strategies as st

from bot.library.checksums import checksum, checksums, in_order, row_of

WORDS = st.text(st.characters())


@given(st.sets(WORDS, max_size=40), WORDS)
def test_a_word_is_found_in_its_row_and_others_are_not(words: set[str], other: str) -> None:
    ordered = in_order(words)
    column = checksums(ordered)
    assert [row_of(word, column) for word in ordered] == list(range(len(ordered)))
    if checksum(other) not in column:
        assert row_of(other, column) is None


def test_of_two_words_with_the_same_checksum_the_last_one_stands_for_both() -> None:
    assert checksum("plumless") == checksum("buckeroo")
    ordered = in_order(["calf", "plumless", "buckeroo"])
    assert sorted(ordered) == ["buckeroo", "calf"]
    assert row_of("plumless", checksums(ordered)) == ordered.index("buckeroo")


def test_half_of_a_surrogate_pair_is_a_word_as_any_other() -> None:
    assert row_of("\ud83d", checksums(["\ud83d"])) == 0


def test_no_words_hold_none() -> None:
    assert row_of("calf", checksums([])) is None
