"""Tips are neither lost nor doubled while workers, and the database, are killed; and the harness can tell."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.crash import SETUPS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
COUNTS = re.compile(r"kills=(\d+) expected=(\d+) lost=(\d+) doubled=(\d+)")


def soak(*options: str) -> tuple[int, list[tuple[int, int, int, int]], str]:
    """A process of its own: it forks, and that must not copy a test runner's threads."""
    command = [sys.executable, "-m", "tests.soak", "--tips-only", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=480, check=False)
    found = COUNTS.findall(ended.stdout)
    return ended.returncode, [tuple(map(int, each)) for each in found], ended.stdout + ended.stderr  # type: ignore[misc]


def test_no_tip_is_lost_or_doubled_while_workers_are_killed() -> None:
    """In one process for all set-ups: reading the bot takes as long as killing its workers."""
    code, found, said = soak("--seconds", "6")
    assert len(found) == len(SETUPS), said
    for kills, expected, lost, doubled in found:
        assert (lost, doubled) == (0, 0), said
        assert kills >= 3, said  # a busy machine kills less often; make soak kills over a hundred times
        assert expected >= 60, said
    assert len(re.findall(r"long_freezes=[1-9]", said)) == sum(setup.freeze_long for setup in SETUPS), said
    assert code == 0, said


def test_a_sender_that_marks_after_the_send_is_caught() -> None:
    code, (counts,), said = soak("--seconds", "6", "--naive")
    assert counts[3] > 0, said
    assert code == 1
