"""Python's search for reference cycles, for a process that reads much at its start and makes short-lived rows then."""

import gc

YOUNG = 200_000
"""New objects between two searches. A set of two thousand tips makes Python's own 700 many times over, and a search
among them finds nothing each time: none is part of a cycle."""


def leave_out_what_was_read() -> None:
    """Content, templates and libraries stay for as long as the process runs, so they are not searched again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
