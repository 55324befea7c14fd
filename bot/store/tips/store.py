"""The ports of tips over one database: each call is one transaction."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot.conversation.administration import Workspace
from bot.conversation.tips import Delivered, Subscription
from bot.store.engine import LONG_SECONDS, Database
from bot.store.tips import moderators, notices, planning, sending
from bot.tips.ports import Claimed, Due, Notice, Plan, Planned, Settled

WORK_SECONDS = 10.0
"""A worker's transaction may take so long; nobody waits for it."""


class StoredTips:
    """What a worker needs (TipStore). Every call may raise StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, now: datetime, lease: timedelta, limit: int, decide: Callable[[Sequence[Due]], Plan]
    ) -> tuple[int, Sequence[Claimed]]:
        async with self._database.writing(WORK_SECONDS) as connection:
            return await planning.plan(connection, now, lease, limit, decide)

    async def replan(self, rules: str, now: datetime, limit: int, again: Callable[[Sequence[Due]], Plan]) -> int:
        async with self._database.writing(WORK_SECONDS) as connection:
            return await planning.replan(connection, now, limit, rules, again)

    async def claim(
        self, platform: str, now: datetime, lease: timedelta, limit: int, *, each: int, without: Sequence[Workspace]
    ) -> Sequence[Claimed]:
        async with self._database.writing(WORK_SECONDS) as connection:
            return await sending.claim(connection, platform, now, lease, limit, each=each, without=without)

    async def settle(self, settled: Sequence[Settled]) -> None:
        async with self._database.writing(WORK_SECONDS) as connection:
            await sending.settle(connection, settled)

    async def end_quiet(self, now: datetime, limit: int) -> int:
        async with self._database.writing(WORK_SECONDS) as connection:
            return await notices.end_quiet(connection, now, limit)

    async def take_notices(self, platform: str, now: datetime, limit: int) -> Sequence[Notice]:
        async with self._database.writing(WORK_SECONDS) as connection:
            return await notices.take(connection, platform, now, limit)

    async def forget_old(self, before: datetime) -> int:
        async with self._database.writing(LONG_SECONDS) as connection:
            return await sending.forget_old(connection, before)

    async def backlog(self, now: datetime) -> dict[str, tuple[int, float]]:
        async with self._database.reading(WORK_SECONDS) as connection:
            return await sending.backlog(connection, now)

    async def time(self) -> datetime | None:
        """The database's time, by which all replicas go; None where there is one process and its own clock."""
        return await self._database.time()


class StoredSubscriptions:
    """What moderators need (Subscribing). Every call may raise StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscriptions(self, workspace: Workspace) -> tuple[Due, ...]:
        async with self._database.reading() as connection:
            return await moderators.read(connection, workspace)

    async def save(self, changed: Due, by: str, at: datetime) -> Subscription:
        async with self._database.writing() as connection:
            return await moderators.save(connection, changed, by, at)

    async def remove(self, subscription: Subscription, by: str, at: datetime) -> None:
        async with self._database.writing() as connection:
            await moderators.remove(connection, subscription, by, at)

    async def last_day(self, subscription: int) -> date | None:
        async with self._database.reading() as connection:
            return await moderators.last_day(connection, subscription)

    async def insert_now(self, planned: Planned, after: Due, by: str, at: datetime) -> None:
        async with self._database.writing() as connection:
            await moderators.insert_now(connection, planned, after, by, at)

    async def deliveries(self, workspace: Workspace, limit: int, day: date | None = None) -> tuple[Delivered, ...]:
        async with self._database.reading() as connection:
            return await moderators.delivered(connection, workspace, limit, day)

    async def deleted(self, workspace: Workspace, messages: Sequence[tuple[str, str]], by: str, at: datetime) -> None:
        async with self._database.writing() as connection:
            await moderators.deleted(connection, workspace, messages, by, at)

    async def hidden(self, workspace: Workspace) -> tuple[tuple[str, str], ...]:
        async with self._database.reading() as connection:
            return await moderators.hidden(connection, workspace)

    async def hide(self, workspace: Workspace, pack: str, tip: str, by: str, at: datetime, *, hide: bool) -> None:
        async with self._database.writing() as connection:
            await moderators.hide(connection, workspace, (pack, tip), by, at, hidden=hide)
