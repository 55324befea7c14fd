"""A community with a bot whose moderators can choose, on each platform in turn."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest

from bot.app import Parts
from bot.conversation.administration import Choices, Workspace
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.tips.store import StoredSubscriptions
from tests.admin.hands import Desk, Hands
from tests.admin.memory import MemoryAdministration
from tests.desks import DiscordDesk, SlackDesk, discord_desk, slack_desk


@pytest.fixture
def store() -> MemoryAdministration:
    return MemoryAdministration()


@pytest.fixture(autouse=True)
def as_others_know_it(parts: Parts) -> Iterator[None]:
    """The bot is one for all tests; afterwards its moderators have chosen what other tests expect."""
    yield
    parts.conversation.follow(SameEverywhere(PlaceSettings(share=True)))


@pytest.fixture
async def subscriptions(sqlite_url: str) -> AsyncIterator[StoredSubscriptions]:
    """Daily tips are kept for real: what a moderator is told of them comes from the tables."""
    database = Database(open_engine(address_of(Settings(database_url=sqlite_url))))
    yield StoredSubscriptions(database)
    await database.close()


@pytest.fixture
def administered(parts: Parts, store: MemoryAdministration, subscriptions: StoredSubscriptions) -> Callable[..., Parts]:
    """The bot with other settings, where moderators can choose."""
    return lambda **settings: replace(parts, settings=Settings(**settings)).administered(store, store, subscriptions)


@pytest.fixture
async def slack(administered: Callable[..., Parts]) -> AsyncIterator[SlackDesk]:
    async with slack_desk(administered) as person:
        yield person


@pytest.fixture
async def discord(administered: Callable[..., Parts]) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(administered) as person:
        yield person


@pytest.fixture
async def hands(request: pytest.FixtureRequest, administered: Callable[..., Parts]) -> AsyncIterator[Hands]:
    """A moderator's hands on the platform that a test asks for; what the bot sent is judged when they leave."""
    if request.param == "discord":
        async with discord_desk(administered) as person:
            yield Hands(person)
    else:
        async with slack_desk(administered, http=request.param == "slack-http") as person:
            yield Hands(person)


def community_of(desk: Desk) -> Workspace:
    if isinstance(desk, SlackDesk):
        return Workspace("slack", desk.server.workspace.team)
    return Workspace("discord", desk.server.guild_id)


def channel_of(desk: Desk, key: str) -> str:
    """The platform's id of a channel of the world."""
    if isinstance(desk, SlackDesk):
        return desk.server.workspace.ids.channel(key)
    return desk.server.parts.directory.channel_id(key)


def chosen(store: MemoryAdministration, desk: Desk) -> Choices:
    return store.kept.get(community_of(desk), Choices(community_of(desk)))
