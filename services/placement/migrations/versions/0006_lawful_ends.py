"""Until when each person may be held, by which decisions, and how near or past it is (G15)."""

import sqlalchemy as sa
from alembic import op

from shared.database.roles import grant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create them; `accord migrate` fills them from old entries."""
    for column in (
        sa.Column("lawful_end", sa.Date),
        sa.Column("lawful_end_issued_by", sa.Text),
        sa.Column("lawful_end_reference", sa.Text),
        sa.Column("latest_lawful_end", sa.Date),
        sa.Column("return_by", sa.Date),
        sa.Column("approached_end", sa.Date),
        sa.Column("overstayed_end", sa.Date),
        sa.Column("overstay_days", sa.Integer),
    ):
        op.add_column("custodies", column)
    op.create_index(
        "custodies_whose_end_needs_somebody",
        "custodies",
        ["custody"],
        postgresql_where=sa.text(
            "status = 'in-custody' AND (lawful_end IS NULL OR approached_end = lawful_end"
            " OR overstayed_end = lawful_end)"
        ),
    )
    op.create_index(
        "custodies_whose_ends_disagree",
        "custodies",
        ["custody"],
        postgresql_where=sa.text("status = 'in-custody' AND lawful_end <> latest_lawful_end"),
    )
    _create_lawful_ends()
    grant(op.get_bind().exec_driver_sql, "lawful_ends")


def _create_lawful_ends() -> None:
    op.create_table(
        "lawful_ends",
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("issued_by", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("said_by", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
    )
