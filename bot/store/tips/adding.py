"""Rows of deliveries: a day's tip gets its one row when it is to wait, or when it was tried."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Date, Integer, String, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.tips import Status, Why
from bot.store.engine import insert_into
from bot.store.tables import Moment, deliveries, subscriptions
from bot.store.tips.values import Few, Types, values
from bot.tips.ports import Planned, Settled

_TYPES: Types = {
    "subscription": BigInteger(),
    "channel": String(),
    "pack": Few(),
    "local_date": Date(),
    "tip": Few(),
    "due_at": Moment(),
    "expires_at": Moment(),
    "status": Few(),
    "available_at": Moment(),
    "last_error": Few(),
    "attempt": Integer(),
    "maybe_sent": Boolean(),
    "tried_at": Moment(),
    "message_id": String(),
    "sent_at": Moment(),
}
_NEVER = date.min
"""Also hides the column from PostgreSQL's statistics: by old ones, of subscriptions that had planned nothing, it would
begin with a search through all of them."""
_PRECISELY = 100_000
"""Microseconds to which the time of a post is written down: tips that are settled together then share it."""
_OF_THE_DAY = (deliveries.c.subscription, deliveries.c.local_date)


class Rows(NamedTuple):
    """The cells of new rows, column by column, as `_TYPES` has them. The community is the subscription's."""

    subscription: Sequence[int]
    channel: Sequence[str]
    pack: Sequence[str]
    local_date: Sequence[date]
    tip: Sequence[str | None]
    due_at: Sequence[datetime]
    expires_at: Sequence[datetime]
    status: Sequence[Status]
    available_at: Sequence[datetime | None]
    last_error: Sequence[Why | None]
    attempt: Sequence[int]
    maybe_sent: Sequence[bool]
    tried_at: Sequence[datetime | None]
    message_id: Sequence[str | None]
    sent_at: Sequence[datetime | None]


def rows_of_planned(planned: Sequence[Planned]) -> Rows:
    """Of tips that were never tried."""
    number = len(planned)
    return Rows(
        subscription=[each.subscription.id for each in planned],
        channel=[each.subscription.channel for each in planned],
        pack=[each.subscription.pack for each in planned],
        local_date=[each.day for each in planned],
        tip=[each.tip for each in planned],
        due_at=[each.due_at for each in planned],
        expires_at=[each.expires_at for each in planned],
        status=[each.status for each in planned],
        available_at=[each.available_at for each in planned],
        last_error=[each.why for each in planned],
        attempt=[0] * number,
        maybe_sent=[False] * number,
        tried_at=[None] * number,
        message_id=[None] * number,
        sent_at=[None] * number,
    )


def rows_of_settled(settled: Sequence[Settled]) -> Rows:
    """Of tips whose first try is over, one way or another."""
    tips = [each.claimed for each in settled]
    at = list(roughly(each.at for each in settled))
    sent, pending = Status.SENT, Status.PENDING
    return Rows(
        subscription=[tip.subscription for tip in tips],
        channel=[tip.channel for tip in tips],
        pack=[tip.pack for tip in tips],
        local_date=[tip.day for tip in tips],
        tip=[tip.tip for tip in tips],
        due_at=[tip.due_at for tip in tips],
        expires_at=[tip.expires_at for tip in tips],
        status=[each.status for each in settled],
        available_at=[s.available_at if s.status is pending else a for s, a in zip(settled, at, strict=True)],
        last_error=[each.why for each in settled],
        attempt=[tip.attempt for tip in tips],
        maybe_sent=[each.maybe_sent for each in settled],
        tried_at=[tip.tried_at for tip in tips],
        message_id=[each.message for each in settled],
        sent_at=[a if s.status is sent else None for s, a in zip(settled, at, strict=True)],
    )


def roughly(moments: Iterable[datetime]) -> Iterator[datetime]:
    """To a tenth of a second, below. Most follow one another within one, and rounding is dear."""
    low = high = datetime.min.replace(tzinfo=UTC)
    for at in moments:
        if not low <= at < high:
            low = at.replace(microsecond=at.microsecond // _PRECISELY * _PRECISELY)
            high = low + timedelta(microseconds=_PRECISELY)
        yield low


async def add_rows(connection: AsyncConnection, rows: Rows) -> int:
    """Add these, but for days that have their row, and subscriptions that were removed; returns how many were added.

    A subscription that planned no such day is another one: SQLite gives the number of a removed one out again.
    """
    new, of = values(connection, "new", _TYPES, rows).c, subscriptions.c
    chosen = [of.platform, of.workspace, *(new[name] for name in _TYPES)]
    source = select(*chosen).where(
        of.id == new.subscription, func.coalesce(of.last_local_date, _NEVER) >= new.local_date
    )
    adding = insert_into(connection, deliveries).from_select(["platform", "workspace", *_TYPES], source)
    return (await connection.execute(adding.on_conflict_do_nothing(index_elements=_OF_THE_DAY))).rowcount
