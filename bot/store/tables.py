"""The tables. Everything kept about a workspace carries its `platform` and `workspace`, so it can be erased and shown.

No column holds a person, but for `moderators.moderator` (roles or users that a moderator named) and `audit.by`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


HIDDEN = "hidden"
"""A column's `info` that keeps it out of every export."""


class Moment(TypeDecorator[datetime]):
    """A time with a zone: kept as UTC, and given back as UTC. SQLite has no zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """None where the driver takes and gives times with their zone, UTC: asyncpg does."""
        return None if dialect.name == "postgresql" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=UTC)


def _json() -> Any:
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _number() -> Any:
    return BigInteger().with_variant(Integer, "sqlite")


def _workspace_key() -> tuple[Column[str], Column[str]]:
    return (
        Column("platform", String, primary_key=True, nullable=False),
        Column("workspace", String, primary_key=True, nullable=False),
    )


def _of_a_workspace() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["platform", "workspace"], ["workspaces.platform", "workspaces.workspace"], ondelete="CASCADE"
    )


store_schema = Table(
    "store_schema",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("min_code_version", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: the oldest `CODE_VERSION` (migrate.py) that can read the tables as they are."""

workspaces = Table(
    "workspaces",
    metadata,
    *_workspace_key(),
    Column("version", BigInteger, nullable=False),
    Column("set_up", Boolean, nullable=False, server_default=false()),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("mode", String, nullable=False),
    Column("share", Boolean, nullable=False, server_default=false()),
    Column("locale", String),
    Column("region", String),
    Column("contact", String),
    Column("packs", _json()),
    Column("zone", String),
    Column("removed_at", Moment),
)
_REMOVED = workspaces.c.removed_at.is_not(None)
Index("ix_workspaces_removed_at", workspaces.c.removed_at, postgresql_where=_REMOVED, sqlite_where=_REMOVED)

channels = Table(
    "channels",
    metadata,
    *_workspace_key(),
    Column("channel", String, primary_key=True, nullable=False),
    Column("mode", String),
    Column("share", Boolean),
    Column("locale", String),
    _of_a_workspace(),
)

