"""100,000 tips due in the same minute on PostgreSQL: ours against raw asyncpg doing the same claims and marks.

Ours reads and locks what is due, chooses tips, moves subscriptions on, leases the tips in sets, draws each and writes down
what became of it. The raw loop only claims and marks tips that others planned before its clock ran, as a queue in a table
does: it leases the rows of what waits, skipping what others hold, and marks them as sent while the lease is its own.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as local_time

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import insert, text

from bot.app import Parts, now
from bot.cards.card import Card
from bot.conversation.administration import Workspace
from bot.conversation.measures import UNMEASURED
from bot.conversation.tips import Subscription
from bot.platforms.slack.pictures import without_pictures
from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.migrate import migrate
from bot.store.tables import subscriptions, workspaces
from bot.store.tips.rows import row_of
from bot.store.tips.store import StoredTips
from bot.store.tips.turns import Turns
from bot.tips.calendar import rules_version
from bot.tips.card import TipCards
from bot.tips.deck import SHUFFLES, Deck
from bot.tips.delivery import Pace
from bot.tips.planning import Planner
from bot.tips.ports import Due, Outcome, Sent, TipPost
from bot.tips.worker import PLANNED_AT_ONCE, Work, Worker
from tests.store.databases import url_of

PER_COMMUNITY = 5
BATCH = PLANNED_AT_ONCE
PACE = Pace(batch=BATCH, at_once=6 * BATCH, each=BATCH)
"""As in production, but for the platform. It answers at once, so whole sets are on their way where a real one, which
answers in tenths of a second, is sent 64 posts at a time; and sets are as large as those that are planned."""
RAW_BATCHES = (250, 500, 1000)
"""The raw loop gets the size of sets that suits it best, which is not ours: at 1,000 PostgreSQL may read all of the table
for each set."""
ROUNDS = 5
RAW_PLAN = """
INSERT INTO deliveries (platform, workspace, subscription, channel, local_date, pack, tip, due_at, expires_at, status,
    available_at)
SELECT platform, workspace, id, channel, next_local_date, pack, 'towel-loop', next_due_at,
    next_due_at + interval '4 hours', 'pending', next_due_at FROM subscriptions
"""
RAW_CLAIM = """
UPDATE deliveries SET status = 'leased', lease_token = $1, available_at = $2, maybe_sent = true, tried_at = $3,
    attempt = attempt + 1
