"""Whom no place could be held for, and the time zones that agreements name for facilities."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both; `accord migrate` fills them from old entries."""
    _create_refused_places()
    _create_agreed_zones()
    for table in ("refused_places", "agreed_zones"):
        grant(op.get_bind().exec_driver_sql, table)


def _create_refused_places() -> None:
    op.create_table(
        "refused_places",
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
    )
    op.create_index(
        "places_that_are_still_refused",
        "refused_places",
        ["custody"],
        postgresql_where=sa.text("waits"),
    )


def _create_agreed_zones() -> None:
    op.create_table(
        "agreed_zones",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