moderators = Table(
    "moderators",
    metadata,
    *_workspace_key(),
    Column("position", Integer, primary_key=True, autoincrement=False, nullable=False),
    Column("moderator", String, nullable=False),
    _of_a_workspace(),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _number(), primary_key=True),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("before", _json()),
    Column("after", _json()),
    _of_a_workspace(),
    Index("ix_audit_platform_workspace_id", "platform", "workspace", "id"),
)
"""`version` is the one that the change made, so a second moderator can be told what changed since theirs."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", _number(), primary_key=True),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("pack", String, nullable=False),
    Column("locale", String),
    Column("categories", _json()),
    Column("zone", String, nullable=False),
    Column("local_time", Time, nullable=False),
    Column("weekdays", SmallInteger, nullable=False),
    Column("start", Date),
    Column("skipped", _json()),
    Column("grace_minutes", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("stopped", String),
    Column("quiet_until", Moment),
    Column("rules", String, nullable=False),
    Column("next_local_date", Date),
    Column("next_due_at", Moment),
    Column("deck_seed", SmallInteger, nullable=False),
    Column("deck_cycle", Integer, nullable=False, server_default="0"),
    Column("deck_last", BigInteger, nullable=False, server_default="-1"),
    Column("last_local_date", Date),
    _of_a_workspace(),
    Index("ix_subscriptions_platform_workspace", "platform", "workspace"),
)
"""A channel's daily tip. `weekdays` has a bit a day, 1 for Monday; `rules` is the release of the time zone rules that
`next_due_at` was derived by; `stopped` says why an inactive one is; `last_local_date` is the newest day that was
planned: none is planned twice."""
_ACTIVE = subscriptions.c.active
Index("ix_subscriptions_next_due_at", subscriptions.c.next_due_at, postgresql_where=_ACTIVE, sqlite_where=_ACTIVE)
_QUIET = subscriptions.c.quiet_until.is_not(None)
Index("ix_subscriptions_quiet_until", subscriptions.c.quiet_until, postgresql_where=_QUIET, sqlite_where=_QUIET)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _number(), primary_key=True),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("subscription", _number(), nullable=False),
    Column("channel", String, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("pack", String, nullable=False),
    Column("tip", String),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("status", String, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("maybe_sent", Boolean, nullable=False, server_default=false()),
    Column("tried_at", Moment),
    Column("available_at", Moment, nullable=False),
    Column("lease_token", String),
    Column("message_id", String),
    Column("sent_at", Moment),
    Column("last_error", String),
    UniqueConstraint("subscription", "local_date"),
    Index("ix_deliveries_platform_workspace_due_at", "platform", "workspace", "due_at"),
)
"""One tip of one local day. It goes with its subscription, but by no foreign key: to check one took PostgreSQL 9 of the
26 us of an insert, so whoever removes subscriptions removes these too. `available_at` is when it may be taken; for a
leased one, when its lease ends. A tip that is sent as it is planned has no row yet: `leases` has it."""
_OPEN = deliveries.c.status.in_(("pending", "leased"))
Index(
    "ix_deliveries_platform_available_at",
    deliveries.c.platform,
    deliveries.c.available_at,
    postgresql_where=_OPEN,
    sqlite_where=_OPEN,
)

leases = Table(
    "leases",
    metadata,
    Column("token", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("until", Moment, nullable=False),
    Column("tried_at", Moment, nullable=False),
    Column("unsettled", Integer, nullable=False),
    Column("tips", Text, nullable=False),
)
"""Sets of tips that a worker sends as it plans them: none has a row in `deliveries` before its first try, or the lease,
comes to its end. `tips` is JSON (tips/leases.py); it names communities, so what erases or shows one looks into it."""

hidden_tips = Table(
    "hidden_tips",
    metadata,
    *_workspace_key(),
    Column("pack", String, primary_key=True, nullable=False),
    Column("tip", String, primary_key=True, nullable=False),
    _of_a_workspace(),
)
"""Tips that a community never wants to see."""

notices = Table(
    "notices",
    metadata,
    Column("id", _number(), primary_key=True),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column(
        "subscription",
        _number(),
        ForeignKey("subscriptions.id", name="fk_notices_subscriptions", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("kind", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    _of_a_workspace(),
    Index("ix_notices_platform_workspace", "platform", "workspace"),
)
"""What moderators are told once about a subscription, in direct messages."""
_UNTOLD = notices.c.told_at.is_(None)
Index("ix_notices_platform_at", notices.c.platform, notices.c.at, postgresql_where=_UNTOLD, sqlite_where=_UNTOLD)

slack_pictures = Table(
    "slack_pictures",
    metadata,
    *_workspace_key(),
    Column("digest", String, primary_key=True, nullable=False),
    Column("file", String, nullable=False),
)
"""A drawing's digest, and the file it was uploaded as. Not below `workspaces`: nobody need have chosen anything."""


installations = Table(
    "installations",
    metadata,
    *_workspace_key(),
    Column("bot", String, nullable=False),
    Column("bot_user", String, nullable=False),
    Column("sealed", Text, nullable=False, info={HIDDEN: True}),
    Column("installed_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("renewing_until", Moment),
)
"""What a workspace let the bot do there: its tokens, encrypted by `vault.py`. It is there without any choice made."""

used_states = Table(
    "used_states",
    metadata,
    Column("state", String, primary_key=True),
    Column("used_at", Moment, nullable=False, index=True),
)
"""So that nobody installs twice by one state. Of a workspace it holds nothing."""


def of_workspaces() -> tuple[Table, ...]:
    """Every table that holds something of a workspace, children first."""
    return tuple(t for t in reversed(metadata.sorted_tables) if "platform" in t.c and "workspace" in t.c)
