"""Rows that travel as few parameters arrive as they were, whatever stands in their cells."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import BigInteger, Boolean, Date, String, select

from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.tables import Moment
from bot.store.tips.values import Few, Types, values

TYPES: Types = {"of": BigInteger(), "word": String(), "flag": Boolean(), "day": Date(), "at": Moment()}
SHARED: Types = {"of": BigInteger(), "word": Few()}
DAY, AT = date(2026, 3, 1), datetime(2026, 3, 1, 9, 30, 0, 250, tzinfo=UTC)
WORDS = (
    *("plain", "", " ", "NULL", "null"),
    *('say "so"', "back\\slash\\", "a,b", "{a}", "it's", "%s :name $1", "calambre ñ 🦵", "\n"),
)
"""Whatever an array, a JSON text or a statement could take for its own."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(open_engine(address_of(Settings(database_url=database_url))))
    yield opened
    await opened.close()


async def brought(database: Database, rows: list[tuple[object, ...]], types: Types = TYPES) -> list[tuple[object, ...]]:
    async with database.reading() as connection:
        found = values(connection, "found", types, zip(*rows, strict=True))
        return [tuple(row) for row in await connection.execute(select(found).order_by(found.c.of))]


async def test_words_arrive_as_they_were(database: Database) -> None:
    rows = [(number, word, True, DAY, AT) for number, word in enumerate(WORDS)]
    assert await brought(database, rows) == rows


async def test_words_that_rows_share_arrive_as_they_were(database: Database) -> None:
    rows = [(number, word) for number, word in enumerate((*WORDS, None, *WORDS))]
    assert await brought(database, rows, SHARED) == rows
    assert await brought(database, [(1, None)], SHARED) == [(1, None)]


async def test_what_is_not_there_stays_away(database: Database) -> None:
    rows = [(1, None, None, None, None), (2, "word", False, DAY, AT), (3, None, True, None, AT)]
    assert await brought(database, rows) == rows
    assert await brought(database, rows[:1]) == rows[:1]


async def test_what_all_rows_have_alike_is_in_each(database: Database) -> None:
    for alike in (("word", True, DAY, AT), (None, None, None, None), ("", False, DAY, None)):
        rows = [(number, *alike) for number in range(3)]
        assert await brought(database, rows) == rows
    assert await brought(database, [(1, "same"), (2, "same")], SHARED) == [(1, "same"), (2, "same")]


async def test_each_row_keeps_its_own_day_and_time(database: Database) -> None:
    days = [(n, "word", True, DAY + timedelta(n % 3), AT + timedelta(microseconds=n % 5)) for n in range(20)]
    assert await brought(database, days) == days


async def test_a_time_of_another_zone_is_the_same_instant(database: Database) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert await brought(database, [(1, "w", True, DAY, elsewhere), (2, "w", True, DAY, AT)]) == [
        (1, "w", True, DAY, AT),
        (2, "w", True, DAY, AT),
    ]


async def test_large_and_negative_numbers_arrive(database: Database) -> None:
    rows = [(number, "word", True, DAY, AT) for number in (-(2**63), -1, 0, 2**63 - 1)]
    assert await brought(database, rows) == rows
