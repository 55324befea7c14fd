"""PostgreSQL's NOTIFY as a hint: another process changed a workspace. Nothing depends on its coming."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.store.address import PostgresAddress
from bot.store.cache import Cache
from bot.store.engine import CONNECT_SECONDS

CHANNEL = "spasmbot_settings"
AGAIN_SECONDS = 5.0
"""Between two tries to listen. Settings are read anew each 30 s meanwhile."""


async def give(connection: AsyncConnection, workspace: Workspace) -> None:
    """Tell the other processes, when the transaction is committed."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(CHANNEL, json.dumps([workspace.platform, workspace.id]))))


async def listen(address: PostgresAddress, *caches: Cache[Any]) -> None:
    """Drop what is kept of a workspace as soon as another process says that it changed; until cancelled."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await _listen_once(address, caches)
        await asyncio.sleep(AGAIN_SECONDS)


async def _listen_once(address: PostgresAddress, caches: Iterable[Cache[Any]]) -> None:
    connection = await asyncpg.connect(dsn=address.dsn, timeout=CONNECT_SECONDS)
    try:
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _connection: ended.set())
        await connection.add_listener(CHANNEL, lambda *heard: _take(caches, heard[-1]))
        for cache in caches:
            cache.expire()  # what was said before we listened
        await ended.wait()
    finally:
        connection.terminate()


def _take(caches: Iterable[Cache[Any]], payload: Any) -> None:
    with suppress(ValueError, TypeError):
        platform, workspace = json.loads(payload)
        for cache in caches:
            cache.expire(Workspace(platform, workspace))
