"""Invoices that are paid: how much of each is outstanding."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; `accord migrate` fills it from old entries."""
    op.add_column("invoices", sa.Column("outstanding", sa.Numeric))
