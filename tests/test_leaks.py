"""The net under all tests (leaks.py) catches what it is there for, on workers and from child processes too."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.playground.discord.snowflakes import steady
from bot.playground.slack.ids import made_up
from tests.leaks import LONG_ENOUGH, leaks, typed

ROOT = Path(__file__).parent.parent
INNOCENT = '{"event": "slack is connected", "workspace": "T0LOOPBACK", "packs": ["spasm"]}'


@pytest.mark.parametrize(
    "leak", [made_up("U", "person", "ana"), made_up("D", "channel", "dm-ana"), steady("person", "ana"), "xoxb-loopback"]
)
def test_a_person_or_a_token_is_found(leak: str) -> None:
    assert leaks(f"{INNOCENT}\nwho={leak} did") == [leak]
    assert leaks(INNOCENT) == []


def test_a_long_typed_text_is_found_and_a_commands_name_is_not() -> None:
    words = "a text that only this test types"
    typed(words)
    typed("menu")
    assert len("menu") < LONG_ENOUGH < len(words)
    assert leaks(f"said {words}") == [words]
    assert leaks("command=menu") == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_test_that_lets_something_be_logged_fails(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import subprocess, sys, structlog\n"
        "from tests.leaks import set_up_logs\n"
        "def test_clean(): structlog.get_logger('x').info('fine')\n"
        "def test_ours(): set_up_logs(); structlog.get_logger('x').debug('heard', text='zq-sentinel-zq')\n"
        "def test_a_child(): subprocess.run([sys.executable, '-c', 'import sys; sys.stderr.write(\"xapp-loopback\")'])\n",
        encoding="utf-8",
    )
    options = ["-p", "xdist", "-p", "tests.leaks", "-p", "no:cacheprovider", "-q", "-n", workers, "-c", "/dev/null"]
    run = [sys.executable, "-m", "pytest", *options, str(tmp_path / "test_it.py")]
    alone = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # hypothesis and others take a second
    told = subprocess.run(run, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
    assert told.returncode == 1, told.stdout
    assert "2 failed, 1 passed" in told.stdout
    assert "test_ours let this be logged: ['zq-sentinel-zq']" in told.stdout
    assert "test_a_child let this be logged: ['xapp-loopback']" in told.stdout
