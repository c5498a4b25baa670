"""Services and cancellations: who recorded them, and what the other state said."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create it; `accord migrate` fills it from old entries."""
    op.create_table(
        "services",
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_in", sa.BigInteger, nullable=False),
        sa.Column("settled_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("period", sa.Text),
    )
    op.create_index("services_of_agreement", "services", ["agreement", "service"])
    grant(op.get_bind().exec_driver_sql, "services")
