"""Opens the store: finds the database, brings it up to date, and puts the ports over it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import DBAPIError

from bot.conversation.administration import Administration, Choices, Workspace
from bot.conversation.ports import Clock, UploadedPictures
from bot.conversation.ports import Settings as SettingsPort
from bot.settings import SettingError, Settings
from bot.store import choices, hints
from bot.store.address import Address, PostgresAddress, address_of
from bot.store.administration import StoredAdministration
from bot.store.engine import CONNECTION_FAULTS, Database, open_engine
from bot.store.migrate import migrate
from bot.store.settings_cache import CachedSettings
from bot.store.slack_pictures import StoredPictures


@dataclass(frozen=True)
class Store:
    """The ports over one database; `database` is for the ports of others."""

    settings: SettingsPort
    administration: Administration
    pictures: UploadedPictures
    database: Database


@asynccontextmanager
async def open_store(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """Open the database that the settings name, brought up to date.

    Raises:
        SettingError: when it cannot be reached, used or written, or is newer than this code can read.
    """
    address = address_of(settings)
    await _brought_up_to_date(address)
    database = Database(open_engine(address))

    async def read(workspace: Workspace) -> Choices:
        async with database.reading() as connection:
            return await choices.read(connection, workspace)

    cached = CachedSettings(read, clock)
    listening = asyncio.create_task(hints.listen(address, cached)) if isinstance(address, PostgresAddress) else None
    try:
        yield Store(cached, StoredAdministration(database, cached, clock), StoredPictures(database), database)
    finally:
        if listening:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await cached.close()
        await database.close()


async def _brought_up_to_date(address: Address) -> None:
    try:
        await migrate(address)
    except CONNECTION_FAULTS as error:
        raise cannot_be_used(address, error) from None


def cannot_be_used(address: Address, error: Exception) -> SettingError:
    problem = f"names a database that cannot be used: {_reason(error, address)}."
    fix = "check the address, the user and its rights, and that the database is running"
    return SettingError(address.setting, problem, fix)


def _reason(error: Exception, address: Address) -> str:
    """What the database or its library said, in one line; nothing that holds the password."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split()).rstrip(".")
    if isinstance(error, TimeoutError) or not said:
        return "it does not answer"
    password = urlsplit(address.dsn).password if isinstance(address, PostgresAddress) else None
    told = password and (password in said or unquote(password) in said)
    return "the address is not understood" if told else said
