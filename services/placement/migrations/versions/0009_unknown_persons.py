"""Who was counted and is unknown, until another subject says who that was (D3)."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the view; there is nobody of old in it."""
    op.create_table(
        "unknown_persons",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("counted", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attested_by", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text),
        sa.Column("settled_by", sa.Text),
        sa.Column("reference", sa.Text),
    )
    op.create_index(
        "unknown_persons_that_are_open",
        "unknown_persons",
        ["facility", "night", "counted"],
        postgresql_where=sa.text("settled_by IS NULL"),
    )
    grant(op.get_bind().exec_driver_sql, "unknown_persons")
