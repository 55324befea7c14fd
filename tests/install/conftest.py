"""What tests of several workspaces start from: an up-to-date database of each kind, and a bot over it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from bot.app import Parts
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.settings import Settings
from bot.store import Store, open_store
from tests.install.several import Several, several
from tests.store.conftest import MovedClock

KEY = Fernet.generate_key().decode()


@pytest.fixture
def clock() -> MovedClock:
    """It starts at the real time, which slack_sdk looks at by itself when a token runs out."""
    clock = MovedClock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture(autouse=True)
def as_others_know_it(parts: Parts) -> Iterator[None]:
    """The bot is one for all tests; afterwards its moderators have chosen what other tests expect."""
    yield
    parts.conversation.follow(SameEverywhere(PlaceSettings(share=True)))


@pytest.fixture
def base(sqlite_url: str) -> Settings:
    return Settings(database_url=sqlite_url, token_keys=(KEY,))


@pytest.fixture
async def store(base: Settings, clock: MovedClock) -> AsyncIterator[Store]:
    async with open_store(base, clock) as opened:
        yield opened


@pytest.fixture
async def bot(parts: Parts, store: Store, base: Settings, clock: MovedClock) -> AsyncIterator[Several]:
    async with several(parts, store, base, clock) as opened:
        yield opened
