"""Services that were approved and taken back: which entry settled them, and who withdrew them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; `accord migrate` fills them from old entries."""
    op.add_column("services", sa.Column("settled_in", sa.BigInteger))
    op.add_column("services", sa.Column("withdrawn_by", sa.Text))