WHERE id IN (SELECT id FROM deliveries WHERE platform = 'slack' AND status IN ('pending', 'leased')
    AND available_at <= $3 ORDER BY available_at LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING id, workspace, channel, tip
"""
RAW_MARK = """
UPDATE deliveries SET status = 'sent', message_id = done.message, sent_at = $3, lease_token = NULL
FROM unnest($1::bigint[], $2::text[]) AS done (id, message)
WHERE deliveries.id = done.id AND deliveries.lease_token = $4
"""


async def empty_database(dsn: str, name: str) -> str:
    """An up-to-date database with nothing in it."""
    owner = await asyncpg.connect(dsn)
    await owner.execute(f'DROP DATABASE IF EXISTS "{name}"')
    await owner.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    await owner.close()
    url = url_of(dsn, name)
    await migrate(address_of(Settings(database_url=url)))
    return url


async def new_database(dsn: str, name: str, number: int) -> str:
    """A database with so many subscriptions that are due."""
    url = await empty_database(dsn, name)
    database = Database(open_engine(address_of(Settings(database_url=url))))
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    async with database.writing(600) as connection:
        for start in range(0, number, 10_000):
            here = range(start, min(start + 10_000, number))
            communities = sorted({f"T{n // PER_COMMUNITY}" for n in here})
            rows = [{"platform": "slack", "workspace": each, "version": 1, "mode": "private"} for each in communities]
            await connection.execute(insert(workspaces), rows)
            await connection.execute(insert(subscriptions), [_row(n, due) for n in here])
        await connection.execute(text("ANALYZE"))
    await database.close()
    return url


def _row(number: int, due: datetime) -> dict[str, object]:
    wanted = Subscription(
        Workspace("slack", f"T{number // PER_COMMUNITY}"),
        f"C{number}",
        "spasm",
        ("Europe/Madrid", "America/Mexico_City", "Asia/Tokyo", "UTC")[number % 4],
        local_time(due.hour, due.minute),
        version=1,
        next_day=due.date(),
        next_due=due,
    )
    return row_of(Due(wanted, Deck(number % SHUFFLES), rules_version(), False, frozenset()), rules_version())


async def raw(url: str, number: int, batch: int) -> float:
    """Claims and marks a second with asyncpg alone, `batch` at a time."""
    connection = await asyncpg.connect(url)
    await connection.execute(RAW_PLAN)
    await connection.execute("ANALYZE deliveries")
    begun, done = time.perf_counter(), 0
    while True:
        moment, token = datetime.now(UTC), os.urandom(16).hex()
        rows = await connection.fetch(RAW_CLAIM, token, moment + timedelta(seconds=120), moment, batch)
        if not rows:
            break
        ids, messages = [row["id"] for row in rows], [f"{row['id']}.000100" for row in rows]
        await connection.execute(RAW_MARK, ids, messages, datetime.now(UTC), token)
        done += len(rows)
    seconds = time.perf_counter() - begun
    assert done == number
    await connection.close()
    return number / seconds


class Accepting:
    """A platform that takes everything at once; the message is drawn, as for a real one."""

    platform = "slack"

    def __init__(self, number: int, done: Callable[[], None]) -> None:
        self._left, self._done = number, done

    async def post(self, post: TipPost) -> Outcome:
        without_pictures(post.card)
        self._left -= 1
        if not self._left:
            self._done()
        return Sent(post.mark)

    async def find(self, post: TipPost) -> str | None:
        raise AssertionError(f"nothing was tried before: {post.mark}")

    def forgets_after(self) -> timedelta:
        return timedelta()

    async def delete(self, *_: object) -> bool:
        return False

    async def tell(self, *_: object) -> bool:
        return False


async def ours(url: str, number: int, parts: Parts) -> float:
    """Tips a second: planned, claimed, rendered and settled."""
    address = address_of(Settings(database_url=url))
    database, stopping = Database(open_engine(address)), asyncio.Event()

    async def nothing(*_: object) -> Card | None:
        return None

    work = Work(
        StoredTips(database),
        Planner(lambda: parts.conversation.packs),
        [Accepting(number, stopping.set)],
        TipCards(parts.conversation.daily_tip, parts.conversation.revision),
        nothing,
        now,
        UNMEASURED,
        Turns(address),
        PACE,
    )
    begun = time.perf_counter()
    await Worker(work).run(stopping)
    seconds = time.perf_counter() - begun
    async with database.reading() as connection:
        sent = await connection.scalar(text("SELECT count(*) FROM deliveries WHERE status = 'sent'"))
    assert sent == number, sent
    await database.close()
    return number / seconds


SIZES = """
SELECT pg_total_relation_size('subscriptions') / count(*) FROM subscriptions
UNION ALL SELECT pg_total_relation_size('deliveries') / count(*) FROM deliveries
"""


async def sizes(dsn: str, number: int, parts: Parts) -> tuple[float, int, int]:
    """(tips a second, bytes of a subscription, bytes of a posted tip), both with their indexes."""
    url = await new_database(dsn, "bench_sizes", number)
    rate = await ours(url, number, parts)
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM FULL subscriptions, deliveries")
    subscription, delivery = await connection.fetch(SIZES)
    await connection.close()
    return rate, subscription[0], delivery[0]


@dataclass(frozen=True)
class Round:
    """Tips a second, ours and raw asyncpg's, one after the other on the same machine."""

    ours: float
    raw: float

    @property
    def ratio(self) -> float:
        return self.ours / self.raw


async def throughput(dsn: str, number: int, parts: Parts) -> list[Round]:
    """Several rounds, by their ratio: a machine that is shared is now quick and now slow.

    Each loop begins from the same tables. The raw one's size of sets is chosen before: the best of some runs in each
    round would be the luckiest.
    """
    await new_database(dsn, "bench_tips", number)
    rates = {batch: await raw(await _copy(dsn), number, batch) for batch in RAW_BATCHES}
    best, rounds = max(rates, key=rates.__getitem__), []
    for _ in range(ROUNDS):
        without = await raw(await _copy(dsn), number, best)
        rounds.append(Round(await ours(await _copy(dsn), number, parts), without))
    return sorted(rounds, key=lambda each: each.ratio)


async def _copy(dsn: str) -> str:
    """The address of a fresh copy of the tables that are due."""
    owner = await asyncpg.connect(dsn)
    await owner.execute('DROP DATABASE IF EXISTS "bench_copy"')
    await owner.execute('CREATE DATABASE "bench_copy" TEMPLATE "bench_tips"')
    await owner.close()
    return url_of(dsn, "bench_copy")
