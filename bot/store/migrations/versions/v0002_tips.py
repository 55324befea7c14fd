"""Daily tips: subscriptions, deliveries, hidden tips and what moderators are told; a community's own time zone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("zone", sa.String))
    _subscriptions()
    _deliveries()
    op.create_table(
        "hidden_tips",
        *_whose(),
        sa.Column("pack", sa.String, nullable=False),
        sa.Column("tip", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "pack", "tip", name="pk_hidden_tips"),
        _of_a_workspace("hidden_tips"),
    )
    op.create_table(
        "notices",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        *_whose(),
        _subscription("notices"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        _of_a_workspace("notices"),
    )
    op.create_index("ix_notices_platform_workspace", "notices", ["platform", "workspace"])
    _partial_index("ix_notices_platform_at", "notices", ["platform", "at"], "told_at IS NULL")


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        *_whose(),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("pack", sa.String, nullable=False),
        sa.Column("locale", sa.String),
        sa.Column("categories", _JSON),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("local_time", sa.Time, nullable=False),
        sa.Column("weekdays", sa.SmallInteger, nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("skipped", _JSON),
        sa.Column("grace_minutes", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("stopped", sa.String),
        sa.Column("quiet_until", sa.DateTime(timezone=True)),
        sa.Column("rules", sa.String, nullable=False),
        sa.Column("next_local_date", sa.Date),
        sa.Column("next_due_at", sa.DateTime(timezone=True)),
        sa.Column("deck_seed", sa.SmallInteger, nullable=False),
        sa.Column("deck_cycle", sa.Integer, nullable=False, server_default="0"),
        sa.Column("deck_last", sa.BigInteger, nullable=False, server_default="-1"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        _of_a_workspace("subscriptions"),
    )
    op.create_index("ix_subscriptions_platform_workspace", "subscriptions", ["platform", "workspace"])
    _partial_index("ix_subscriptions_next_due_at", "subscriptions", ["next_due_at"], "active")
    _partial_index("ix_subscriptions_quiet_until", "subscriptions", ["quiet_until"], "quiet_until IS NOT NULL")


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        *_whose(),
        _subscription("deliveries"),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("pack", sa.String, nullable=False),
        sa.Column("tip", sa.String),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("maybe_sent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.String),
        sa.Column("message_id", sa.String),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("subscription", "local_date", name="uq_deliveries_subscription_local_date"),
    )
    op.create_index("ix_deliveries_platform_workspace_due_at", "deliveries", ["platform", "workspace", "due_at"])
    still_open = "status IN ('pending', 'leased')"
    _partial_index("ix_deliveries_platform_available_at", "deliveries", ["platform", "available_at"], still_open)


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def _whose() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("platform", sa.String, nullable=False), sa.Column("workspace", sa.String, nullable=False)


def _subscription(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("subscriptions.id", name=f"fk_{table}_subscriptions", ondelete="CASCADE")
    return sa.Column("subscription", _NUMBER, key, nullable=False)


def _of_a_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["platform", "workspace"],
        ["workspaces.platform", "workspaces.workspace"],
        name=f"fk_{table}_workspaces",
        ondelete="CASCADE",
    )
