"""Incidents, whom each has to reach, and since when somebody is at large."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create them; `accord migrate` fills them from old entries."""
    op.add_column("custodies", sa.Column("escaped_at", sa.DateTime(timezone=True)))
    _create_incidents()
    _create_notices()
    for table in ("incidents", "incident_notices"):
        grant(op.get_bind().exec_driver_sql, table)


def _create_incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("custody", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_index("incidents_of_facility", "incidents", ["facility", "incident"])
    op.create_index("incidents_of_custody", "incidents", ["custody"])


def _create_notices() -> None:
    op.create_table(
        "incident_notices",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("party", sa.Text, primary_key=True),
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue", sa.Boolean, nullable=False),
        sa.Column("acknowledged_by", sa.Text),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "incidents_that_wait_for_an_office",
        "incident_notices",
        ["incident", "party", "office"],
        postgresql_where=sa.text("acknowledged_by IS NULL"),
    )
