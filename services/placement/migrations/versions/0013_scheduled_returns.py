"""How and when a person is to be taken back (D2)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the schedule; no return was scheduled before."""
    op.add_column("custodies", sa.Column("return_carrier", sa.Text))
    op.add_column("custodies", sa.Column("return_departs_on", sa.Date))
    op.add_column("custodies", sa.Column("return_travel_document", sa.Text))
