"""Which two states agreed on a facility: both read what suspends it, registered or not (G17)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add both states; `accord migrate` fills them from old entries."""
    for name in ("receiving", "sending"):
        op.add_column("agreed_zones", sa.Column(name, sa.Text))
