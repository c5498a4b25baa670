"""What the bed board is read by: since when a case is cleared, and who takes a place (S10, D1)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add both; who was cleared before is in the order of what was said of them last."""
    op.add_column("followed_cases", sa.Column("cleared_at", sa.DateTime(timezone=True)))
    op.create_index(
        "followed_cases_that_want_a_place",
        "followed_cases",
        ["agreement"],
        postgresql_where=sa.text("stage IN ('accepted', 'cleared')"),
    )
    op.create_index(
        "custodies_that_take_a_place",
        "custodies",
        ["facility"],
        postgresql_where=sa.text("holds_place OR status = 'in-custody'"),
    )
