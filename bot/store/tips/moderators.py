"""What moderators do with subscriptions and posted tips, each with its entry in the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.conversation.tips import (
    MOST_IN_A_CHANNEL,
    MOST_IN_A_WORKSPACE,
    AlreadyPostedError,
    Delivered,
    Status,
    Subscription,
    SubscriptionChangedError,
    TooManyError,
)
from bot.store import audit, choices
from bot.store.changes import Change
from bot.store.choices import belongs_to, key
from bot.store.tables import deliveries, hidden_tips, subscriptions
from bot.store.tips import leases
from bot.store.tips.adding import add_rows, rows_of_planned
from bot.store.tips.rows import HIDDEN, delivered_of, due_of, hidden_in, row_of, subscription_of, with_its_workspace
from bot.tips.ports import Due, Planned

AGAIN = (Status.SKIPPED, Status.FAILED, Status.DELETED)
"""Days like these have no tip in the channel, so one may be posted after all."""
_PLANNINGS_OWN = ("deck_seed", "deck_cycle", "deck_last", "last_local_date")
_AUDITED = (
    "channel", "pack", "zone", "at", "weekdays", "locale", "categories", "start", "skipped", "grace", "stopped",
)  # fmt: skip


async def read(connection: AsyncConnection, workspace: Workspace) -> tuple[Due, ...]:
    query = with_its_workspace().where(belongs_to(workspace, subscriptions)).order_by(subscriptions.c.id)
    mine = select(*HIDDEN).where(belongs_to(workspace, hidden_tips))
    found = hidden_in(await connection.execute(mine))
    return tuple(due_of(row, found) for row in await connection.execute(query))


async def save(connection: AsyncConnection, changed: Due, by: str, at: datetime) -> Subscription:
    """Insert, or put in the place of the version that it was made from.

    Raises:
        SubscriptionChangedError: when that version is no longer the newest.
        TooManyError: when there are too many in the channel or the community.
    """
    wanted = changed.subscription
    community = await choices.there(connection, wanted.workspace, at)
    if not wanted.id:
        await _check_room(connection, wanted)
        first = replace(changed, subscription=replace(wanted, version=max(1, int(at.timestamp()))))
        row = insert(subscriptions).values(row_of(first, changed.rules)).returning(subscriptions.c.id)
        number = await connection.scalar(row)
        saved = replace(first.subscription, id=number or 0)
        await audit.write(connection, community, (Change(f"tips.{saved.id}", None, told(saved)),), by, at)
        return saved
    current = await _locked(connection, wanted)
    saved = replace(wanted, version=current.version + 1)
    values = row_of(replace(changed, subscription=saved), changed.rules)
    kept = {name: value for name, value in values.items() if name not in _PLANNINGS_OWN}
    await connection.execute(update(subscriptions).where(subscriptions.c.id == wanted.id).values(kept))
    before, after = told(current), told(saved)
    changes = [Change(f"tips.{saved.id}.{n}", before[n], after[n]) for n in _AUDITED if before[n] != after[n]]
    if changes:
        await audit.write(connection, community, changes, by, at)
    return saved


def told(subscription: Subscription) -> Mapping[str, Any]:
    """A subscription as the audit and an export tell it."""
    return {name: _plain(getattr(subscription, name)) for name in _AUDITED}


def _plain(value: Any) -> Any:
    match value:
        case frozenset() | tuple():
            return sorted(map(_plain, value))
        case None | int() | str():
            return value
    if hasattr(value, "total_seconds"):
        return int(value.total_seconds() // 60)
    return value.isoformat("minutes") if hasattr(value, "hour") else value.isoformat()


async def _check_room(connection: AsyncConnection, wanted: Subscription) -> None:
    mine = belongs_to(wanted.workspace, subscriptions)
    here = and_(mine, subscriptions.c.channel == wanted.channel)
    for those, most in ((here, MOST_IN_A_CHANNEL), (mine, MOST_IN_A_WORKSPACE)):
        if (await connection.scalar(select(func.count()).select_from(subscriptions).where(those)) or 0) >= most:
            raise TooManyError


async def _locked(connection: AsyncConnection, wanted: Subscription) -> Subscription:
    """What it is now, if it is still the version that was changed; other writers wait."""
    mine = and_(belongs_to(wanted.workspace, subscriptions), subscriptions.c.id == wanted.id)
    found = (await connection.execute(select(subscriptions).where(mine).with_for_update())).one_or_none()
    current = subscription_of(found) if found else None
    if not current or current.version != wanted.version:
        raise SubscriptionChangedError(current)
    return current


async def remove(connection: AsyncConnection, subscription: Subscription, by: str, at: datetime) -> None:
    """Raises SubscriptionChangedError as `save` does."""
    community = await choices.there(connection, subscription.workspace, at)
    await leases.hold_still(connection, subscription.workspace.platform)
    current = await _locked(connection, subscription)
    await connection.execute(delete(deliveries).where(deliveries.c.subscription == subscription.id))
    await connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription.id))
    await audit.write(connection, community, (Change(f"tips.{current.id}", told(current), None),), by, at)


async def last_day(connection: AsyncConnection, subscription: int) -> date | None:
    """The newest local day that has a tip, or had one planned. One that an older release planned has only its row."""
    newest = select(func.max(deliveries.c.local_date)).where(deliveries.c.subscription == subscription)
    planned = select(subscriptions.c.last_local_date).where(subscriptions.c.id == subscription)
    found = [await connection.scalar(query) for query in (newest, planned)]
    return max(filter(None, found), default=None)


async def insert_now(connection: AsyncConnection, planned: Planned, after: Due, by: str, at: datetime) -> None:
    """Plan a day's tip for now; `after` is the subscription as it goes on.

    Raises:
        AlreadyPostedError: when the day has its tip in the channel, or on its way.
        SubscriptionChangedError: as `save` does.
    """
    s = planned.subscription
    community = await choices.there(connection, s.workspace, at)
    await _locked(connection, s)
    await _check_is_not_sent(connection, s, planned.day)
    moved = row_of(after, after.rules)
    await connection.execute(update(subscriptions).where(subscriptions.c.id == s.id).values(moved))
    rows = rows_of_planned((planned,))
    if not await add_rows(connection, rows):
        its_day = and_(deliveries.c.subscription == s.id, deliveries.c.local_date == planned.day)
        fresh = {name: cell for name, (cell,) in rows._asdict().items()}
        again = update(deliveries).where(its_day, deliveries.c.status.in_(AGAIN)).values(fresh)
        if (await connection.execute(again)).rowcount != 1:
            found = (await connection.execute(select(deliveries).where(its_day))).mappings().one()
            raise AlreadyPostedError(delivered_of(found))
    await audit.write(connection, community, (Change(f"tips.{s.id}.now", None, planned.day.isoformat()),), by, at)


async def _check_is_not_sent(connection: AsyncConnection, subscription: Subscription, day: date) -> None:
    """Nothing of this day may be on its way; nor does planning begin to send it, for the subscription is locked."""
    for _, tip in await leases.on_their_way(connection, subscription.workspace):
        if (tip.subscription, tip.day) == (subscription.id, day):
            raise AlreadyPostedError(_leased(tip))


def _leased(tip: leases.Leased) -> Delivered:
    return Delivered(tip.subscription, tip.channel, tip.day, tip.tip, tip.due_at, Status.LEASED)


async def delivered(
    connection: AsyncConnection, workspace: Workspace, limit: int, day: date | None
) -> tuple[Delivered, ...]:
    query = select(deliveries).where(belongs_to(workspace, deliveries))
    if day:
        query = query.where(deliveries.c.local_date == day)
    query = query.order_by(deliveries.c.due_at.desc(), deliveries.c.id.desc()).limit(limit)
    rows = [delivered_of(row) for row in (await connection.execute(query)).mappings()]
    leased = [_leased(tip) for _, tip in await leases.on_their_way(connection, workspace)]
    found = [*(each for each in leased if day in (None, each.day)), *rows]
    return tuple(sorted(found, key=lambda each: each.due_at, reverse=True)[:limit])


async def deleted(
    connection: AsyncConnection, workspace: Workspace, messages: Sequence[tuple[str, str]], by: str, at: datetime
) -> None:
    """Note that these messages, (channel, id) each, are not in their channels any more."""
    gone = tuple_(deliveries.c.channel, deliveries.c.message_id).in_(messages)
    values = {"status": Status.DELETED, "message_id": None}
    await connection.execute(update(deliveries).where(belongs_to(workspace, deliveries), gone).values(values))
    community = await choices.there(connection, workspace, at)
    await audit.write(connection, community, (Change("tips.deleted", None, len(messages)),), by, at)


async def hidden(connection: AsyncConnection, workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """(pack, tip) of each one that is hidden."""
    query = select(hidden_tips.c.pack, hidden_tips.c.tip).where(belongs_to(workspace, hidden_tips))
    rows = await connection.execute(query.order_by(hidden_tips.c.pack, hidden_tips.c.tip))
    return tuple((pack, tip) for pack, tip in rows)


async def hide(
    connection: AsyncConnection, workspace: Workspace, tip: tuple[str, str], by: str, at: datetime, *, hidden: bool
) -> None:
    """Hide a tip, (pack, id), for good, or show it again; what is so already is left as it is."""
    community = await choices.there(connection, workspace, at)
    pack, name = tip
    whose = key(workspace) | {"pack": pack, "tip": name}
    if hidden:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        change = await connection.execute(dialect.insert(hidden_tips).values(whose).on_conflict_do_nothing())
    else:
        which = (hidden_tips.c.pack == pack, hidden_tips.c.tip == name)
        change = await connection.execute(delete(hidden_tips).where(belongs_to(workspace, hidden_tips), *which))
    if change.rowcount == 1:
        entry = Change(f"tips.hidden.{pack}/{name}", not hidden, hidden)
        await audit.write(connection, community, (entry,), by, at)
