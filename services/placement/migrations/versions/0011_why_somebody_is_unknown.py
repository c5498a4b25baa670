"""From when until when somebody was there who is unknown on a night (D3)."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the days; whoever is listed by then says them in words."""
    op.add_column("unknown_persons", sa.Column("arrived_on", sa.Date))
    op.add_column("unknown_persons", sa.Column("departed_on", sa.Date))
