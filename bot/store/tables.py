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
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A time with a zone: kept as UTC, and given back as UTC. SQLite has no zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _json() -> Any:
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


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
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
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

slack_pictures = Table(
    "slack_pictures",
    metadata,
    *_workspace_key(),
    Column("digest", String, primary_key=True, nullable=False),
    Column("file", String, nullable=False),
)
"""A drawing's digest, and the file it was uploaded as. Not below `workspaces`: nobody need have chosen anything."""


def of_workspaces() -> tuple[Table, ...]:
    """Every table that holds something of a workspace, children first."""
    return tuple(t for t in reversed(metadata.sorted_tables) if "platform" in t.c and "workspace" in t.c)
