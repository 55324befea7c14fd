"""What most tests start from: the real content, and a person at each platform."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app import Parts, assemble, now
from bot.conversation.conversation import Conversation
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.garbage import leave_out_what_was_read
from bot.library.shelf import Shelf
from bot.settings import Settings
from tests.conftest import PLATFORMS, marks_of
from tests.desks import Desk, DiscordDesk, SlackDesk, discord_desk, slack_desk
from tests.leaks import pytest_runtest_makereport, set_up_logs  # noqa: F401 - pytest finds the hook here
from tests.odd import settings
from tests.packs import KEPT

set_up_logs()


def pytest_configure(config: pytest.Config) -> None:
    """The fast tier tries a quarter of the texts that the full one does (odd.py)."""
    settings.load_profile("fast" if config.option.markexpr == "not slow" else "full")


def pytest_collection_finish() -> None:
    """Tests and libraries stay to the end: the search for reference cycles need not go through them again and again."""
    leave_out_what_was_read()


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
