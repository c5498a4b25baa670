"""Whose return was ordered, and by when they have to be back."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant
from shared.views.history import time_columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create it; `accord migrate` fills it from old entries."""
    op.create_table(
        "return_orders",
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_on", sa.Date, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cost_of", sa.Text, nullable=False),
        sa.Column("ordered_by", sa.Text, nullable=False),
        *time_columns(),
    )
    grant(op.get_bind().exec_driver_sql, "return_orders")
