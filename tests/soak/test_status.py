"""`make soak` ends with 1 when anything is wrong, and does the rest all the same."""

import pytest

from tests.soak.__main__ import status


def test_a_part_that_fails_is_named_and_makes_the_whole_fail(capsys: pytest.CaptureFixture[str]) -> None:
    done = []

    def part(name: str, *, clean: bool) -> bool:
        done.append(name)
        return clean

    parts = {n: lambda n=n: part(n, clean=n != "memory") for n in ("tips", "memory", "inputs")}  # type: ignore[misc]
    assert status(parts) == 1
    assert done == ["tips", "memory", "inputs"]
    assert capsys.readouterr().out == "soak: memory failed\n"


def test_all_clean_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert status({"tips": lambda: True, "memory": lambda: True}) == 0
    assert capsys.readouterr().out == "soak: clean\n"
