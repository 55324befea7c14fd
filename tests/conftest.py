"""What most tests start from: the real content, and a person at each platform."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import tests.odd  # noqa: F401 - the settings of hypothesis
from bot.app import Parts, assemble, now
from bot.conversation.conversation import Conversation
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.garbage import leave_out_what_was_read
from bot.library.shelf import Shelf
from bot.settings import Settings
from tests import judges
from tests.desks import Desk, DiscordDesk, SlackDesk, discord_desk, slack_desk
from tests.leaks import pytest_runtest_makereport, set_up_logs  # noqa: F401 - pytest finds the hook here
from tests.packs import KEPT

set_up_logs()
ROOT = Path(__file__).parent.parent
FULL_FILES = {
    *("test_search.py", "test_urgent.py", "test_lint.py", "test_host.py", "test_reload.py", "test_second_pack.py"),
    *("test_pictures.py", "test_limits.py", "test_faults_slack.py", "test_faults_discord.py"),
    *("test_signoff.py", "test_fear.py", "test_signed_slack.py", "test_keys.py"),
    "test_health.py",
    "test_kept.py",
    *("test_measures.py", "test_answer_limit.py", "test_sandbox.py"),
}
"""Files whose tests build the search, draw, or wait for a platform's patience again and again."""
PLATFORMS = ("slack-socket", "slack-http", "discord")


def pytest_report_header() -> str:
    return "recorded requests are judged by ../shared/tools" if judges.HERE else f"SKIPPED {judges.SKIPPED}"


FULL_TIER = ("admin", "check", "doctor", "fuzz", "install", "playground", "scale", "store")
"""Folders with servers and databases of their own, which the fast tier leaves out as it does slow tests."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast tier does not even read what it would leave out; reading all tests takes each worker seconds."""
    fast = config.option.markexpr == "not slow"
    inside = collection_path.is_relative_to(ROOT / "tests") and collection_path.relative_to(ROOT / "tests").parts
    full = inside and (inside[0] in FULL_TIER or inside[-1] in FULL_FILES)
    return True if fast and full else None


def pytest_collection_finish() -> None:
    """Tests and libraries stay to the end: the search for reference cycles need not go through them again and again."""
    leave_out_what_was_read()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(ROOT / "tests").parts[0] in FULL_TIER or item.path.name in FULL_FILES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command line sets logging up for its own process; later tests would hear, and find leaks of, nothing."""
    yield
    set_up_logs()


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The bot on its own content, with Share allowed."""
    assembled = assemble(Settings(), PlaceSettings(share=True))
    leave_out_what_was_read()
    return assembled


@pytest.fixture
def parts_for(parts: Parts) -> Callable[..., Parts]:
    """The same bot with other settings; content is read once for the whole run. A test may ask as fast as it can."""

    def made(**changed: Any) -> Parts:
        settings = Settings(**{"answers_per_minute": 0, **changed})
        places, most = SameEverywhere(PlaceSettings(share=True)), settings.answers_per_minute
        own = Conversation(
            parts.library.packs, parts.templates, parts.words, places, now, answers_per_minute=most, kept=KEPT
        )
        return replace(parts, settings=settings, conversation=own, shelf=Shelf(parts.library.packs))

    return made


FULL_PLATFORMS = ("slack-http",)
"""Left to the full tier: the way of Slack's requests differs, what is said in them does not."""


def marks_of(platform: str) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.slow,) if platform in FULL_PLATFORMS else ()


@pytest.fixture(params=[pytest.param(platform, marks=marks_of(platform)) for platform in PLATFORMS])
async def desk(request: pytest.FixtureRequest, parts_for: Callable[..., Parts]) -> AsyncIterator[Desk]:
    """A person at each platform in turn; what the bot sent is judged when they leave."""
    if request.param == "discord":
        async with discord_desk(parts_for) as person:
            yield person
            assert not person.refusals
    else:
        async with slack_desk(parts_for, http=request.param == "slack-http") as person:
            yield person
            assert not person.refusals


@pytest.fixture
async def at_slack(parts_for: Callable[..., Parts]) -> AsyncIterator[SlackDesk]:
    async with slack_desk(parts_for) as person:
        yield person


@pytest.fixture
async def at_discord(parts_for: Callable[..., Parts]) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(parts_for) as person:
        yield person
