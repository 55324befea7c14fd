"""An empty poll: nothing is due among ten thousand subscriptions, or among a million."""

import statistics
import time
from datetime import UTC, datetime, timedelta

import asyncpg  # type: ignore[import-untyped]

from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.tips.store import StoredTips
from bot.tips.ports import Plan
from tests.bench.throughput import new_database

POLLS = 200
GROW = """
INSERT INTO subscriptions (platform, workspace, channel, version, pack, zone, local_time, weekdays, grace_minutes, rules,
    next_local_date, next_due_at, deck_seed)
SELECT platform, workspace, channel || '-' || copy, version, pack, zone, local_time, weekdays, grace_minutes, rules,
    next_local_date, next_due_at + copy * interval '1 second', deck_seed
FROM subscriptions, generate_series(1, $1::int) AS copy
"""


async def polling(dsn: str, few: int, many: int) -> tuple[float, float]:
    """Median milliseconds of an empty poll (plan and claim) with few and with many subscriptions.

    The two databases are asked in turns, so that a busy moment of the machine is one for both.
    """
    urls = [await _nothing_due(dsn, "bench_poll_few", few), await _nothing_due(dsn, "bench_poll_many", few)]
    await _tell(urls[1], GROW.replace("$1::int", str(many // few - 1)), "VACUUM ANALYZE subscriptions")
    databases = [Database(open_engine(address_of(Settings(database_url=url)))) for url in urls]
    taken: list[list[float]] = [[], []]
    for _ in range(POLLS):
        for database, times in zip(databases, taken, strict=True):
            times.append(await _one_poll(StoredTips(database)))
    for database in databases:
        await database.close()
    return statistics.median(taken[0]), statistics.median(taken[1])


async def _nothing_due(dsn: str, name: str, number: int) -> str:
    url = await new_database(dsn, name, number)
    later = "UPDATE subscriptions SET next_due_at = next_due_at + interval '1 day'"
    await _tell(url, later, "VACUUM ANALYZE subscriptions")
    return url


async def _tell(url: str, *words: str) -> None:
    connection = await asyncpg.connect(url)
    for each in words:
        await connection.execute(each)
    await connection.close()


async def _one_poll(tips: StoredTips) -> float:
    now, begun = datetime.now(UTC), time.perf_counter()
    assert await tips.plan(now, timedelta(seconds=60), 1000, lambda _dues: Plan()) == (0, [])
    assert not await tips.claim("slack", now, timedelta(seconds=60), 64, each=8, without=())
    return 1000 * (time.perf_counter() - begun)
