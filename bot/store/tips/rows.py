"""Rows of the tables of tips as what the core knows, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import RowMapping, and_, literal_column, select
from sqlalchemy.sql import ColumnElement, Select

from bot.conversation.administration import Workspace
from bot.conversation.tips import Delivered, Status, Stop, Subscription, Why
from bot.store.tables import deliveries, hidden_tips, subscriptions, workspaces
from bot.tips.deck import Deck
from bot.tips.ports import Due

OF_ITS_WORKSPACE = and_(
    workspaces.c.platform == subscriptions.c.platform, workspaces.c.workspace == subscriptions.c.workspace
)

HIDDEN = (hidden_tips.c.platform, hidden_tips.c.workspace, hidden_tips.c.pack, hidden_tips.c.tip)
_HALF = list(subscriptions.c).index(subscriptions.c.start)
_RULES = list(subscriptions.c).index(subscriptions.c.rules)
_NEXT = slice(_RULES + 1, _RULES + 3)
NO_DAYS: frozenset[date] = frozenset()
NO_TIPS: frozenset[str] = frozenset()


def with_its_workspace() -> Select[Any]:
    """Subscriptions beside what their community chose."""
    of_community = (
        workspaces.c.paused.label("community_paused"),
        workspaces.c.removed_at.is_not(None).label("community_left"),
        workspaces.c.packs.label("community_packs"),
        workspaces.c.locale.label("community_locale"),
    )
    return select(subscriptions, *of_community).join(workspaces, OF_ITS_WORKSPACE)


def subscription_of(row: Sequence[Any]) -> Subscription:
    """Of a row that begins with the table's columns. By place, not by name: a busy minute reads a hundred thousand."""
    id_, platform, workspace, channel, version, pack, locale, categories, zone, local_time, weekdays = row[:_HALF]
    start, skipped, grace, _active, stopped, quiet_until = row[_HALF:_RULES]
    next_day, next_due = row[_NEXT]
    return Subscription(
        workspace_of(platform, workspace),
        channel,
        pack,
        zone,
        local_time,
        weekdays_of(weekdays),
        locale,
        None if categories is None else tuple(categories),
        start,
        frozenset(map(date.fromisoformat, skipped)) if skipped else NO_DAYS,
        grace_of(grace),
        Stop(stopped) if stopped else None,
        quiet_until,
        id_,
        version,
        next_day,
        next_due,
    )


def due_of(row: Sequence[Any], hidden: Mapping[tuple[str, str, str], frozenset[str]]) -> Due:
    """Of a row of `with_its_workspace`; `hidden` are the tips that are hidden, by platform, workspace and pack."""
    subscription = subscription_of(row)
    rules, _day, _due, seed, cycle, last, last_day, paused, left, packs, locale = row[_RULES:]
    off = packs is not None and subscription.pack not in packs
    whose = (subscription.workspace.platform, subscription.workspace.id, subscription.pack)
    return Due(
        subscription,
        Deck(seed, cycle, last),
        rules,
        paused=paused or left or off,
        hidden=hidden.get(whose, NO_TIPS) if hidden else NO_TIPS,
        place_locale=locale,
        last_day=last_day,
    )


def row_of(due: Due, rules: str) -> dict[str, Any]:
    """The columns of a subscription, but for its id."""
    s, deck = due.subscription, due.deck
    return {
        "platform": s.workspace.platform,
        "workspace": s.workspace.id,
        "channel": s.channel,
        "version": s.version,
        "pack": s.pack,
        "locale": s.locale,
        "categories": None if s.categories is None else list(s.categories),
        "zone": s.zone,
        "local_time": s.at,
        "weekdays": bits_of(s.weekdays),
        "start": s.start,
        "skipped": sorted(day.isoformat() for day in s.skipped) or None,
        "grace_minutes": int(s.grace.total_seconds() // 60),
        "active": s.stopped is None,
        "stopped": s.stopped,
        "quiet_until": s.quiet_until,
        "rules": rules,
        "next_local_date": s.next_day,
        "next_due_at": s.next_due,
        "deck_seed": deck.seed,
        "deck_cycle": deck.cycle,
        "deck_last": deck.last,
        "last_local_date": due.last_day,
    }


def bits_of(weekdays: Iterable[int]) -> int:
    """A bit a day, 1 for Monday."""
    return sum(1 << day for day in set(weekdays))


@lru_cache(4096)
def workspace_of(platform: str, workspace: str) -> Workspace:
    return Workspace(platform, workspace)


@cache
def grace_of(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


@cache
def weekdays_of(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)


def delivered_of(row: RowMapping) -> Delivered:
    return Delivered(
        row["subscription"],
        row["channel"],
        row["local_date"],
        row["tip"],
        row["due_at"],
        Status(row["status"]),
        row["sent_at"],
        row["message_id"],
        Why(row["last_error"]) if row["last_error"] else None,
    )


def hidden_in(found: Iterable[Sequence[Any]]) -> dict[tuple[str, str, str], frozenset[str]]:
    """(platform, workspace, pack) -> the tips that are hidden there, of rows of `HIDDEN`."""
    hidden: dict[tuple[str, str, str], set[str]] = {}
    for platform, workspace, pack, tip in found:
        hidden.setdefault((platform, workspace, pack), set()).add(tip)
    return {whose: frozenset(tips) for whose, tips in hidden.items()}


def is_open(status: ColumnElement[str] = deliveries.c.status) -> ColumnElement[bool]:
    """Written as the partial index has it, or PostgreSQL would not use that."""
    return status.in_((literal_column("'pending'"), literal_column("'leased'")))
