"""The ledger, the lists of cases and manifests, and the vault."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

from shared.ledger.migrations import create_ledger
from shared.views.history import history_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all of it."""
    _lists()
    op.create_table(
        "sealed_persons",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("key_encryption_key", sa.Text, nullable=False),
        sa.Column("sealed_key", BYTEA, nullable=False),
        sa.Column("sealed_identity", BYTEA, nullable=False),
    )
    history_table(sa.MetaData()).create(op.get_bind())
    create_ledger("cases", "manifests", "sealed_persons", "view_history")


def _lists() -> None:
    op.create_table(
        "cases",
        sa.Column("case", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("last_event", sa.Text, nullable=False),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "manifests",
        sa.Column("manifest", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("planned_departure", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event", sa.Text, nullable=False),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
    )
