"""The scope of each hold, in the list of holds: what it is about, and all of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add it; the rows follow from the log and are made again (ADR 0032)."""
    op.execute(sa.text("DELETE FROM holds"))
    op.add_column("holds", sa.Column("kind", sa.Text, nullable=False))
    op.add_column("holds", sa.Column("scope", JSONB, nullable=False))
