"""When each order ends whose exceptions are of one person each."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add it; the rows follow from the log and are made again (ADR 0032)."""
    op.create_table(
        "order_ends",
        sa.Column("order", sa.Text, primary_key=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    grant(op.get_bind().exec_driver_sql, "order_ends")
