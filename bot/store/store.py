"""Opens the store: finds the database, has it brought up to date, and puts the ports over it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.conversation.administration import Administration, Choices, Workspace
from bot.conversation.installation import Installations
from bot.conversation.measures import UNMEASURED, Measures
from bot.conversation.ports import Clock, UploadedPictures
from bot.conversation.ports import Settings as SettingsPort
from bot.settings import Settings
from bot.store import choices, hints
from bot.store.address import PostgresAddress, address_of
from bot.store.administration import StoredAdministration
from bot.store.engine import Database, open_engine
from bot.store.installations import StoredInstallations
from bot.store.opening import Opening
from bot.store.settings_cache import CachedSettings
from bot.store.slack_pictures import StoredPictures
from bot.store.tips.store import StoredSubscriptions, StoredTips
from bot.store.tips.turns import Turns
from bot.store.vault import Vault
from bot.tips.ports import Subscribing, TipStore


@dataclass(frozen=True)
class Store:
    """The ports over one database; `database` is for the ports of others, `opening` for one that comes late."""

    settings: SettingsPort
    administration: Administration
    pictures: UploadedPictures
    subscriptions: Subscribing
    """What moderators do with daily tips; `tips` is what a worker does with them, and `turns` whose turn it is."""
    tips: TipStore
    turns: Turns
    database: Database
    opening: Opening
    installations: Installations | None = None
    """None without TOKEN_KEYS: no token is kept unencrypted."""


@asynccontextmanager
async def open_store(
    settings: Settings, clock: Clock, measures: Measures = UNMEASURED, *, late: bool = False
) -> AsyncIterator[Store]:
    """Open the database that the settings name, brought up to date.

    Args:
        settings: where it is.
        clock: the time now.
        measures: counts the database's faults.
        late: go on without it where it is not there yet: the ports say that it is away, and `opening` goes on trying.

    Raises:
        SettingError: when it cannot be reached, used or written, or is newer than this code can read.
    """
    address = address_of(settings)
    database = Database(open_engine(address), measures.database_fault, is_open=False)

    async def read(workspace: Workspace) -> Choices:
        async with database.reading() as connection:
            return await choices.read(connection, workspace)

    def opened() -> None:
        database.is_open = True
        for cache in (cached, *others):
            cache.expire()

    cached = CachedSettings(read, clock)
    installations = _installations(settings, database, clock)
    others = (installations.cache,) if installations else ()
    opening = Opening(address, opened)
    listening: asyncio.Task[None] | None = None
    try:
        await (opening.begin() if late else opening.now())
        if isinstance(address, PostgresAddress):
            listening = asyncio.create_task(hints.listen(address, cached, *others))
        kept = StoredAdministration(database, cached, clock, *others)
        yield Store(
            cached,
            kept,
            StoredPictures(database),
            StoredSubscriptions(database),
            StoredTips(database),
            Turns(address),
            database,
            opening,
            installations,
        )
    finally:
        await opening.close()
        if listening:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        for cache in (cached, *others):
            await cache.close()
        await database.close()


def _installations(settings: Settings, database: Database, clock: Clock) -> StoredInstallations | None:
    return StoredInstallations(database, Vault(settings.token_keys), clock) if settings.token_keys else None
