"""Rows of the tables of tips as what the core knows, and back."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, and_, literal_column, select
from sqlalchemy.sql import ColumnElement, Select

from bot.conversation.administration import Workspace
from bot.conversation.tips import Delivered, Status, Stop, Subscription, Why
from bot.store.tables import deliveries, subscriptions, workspaces
from bot.tips.deck import Deck
from bot.tips.ports import Due

OF_ITS_WORKSPACE = and_(
    workspaces.c.platform == subscriptions.c.platform, workspaces.c.workspace == subscriptions.c.workspace
)


def with_its_workspace() -> Select[Any]:
    """Subscriptions beside what their community chose."""
    of_community = (
        workspaces.c.paused.label("community_paused"),
        workspaces.c.removed_at.is_not(None).label("community_left"),
        workspaces.c.packs.label("community_packs"),
        workspaces.c.locale.label("community_locale"),
    )
    return select(subscriptions, *of_community).join(workspaces, OF_ITS_WORKSPACE)


def subscription_of(row: RowMapping) -> Subscription:
    categories, skipped = row["categories"], row["skipped"] or ()
    return Subscription(
        Workspace(row["platform"], row["workspace"]),
        row["channel"],
        row["pack"],
        row["zone"],
        row["local_time"],
        weekdays_of(row["weekdays"]),
        row["locale"],
        None if categories is None else tuple(categories),
        row["start"],
        frozenset(map(date.fromisoformat, skipped)),
        timedelta(minutes=row["grace_minutes"]),
        Stop(row["stopped"]) if row["stopped"] else None,
        row["quiet_until"],
        row["id"],
        row["version"],
        row["next_local_date"],
        row["next_due_at"],
    )


def due_of(row: RowMapping, hidden: frozenset[str]) -> Due:
    packs = row["community_packs"]
    off = packs is not None and row["pack"] not in packs
    return Due(
        subscription_of(row),
        Deck(row["deck_seed"], row["deck_cycle"], row["deck_last"]),
        row["rules"],
        paused=row["community_paused"] or row["community_left"] or off,
        hidden=hidden,
        place_locale=row["community_locale"],
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
    }


def bits_of(weekdays: Iterable[int]) -> int:
    """A bit a day, 1 for Monday."""
    return sum(1 << day for day in set(weekdays))


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


def mark_of(subscription: int, day: date) -> str:
    """What a message carries so that it is found again: the same for each try, at most 25 characters (Discord)."""
    return f"t{subscription:x}-{day.toordinal():x}"


def hidden_in(found: Iterable[RowMapping]) -> dict[tuple[str, str, str], frozenset[str]]:
    """(platform, workspace, pack) -> the tips that are hidden there."""
    hidden: dict[tuple[str, str, str], set[str]] = {}
    for row in found:
        hidden.setdefault((row["platform"], row["workspace"], row["pack"]), set()).add(row["tip"])
    return {whose: frozenset(tips) for whose, tips in hidden.items()}


def is_open(status: ColumnElement[str] = deliveries.c.status) -> ColumnElement[bool]:
    """Written as the partial index has it, or PostgreSQL would not use that."""
    return status.in_((literal_column("'pending'"), literal_column("'leased'")))
