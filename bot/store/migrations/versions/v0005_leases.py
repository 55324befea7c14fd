"""Sets of tips that are leased as they are planned, and the newest day that each subscription had planned.

An older version beside this one leaves the deliveries of a subscription that it removes. Nobody is shown them,
PostgreSQL gives no number out again, and they go with their community, or after 30 days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("token", sa.String, nullable=False),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsettled", sa.Integer, nullable=False),
        sa.Column("tips", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_leases"),
    )
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint("fk_deliveries_subscriptions", type_="foreignkey")
    op.add_column("subscriptions", sa.Column("last_local_date", sa.Date))
    op.execute(
        "UPDATE subscriptions SET last_local_date = "
        "(SELECT max(local_date) FROM deliveries WHERE subscription = subscriptions.id)"
    )
