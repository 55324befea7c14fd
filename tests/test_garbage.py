"""What was read at the start is left out of every search for reference cycles; what comes later is not."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.garbage import YOUNG, leave_out_what_was_read


class Knot:
    """An object that only a search for cycles can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def as_before() -> Iterator[None]:
    kept, were_left_out = gc.get_threshold(), gc.get_freeze_count()
    yield
    gc.unfreeze()
    if were_left_out:  # of the whole run (fixtures.py)
        gc.freeze()
    gc.set_threshold(*kept)


@pytest.mark.usefixtures("as_before")
def test_what_was_read_is_searched_no_more_and_what_comes_later_is() -> None:
    read = Knot()
    leave_out_what_was_read()
    assert not any(each is read for each in gc.get_objects())
    assert gc.get_threshold()[0] == YOUNG
    later = weakref.ref(Knot())
    gc.collect()
    assert later() is None
