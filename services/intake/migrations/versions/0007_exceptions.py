"""What waits for each office, and of each hold how far it has come and what it is about."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add it; the rows follow from the log and are made again (ADR 0032)."""
    op.execute(sa.text("DELETE FROM holds"))
    for name in ("flight", "agreement"):
        op.add_column("holds", sa.Column(name, sa.Text))
    for name in ("verified", "lift_requested"):
        op.add_column("holds", sa.Column(name, sa.Boolean, nullable=False))
    op.add_column("persons", sa.Column("meant_by", sa.Text))
    op.create_table(
        "exceptions",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("party", sa.Text),
        sa.Column("side", sa.Text),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("other", sa.Text),
        sa.Column("case", sa.Text),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("is_told", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_over", sa.Boolean, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Index("exceptions_waiting", "kind", "subject", postgresql_where=sa.text("NOT is_over")),
    )
    grant(op.get_bind().exec_driver_sql, "exceptions")
