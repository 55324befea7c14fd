"""Plans in one transaction: due subscriptions are locked, their day's tip is inserted, and they move on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, String, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import Moment, hidden_tips, notices, subscriptions
from bot.store.tips import leases
from bot.store.tips.adding import add_rows, rows_of_planned
from bot.store.tips.rows import HIDDEN, due_of, hidden_in, with_its_workspace
from bot.store.tips.values import Cells, Few, Types, values
from bot.tips.calendar import rules_version
from bot.tips.ports import Advance, Claimed, Due, Plan

_WHOSE = slice(1, 3)
"""Where platform and workspace stand in a row."""
_COMMUNITY: Types = {"platform": Few(), "workspace": String()}
_ADVANCED: Types = {
    "of": BigInteger(),
    "cycle": Integer(),
    "last": BigInteger(),
    "day": Date(),
    "due_at": Moment(),
    "last_day": Date(),
}


async def plan(
    connection: AsyncConnection, now: datetime, lease: timedelta, limit: int, decide: Callable[[Sequence[Due]], Plan]
) -> tuple[int, list[Claimed]]:
    """Plan at most `limit` due subscriptions; those that another worker plans are left to it."""
    active = subscriptions.c.active
    query = with_its_workspace().where(active, subscriptions.c.next_due_at <= now)
    rows = await _locked(connection, query.order_by(subscriptions.c.next_due_at), limit)
    if not rows:
        return 0, []
    decided = decide(rows)
    await write(connection, decided, now, rules_version())
    return len(rows), await leases.take(connection, decided.taken, now, lease)


async def replan(
    connection: AsyncConnection, now: datetime, limit: int, rules: str, again: Callable[[Sequence[Due]], Plan]
) -> int:
    """Find the next day anew where other time zone rules were used."""
    query = with_its_workspace().where(subscriptions.c.rules != rules).order_by(subscriptions.c.id)
    rows = await _locked(connection, query, limit)
    if rows:
        await write(connection, again(rows), now, rules)
    return len(rows)


async def _locked(connection: AsyncConnection, query: Any, limit: int) -> list[Due]:
    query = query.limit(limit).with_for_update(of=subscriptions, skip_locked=True)
    rows = (await connection.execute(query)).all()
    hidden = await _hidden(connection, {row[_WHOSE] for row in rows})
    return [due_of(row, hidden) for row in rows]


async def _hidden(
    connection: AsyncConnection, communities: set[tuple[str, str]]
) -> Mapping[tuple[str, str, str], frozenset[str]]:
    if not communities:
        return {}
    of = values(connection, "communities", _COMMUNITY, zip(*sorted(communities), strict=True)).c
    theirs = (hidden_tips.c.platform == of.platform, hidden_tips.c.workspace == of.workspace)
    return hidden_in(await connection.execute(select(*HIDDEN).where(*theirs)))


async def write(connection: AsyncConnection, decided: Plan, now: datetime, rules: str) -> None:
    """Insert what is planned, unless its day has one already, and move the subscriptions on."""
    if decided.advances:
        to = values(connection, "advanced", _ADVANCED, _columns(decided.advances))
        moved = {
            "deck_cycle": to.c.cycle,
            "deck_last": to.c.last,
            "next_local_date": to.c.day,
            "next_due_at": to.c.due_at,
            "last_local_date": to.c.last_day,
            "rules": rules,
        }
        await connection.execute(update(subscriptions).where(subscriptions.c.id == to.c.of).values(moved))
    if decided.planned:
        await add_rows(connection, rows_of_planned(decided.planned))
    for each in decided.advances:
        if each.stop:
            await stop(connection, each.subscription, each.stop, now)


def _columns(advances: Sequence[Advance]) -> tuple[Cells, ...]:
    return (
        [a.subscription for a in advances],
        [a.deck.cycle for a in advances],
        [a.deck.last for a in advances],
        [a.next_day for a in advances],
        [a.next_due for a in advances],
        [a.last_day for a in advances],
    )


async def stop(connection: AsyncConnection, subscription: int, why: str, now: datetime) -> None:
    """The subscription posts nothing more; its moderators are told once."""
    active = subscriptions.c.active
    stopped = update(subscriptions).where(subscriptions.c.id == subscription, active)
    values = {"active": False, "stopped": why, "version": subscriptions.c.version + 1}
    if (await connection.execute(stopped.values(values))).rowcount == 1:
        await notify(connection, subscription, why, now)


async def notify(connection: AsyncConnection, subscription: int, kind: str, now: datetime) -> None:
    """Leave word for the moderators, in place of anything they were not told yet about this subscription."""
    untold = (notices.c.subscription == subscription, notices.c.told_at.is_(None))
    await connection.execute(delete(notices).where(*untold))
    of = subscriptions.c
    named = [of.platform, of.workspace, of.id.label("subscription")]
    source = select(*named, bindparam("kind", kind), bindparam("at", now, type_=notices.c.at.type))
    source = source.where(of.id == subscription)
    columns = ["platform", "workspace", "subscription", "kind", "at"]
    await connection.execute(insert(notices).from_select(columns, source))
