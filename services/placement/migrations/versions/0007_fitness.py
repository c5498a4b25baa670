"""What suspends a facility, and the monitor's reports of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.roles import grant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create both; `accord migrate` fills them from old entries."""
    op.create_table(
        "facility_suspensions",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("ground", sa.Text, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("suspended_by", sa.Text, nullable=False),
        sa.Column("incident", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
    )
    op.create_table(
        "monitor_reports",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("adequate", sa.Boolean, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
    )
    for table in ("facility_suspensions", "monitor_reports"):
        grant(op.get_bind().exec_driver_sql, table)
