"""What the bot does with its database besides keeping choices: erase in time, and say whether it can be reached."""

import asyncio

import structlog
from sqlalchemy import select

from bot.conversation.administration import Administration, StoreUnavailableError
from bot.service import Check, Health, Service
from bot.store.engine import Database
from bot.store.store import Store
from bot.store.tables import store_schema

ERASE_SECONDS = 24 * 3600.0
"""How often the bot looks for what is to be erased."""
AGAIN_SECONDS = 600.0
"""How long until it looks again when the database was away."""
_log = structlog.get_logger(__name__)


def erasing(administration: Administration) -> Service:
    return Service("erasure", lambda: erase_when_due(administration))


def opening(store: Store) -> Service:
    """Waits for a database that comes late; ends the bot, with the reason, when it cannot be used."""
    return Service("database", store.opening.run)


async def erase_when_due(administration: Administration, every: float = ERASE_SECONDS) -> None:
    """Erase what communities left behind whose time is over. `every` is in seconds."""
    while True:
        pause = every
        try:
            for workspace, erased in await administration.erase_due():
                _log.info("a community that removed the bot was erased", **workspace._asdict(), rows=erased.rows)
        except StoreUnavailableError:
            _log.warning("nothing could be erased: the database cannot be reached")
            pause = min(every, AGAIN_SECONDS)
        await asyncio.sleep(pause)


def database_check(database: Database) -> Check:
    """A real read of a real table: a pool may hold connections to a server that is gone."""

    async def check() -> Health:
        kind = "postgresql" if database.is_postgres else "sqlite"
        try:
            async with database.reading() as connection:
                await connection.scalar(select(store_schema.c.min_code_version))
        except StoreUnavailableError as error:
            return Health(ok=False, facts={"kind": kind, "problem": str(error)})
        return Health(ok=True, facts={"kind": kind})

    return check
