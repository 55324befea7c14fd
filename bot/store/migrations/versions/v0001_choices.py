"""What moderators chose, who they are, and what was changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    schema = op.create_table(
        "store_schema",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("min_code_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_schema"),
        sa.CheckConstraint("id = 1", name="ck_store_schema_one_row"),
    )
    op.bulk_insert(schema, [{"id": 1, "min_code_version": 1}])
    op.create_table(
        "workspaces",
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("workspace", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("set_up", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("share", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("locale", sa.String),
        sa.Column("region", sa.String),
        sa.Column("contact", sa.String),
        sa.Column("packs", _JSON),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_workspaces"),
    )
    removed = sa.text("removed_at IS NOT NULL")
    op.create_index(
        "ix_workspaces_removed_at", "workspaces", ["removed_at"], postgresql_where=removed, sqlite_where=removed
    )
    op.create_table(
        "channels",
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("workspace", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("mode", sa.String),
        sa.Column("share", sa.Boolean),
        sa.Column("locale", sa.String),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", name="pk_channels"),
        _of_a_workspace("channels"),
    )
    op.create_table(
        "moderators",
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("workspace", sa.String, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("moderator", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "position", name="pk_moderators"),
        _of_a_workspace("moderators"),
    )
    op.create_table(
        "audit",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("workspace", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("before", _JSON),
        sa.Column("after", _JSON),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        _of_a_workspace("audit"),
    )
    op.create_index("ix_audit_platform_workspace_id", "audit", ["platform", "workspace", "id"])


def _of_a_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["platform", "workspace"],
        ["workspaces.platform", "workspaces.workspace"],
        name=f"fk_{table}_workspaces",
        ondelete="CASCADE",
    )
