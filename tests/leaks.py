"""A pytest plugin: a test during which a person's id, a token or a typed text was logged fails, whatever it tests.

It reads what came to standard error, also from processes that a test started, on every worker of xdist.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from bot import log
from bot.playground.discord.snowflakes import steady
from bot.playground.page.community import make_world

SLACK_PERSON = re.compile(r"\b[UWD]0[0-9A-Z]{9}\b")
"""A person or their direct messages at the loopback Slack (its ids.py)."""
SECRETS = ("xoxb-loopback", "xapp-loopback", "loopback-discord-token", "loopback-signing-secret")
SENTINEL = "zq-sentinel-zq"
"""Part of texts that tests type to see that nothing of them is kept."""
LONG_ENOUGH = 12
"""Shorter typed texts are commands, whose names may stand in a log."""
_typed: set[str] = set()
_people: set[str] = {steady("person", key) for key in make_world().people}


def set_up_logs() -> None:
    """Log everything that an operator could ever see."""
    log.configure("debug")


def typed(text: str) -> None:
    """Somebody typed this: it must not come up in a log."""
    if len(text) >= LONG_ENOUGH:
        _typed.add(text)


def there_are(people: Iterable[str]) -> None:
    """People of a World: their ids at Discord must not come up in a log."""
    _people.update(steady("person", key) for key in people)


def leaks(logged: str) -> list[str]:
    """What of all that stands in these lines."""
    found = SLACK_PERSON.findall(logged)
    return found + [text for text in (*SECRETS, SENTINEL, *_people, *_typed) if text in logged]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[Any]:
    report = yield
    if found := leaks(report.capstderr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} let this be logged: {found}\n\n{report.capstderr[-4000:]}"
    return report
