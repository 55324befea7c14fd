"""A look at the database that changes nothing in it: how it stands to this code, and what was chosen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Choices, StoreUnavailableError
from bot.settings import Settings
from bot.store import choices
from bot.store.address import address_of, sqlite_path
from bot.store.engine import Database, open_engine
from bot.store.migrate import Standing, standing
from bot.store.opening import cannot_be_used


async def look(settings: Settings) -> Standing:
    """How the database stands. A file that is not there is not made.

    Raises:
        SettingError: when it cannot be used.
    """
    path = sqlite_path(settings)
    if path and not path.exists():
        return Standing.EMPTY
    async with _looking(settings) as connection:
        return await connection.run_sync(standing)


async def chosen(settings: Settings, platform: str) -> tuple[Choices, ...]:
    """What was chosen in each community of a platform, in a database that is up to date. Raises SettingError."""
    async with _looking(settings) as connection:
        known = await choices.known(connection, platform)
        return tuple([await choices.read(connection, w) for w, is_there in known.items() if is_there])


@asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[AsyncConnection]:
    address = address_of(settings)
    database = Database(open_engine(address))
    try:
        async with database.reading() as connection:
            yield connection
    except StoreUnavailableError as error:
        cause = error.__cause__
        raise cannot_be_used(address, cause if isinstance(cause, Exception) else error) from None
    finally:
        await database.close()
