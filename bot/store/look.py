"""A look at the database that changes nothing in it: how it stands to this code, and what was chosen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.tips import Stop
from bot.settings import Settings
from bot.store import choices
from bot.store.address import address_of, sqlite_path
from bot.store.engine import Database, open_engine
from bot.store.migrate import Standing, standing
from bot.store.opening import cannot_be_used
from bot.store.tables import installations, subscriptions
from bot.store.vault import UnreadableError, Vault

BY_THEMSELVES = (Stop.GONE, Stop.FORBIDDEN, Stop.NO_TIPS)


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


@dataclass(frozen=True)
class Configured:
    """Channels of one community that moderators chose something for: a rule, or a daily tip."""

    workspace: Workspace
    channels: tuple[str, ...]
    stopped: tuple[tuple[str, Stop], ...] = ()
    """Daily tips that came to a stop by themselves, by their channels."""


async def configured(settings: Settings, platform: str) -> tuple[Configured, ...]:
    """Each community of a platform, in a database that is up to date. Raises SettingError."""
    async with _looking(settings) as connection:
        known = await choices.known(connection, platform)
        return tuple([await _configured(connection, workspace) for workspace, present in known.items() if present])


@dataclass(frozen=True)
class Installed:
    """A workspace that added the bot by itself."""

    workspace: Workspace
    token: str | None = field(repr=False)
    """None when TOKEN_KEYS cannot read it."""


async def installed(settings: Settings, platform: str) -> tuple[Installed, ...]:
    """Each workspace with a token of its own, in a database that is up to date. Raises SettingError."""
    if not settings.token_keys:
        return ()
    vault = Vault(settings.token_keys)
    wanted = select(installations.c.workspace, installations.c.sealed).where(installations.c.platform == platform)
    async with _looking(settings) as connection:
        rows = (await connection.execute(wanted.order_by(installations.c.workspace))).all()
    return tuple(Installed(Workspace(platform, name), _token(vault, Workspace(platform, name), s)) for name, s in rows)


def _token(vault: Vault, workspace: Workspace, sealed: str) -> str | None:
    try:
        return vault.unseal(workspace, sealed)["bot_token"]
    except UnreadableError:
        return None


async def _configured(connection: AsyncConnection, workspace: Workspace) -> Configured:
    rules = [each.channel for each in (await choices.read(connection, workspace)).channels]
    columns = (subscriptions.c.channel, subscriptions.c.active, subscriptions.c.stopped)
    mine = select(*columns).where(choices.belongs_to(workspace, subscriptions)).order_by(subscriptions.c.id)
    tips = (await connection.execute(mine)).all()
    stopped = tuple((tip.channel, Stop(tip.stopped)) for tip in tips if tip.stopped in BY_THEMSELVES)
    active = [tip.channel for tip in tips if tip.active]
    return Configured(workspace, tuple(dict.fromkeys([*rules, *active])), stopped)


@dataclass(frozen=True)
class Tokens:
    """How many workspaces added the bot; how many of their tokens an older key sealed, and how many no key reads."""

    all: int
    older: int
    unreadable: int


async def tokens(settings: Settings) -> Tokens:
    """Look at every token with TOKEN_KEYS; none is told. Raises SettingError."""
    vault, older, unreadable = Vault(settings.token_keys or ()), 0, 0
    async with _looking(settings) as connection:
        rows = (await connection.execute(select(installations))).all()
    for row in rows:
        if vault.is_newest(row.sealed):
            continue
        try:
            vault.unseal(Workspace(row.platform, row.workspace), row.sealed)
            older += 1
        except UnreadableError:
            unreadable += 1
    return Tokens(len(rows), older, unreadable)


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
