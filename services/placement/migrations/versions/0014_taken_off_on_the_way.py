"""Who holds somebody that was taken off where a journey stops over (G12, G13)."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; nobody of old was taken off on the way."""
    op.add_column("followed_cases", sa.Column("held_by", sa.Text))
