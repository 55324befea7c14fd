"""Which files a Slack workspace has the pack's drawings as."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "slack_pictures",
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("workspace", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "digest", name="pk_slack_pictures"),
    )
