"""Whom somebody asked to send on to a third country, and how far that has come (G5)."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the view; nobody was sent on before."""
    op.create_table(
        "onward_transfers",
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("onward", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("consented_on", sa.Date, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("agreed", sa.Text),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "onward_transfers_that_wait",
        "onward_transfers",
        ["custody"],
        postgresql_where=sa.text("status = 'requested'"),
    )
    grant(op.get_bind().exec_driver_sql, "onward_transfers")
