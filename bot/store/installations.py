"""The Installations port: one row a workspace, its tokens sealed; and the states that were used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.installation import Installation
from bot.conversation.ports import Clock
from bot.store import hints
from bot.store.cache import Cache
from bot.store.choices import belongs_to, key
from bot.store.engine import Database, insert_into
from bot.store.tables import installations, used_states
from bot.store.vault import STATE_LASTS, UnreadableError, Vault

_log = structlog.get_logger(__name__)


class StoredInstallations:
    """Keeps installations in a database. Every call may raise StoreUnavailableError."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self.cache: Cache[Installation | None] = Cache(self._read, clock, "installations")

    async def find(self, workspace: Workspace, *, quick: bool = False) -> Installation | None:
        known = await self.cache.get(workspace)
        if known is None and quick:
            raise StoreUnavailableError("installations cannot be read in time")
        found = known.value if known else await self._read(workspace)
        if found is None:  # another replica may be installing it at this moment: ask again
            self.cache.expire(workspace)
        elif known is None:
            self.cache.learn(workspace, found)
        return found

    async def _read(self, workspace: Workspace) -> Installation | None:
        async with self._database.reading() as connection:
            query = select(installations).where(belongs_to(workspace, installations))
            row = (await connection.execute(query)).mappings().one_or_none()
        return self._of_row(workspace, row) if row else None

    def _of_row(self, workspace: Workspace, row: Mapping[Any, Any]) -> Installation | None:
        try:
            hidden = self._vault.unseal(workspace, row["sealed"])
        except UnreadableError:
            fix = "put the key that sealed it back into TOKEN_KEYS, or let the workspace add the bot again"
            _log.error("a workspace's token cannot be read with TOKEN_KEYS", **workspace._asdict(), fix=fix)
            return None
        return Installation(
            workspace,
            bot_token=hidden["bot_token"] or "",
            bot=row["bot"],
            bot_user=row["bot_user"],
            installed_at=row["installed_at"],
            refresh_token=hidden["refresh_token"],
            expires_at=row["expires_at"],
        )

    async def workspaces(self, platform: str) -> tuple[Workspace, ...]:
        query = select(installations.c.workspace).where(installations.c.platform == platform)
        async with self._database.reading() as connection:
            found = await connection.scalars(query.order_by(installations.c.workspace))
            return tuple(Workspace(platform, each) for each in found)

    async def save(self, installation: Installation) -> None:
        workspace = installation.workspace
        values = self._tokens(installation) | {
            "bot": installation.bot,
            "bot_user": installation.bot_user,
            "installed_at": installation.installed_at,
        }
        try:
            async with self._database.writing() as connection:
                row = insert_into(connection, installations).values(key(workspace) | values)
                same = (installations.c.platform, installations.c.workspace)
                await connection.execute(row.on_conflict_do_update(index_elements=same, set_=values))
                await hints.give(connection, workspace)
        except BaseException:
            self.cache.expire(workspace)
            raise
        self.cache.learn(workspace, installation)

    async def remove(self, workspace: Workspace) -> bool:
        try:
            async with self._database.writing() as connection:
                gone = await connection.execute(delete(installations).where(belongs_to(workspace, installations)))
                await hints.give(connection, workspace)
        finally:
            self.cache.forget(workspace)
        await self._database.tidy_up()
        return gone.rowcount > 0

    async def claim_renewal(self, installation: Installation, until: datetime) -> bool:
        free = or_(installations.c.renewing_until.is_(None), installations.c.renewing_until <= self._clock())
        claim = update(installations).where(and_(_is(installation), free)).values(renewing_until=until)
        async with self._database.writing() as connection:
            claimed = (await connection.execute(claim)).rowcount > 0
        if not claimed:  # another process has renewed it, or is at it
            self.cache.expire(installation.workspace)
        return claimed

    async def renew(self, old: Installation, new: Installation) -> bool:
        self.cache.learn(new.workspace, new)  # the old one is used up, whatever the database says now
        async with self._database.writing() as connection:
            renewed = await connection.execute(update(installations).where(_is(old)).values(self._tokens(new)))
            await hints.give(connection, new.workspace)
        if not renewed.rowcount:
            self.cache.forget(new.workspace)
        return renewed.rowcount > 0

    def _tokens(self, installation: Installation) -> dict[str, Any]:
        hidden = {"bot_token": installation.bot_token, "refresh_token": installation.refresh_token}
        sealed = self._vault.seal(installation.workspace, hidden)
        return {"sealed": sealed, "expires_at": installation.expires_at, "renewing_until": None}

    def new_state(self) -> str:
        return self._vault.new_state(self._clock())

    async def use_state(self, state: str) -> bool:
        now = self._clock()
        name = self._vault.open_state(state, now)
        if name is None:
            return False
        async with self._database.writing() as connection:
            return await _use(connection, name, now)


def _is(installation: Installation) -> ColumnElement[bool]:
    """The row, as long as it holds the same token: each one runs out at a time of its own."""
    same = installations.c.expires_at == installation.expires_at
    return and_(belongs_to(installation.workspace, installations), same)


async def _use(connection: AsyncConnection, state: str, now: datetime) -> bool:
    """Note that a state is used; False when it was. Those that are too old to pass anyhow are dropped."""
    await connection.execute(delete(used_states).where(used_states.c.used_at < now - 2 * STATE_LASTS))
    row = insert_into(connection, used_states).values(state=state, used_at=now)
    return (await connection.execute(row.on_conflict_do_nothing())).rowcount == 1
