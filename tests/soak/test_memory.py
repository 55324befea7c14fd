"""Memory stays flat while questions are asked; and the measure can tell when it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.memory import Memory, measure

ROOT = Path(__file__).parent.parent.parent
WAYS = 4
"""The conversation, Slack over HTTP and over a socket, Discord."""


@pytest.mark.slow
def test_memory_stays_flat_over_questions() -> None:
    """A process of its own: other tests' memory is none of this one's."""
    command = [sys.executable, "-m", "tests.soak", "--memory-only", "--questions", "1000"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(" MiB: flat") == WAYS, ended.stdout


@pytest.mark.slow
async def test_an_asker_that_keeps_every_answer_is_caught() -> None:
    kept: list[bytearray] = []

    async def ask(_: str, __: int) -> None:
        kept.append(bytearray(b"x" * 2**20))

    memory = await measure("keeps", ask, 100)
    assert not memory.is_flat
    assert str(memory).endswith("GROWS")


def test_a_little_more_is_flat() -> None:
    assert Memory("some way", 10, start=2**27, warm=2**27, middle=2**27, end=2**27 + 2**20).is_flat
