"""The vault's index of keyed hashes: who was registered before (G9)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

from shared.database.roles import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "identity_keys",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("key", BYTEA, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.UniqueConstraint("key", "place", name="identity_keys_once"),
    )
    grant(op.get_bind().exec_driver_sql, "identity_keys")
