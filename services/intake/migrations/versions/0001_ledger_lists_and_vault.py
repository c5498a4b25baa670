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
    lists = ("agreement_versions", "persons", "cases", "holds", "manifests")
    create_ledger(*lists, "sealed_persons", "view_history")


def _lists() -> None:
    op.create_table(
        "agreement_versions",
        sa.Column("agreement", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("signed_by_both", sa.Boolean, nullable=False),
    )
    op.create_table(
        "persons",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("registered_by", sa.Text, nullable=False),
        sa.Column("last_event", sa.Text, nullable=False),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
    )
    _holds()
    _cases_and_manifests()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("hold", sa.Text, primary_key=True),
        sa.Column("person", sa.Text),
        sa.Column("country", sa.Text),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("asserted_by", sa.Text, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        sa.Column("last_event", sa.Text, nullable=False),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
    )
    op.create_index("holds_on_person", "holds", ["person", "hold"])


def _cases_and_manifests() -> None:
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
    op.create_index("cases_of_person", "cases", ["person", "case"])
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
