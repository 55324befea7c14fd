"""Keys for tokens at rest: a new one, and all rows sealed again with the newest."""

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.store.choices import belongs_to
from bot.store.engine import LONG_SECONDS, Database
from bot.store.tables import installations
from bot.store.vault import UnreadableError, Vault

BATCH = 100
"""Rows of one transaction: a bot that runs waits no longer than this takes."""


@dataclass(frozen=True)
class Resealed:
    """How many tokens were sealed again, were sealed with the newest key already, and can be read with none."""

    again: int = 0
    already: int = 0
    unreadable: int = 0

    def __add__(self, other: "Resealed") -> "Resealed":
        return Resealed(self.again + other.again, self.already + other.already, self.unreadable + other.unreadable)


def new_key() -> str:
    return Fernet.generate_key().decode()


async def reseal_all(database: Database, vault: Vault, batch: int = BATCH) -> Resealed:
    """Seal every token with the newest key; who stops in the middle begins again. Raises StoreUnavailableError."""
    done, last = Resealed(), ("", "")
    while True:
        async with database.writing(LONG_SECONDS) as connection:
            rows = await _after(connection, last, batch)
            for row in rows:
                done += await _reseal(connection, vault, row)
        if not rows:
            break
        last = (rows[-1].platform, rows[-1].workspace)
    await database.tidy_up()
    return done


async def _after(connection: AsyncConnection, last: tuple[str, str], batch: int) -> list[Row[Any]]:
    key = tuple_(installations.c.platform, installations.c.workspace)
    wanted = (installations.c.platform, installations.c.workspace, installations.c.sealed)
    query = select(*wanted).where(key > last).order_by(*installations.primary_key).limit(batch).with_for_update()
    return list(await connection.execute(query))


async def _reseal(connection: AsyncConnection, vault: Vault, row: Row[Any]) -> Resealed:
    if vault.is_newest(row.sealed):
        return Resealed(already=1)
    try:
        sealed = vault.reseal(row.sealed)
    except UnreadableError:
        return Resealed(unreadable=1)
    mine = belongs_to(Workspace(row.platform, row.workspace), installations)
    await connection.execute(update(installations).where(mine).values(sealed=sealed))
    return Resealed(again=1)
