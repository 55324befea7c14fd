"""Plans in one transaction: due subscriptions are locked, their day's tip is inserted, and they move on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Date, Integer, String, bindparam, delete, insert, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.tips import Status
from bot.store.engine import insert_into
from bot.store.tables import Moment, deliveries, hidden_tips, notices, subscriptions
from bot.store.tips.rows import HIDDEN, due_of, hidden_in, mark_of, with_its_workspace
from bot.store.tips.values import Few, Types, values
from bot.tips.calendar import rules_version
from bot.tips.ports import Claimed, Due, Plan, Planned

_PLANNED: Types = {
    "of": BigInteger(),
    "day": Date(),
    "tip": Few(),
    "due_at": Moment(),
    "expires_at": Moment(),
    "available_at": Moment(),
    "status": Few(),
    "why": Few(),
}
_TAKEN: Types = {
    "of": BigInteger(),
    "day": Date(),
    "tip": Few(),
    "due_at": Moment(),
    "expires_at": Moment(),
}
_COMMUNITY: Types = {"platform": Few(), "workspace": String()}
_ADVANCED: Types = {"of": BigInteger(), "cycle": Integer(), "last": BigInteger(), "day": Date(), "due_at": Moment()}
_INSERTED = (
    *("subscription", "platform", "workspace", "channel", "pack"),
    *("local_date", "tip", "due_at", "expires_at", "available_at", "status", "last_error"),
)


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
    return len(rows), await _insert_leased(connection, decided.taken, now, lease) if decided.taken else []


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
    hidden = await _hidden(connection, {(platform, workspace) for _, platform, workspace, *_ in rows})
    return [due_of(row, hidden) for row in rows]


async def _hidden(
    connection: AsyncConnection, communities: set[tuple[str, str]]
) -> Mapping[tuple[str, str, str], frozenset[str]]:
    if not communities:
        return {}
    of = values(connection, "communities", _COMMUNITY, sorted(communities)).c
    theirs = (hidden_tips.c.platform == of.platform, hidden_tips.c.workspace == of.workspace)
    return hidden_in(await connection.execute(select(*HIDDEN).where(*theirs)))


async def write(connection: AsyncConnection, decided: Plan, now: datetime, rules: str) -> None:
    """Insert what is planned, unless its day has one already, and move the subscriptions on."""
    if decided.planned:
        await _insert(connection, decided.planned)
    if decided.advances:
        rows = [(a.subscription, a.deck.cycle, a.deck.last, a.next_day, a.next_due) for a in decided.advances]
        to = values(connection, "advanced", _ADVANCED, rows)
        moved = {
            "deck_cycle": to.c.cycle,
            "deck_last": to.c.last,
            "next_local_date": to.c.day,
            "next_due_at": to.c.due_at,
            "rules": rules,
        }
        await connection.execute(update(subscriptions).where(subscriptions.c.id == to.c.of).values(moved))
    for each in decided.advances:
        if each.stop:
            await stop(connection, each.subscription, each.stop, now)


def delivery_row(planned: Planned) -> dict[str, Any]:
    s = planned.subscription
    return {
        "platform": s.workspace.platform,
        "workspace": s.workspace.id,
        "subscription": s.id,
        "channel": s.channel,
        "local_date": planned.day,
        "pack": s.pack,
        "tip": planned.tip,
        "due_at": planned.due_at,
        "expires_at": planned.expires_at,
        "available_at": planned.available_at,
        "status": planned.status,
        "last_error": planned.why,
    }


async def _insert(connection: AsyncConnection, planned: Sequence[Planned]) -> None:
    rows = [(p.subscription.id, p.day, p.tip, p.due_at, p.expires_at, p.available_at, p.status, p.why) for p in planned]
    new, of = values(connection, "planned", _PLANNED, rows).c, subscriptions.c
    chosen = (of.id, of.platform, of.workspace, of.channel, of.pack)
    told = (new.day, new.tip, new.due_at, new.expires_at, new.available_at, new.status, new.why)
    source = select(*chosen, *told).where(of.id == new.of)
    adding = insert_into(connection, deliveries).from_select(_INSERTED, source)
    await connection.execute(adding.on_conflict_do_nothing())


async def _insert_leased(
    connection: AsyncConnection, taken: Sequence[Planned], now: datetime, lease: timedelta
) -> list[Claimed]:
    """Plan and claim in one step, and so with one write fewer: marked as perhaps sent, which is committed first."""
    token = uuid4().hex
    rows = [(p.subscription.id, p.day, p.tip, p.due_at, p.expires_at) for p in taken]
    new, of = values(connection, "taken", _TAKEN, rows).c, subscriptions.c
    leased = {
        "status": literal(Status.LEASED.value),
        "lease_token": bindparam("token", token),
        "available_at": bindparam("until", now + lease, type_=deliveries.c.available_at.type),
        "maybe_sent": true(),
        "tried_at": bindparam("now", now, type_=deliveries.c.tried_at.type),
        "attempt": literal(1),
    }
    chosen = (of.id, of.platform, of.workspace, of.channel, of.pack, new.day, new.tip, new.due_at, new.expires_at)
    source = select(*chosen, *leased.values()).where(of.id == new.of)
    columns = ("subscription", "platform", "workspace", "channel", "pack", "local_date", "tip", "due_at", "expires_at")
    adding = insert_into(connection, deliveries).from_select([*columns, *leased], source)
    key = (deliveries.c.subscription, deliveries.c.local_date)
    told = adding.on_conflict_do_nothing(index_elements=key).returning(deliveries.c.id, *key)
    days = {(p.subscription.id, p.day): p for p in taken}
    return [
        _leased(days[subscription, day], number, token, now)
        for number, subscription, day in await connection.execute(told)
    ]


def _leased(planned: Planned, number: int, token: str, now: datetime) -> Claimed:
    p, s = planned, planned.subscription
    return Claimed(
        number,
        token,
        mark_of(s.id, p.day),
        s.workspace,
        s.channel,
        s.pack,
        p.tip,
        p.locale,
        p.due_at,
        p.expires_at,
        attempt=1,
        maybe_sent=False,
        tried_at=now,
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
