"""The ledger, and what is read of terms, accruals, postings, prepayments and invoices."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations import create_ledger
from shared.views.history import time_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all of it."""
    _terms()
    _accruals()
    _books()
    _invoices()
    _lines()
    views = ("terms", "accruals", "postings", "prepayments", "invoices", "invoice_lines")
    create_ledger(*views, "nights_not_attested")


def _terms() -> None:
    op.create_table(
        "terms",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("tariff", sa.Text, nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    op.create_index("terms_of_agreement", "terms", ["agreement", "sequence"])


def _accruals() -> None:
    op.create_table(
        "accruals",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("custody", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("night", sa.Date),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("component", sa.Text),
        sa.Column("unit", sa.Text),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("minor", sa.Numeric),
        sa.Column("currency", sa.Text),
        sa.Column("because", sa.Text),
        sa.Column("reason", sa.Text),
        *time_columns(),
    )
    op.create_index("accruals_of_agreement", "accruals", ["agreement", "sequence"])
    op.create_index("accruals_of_period", "accruals", ["agreement", "period", "sequence"])


def _books() -> None:
    op.create_table(
        "postings",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("minor", sa.Numeric, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        *time_columns(),
    )
    op.create_index(
        "postings_of_account", "postings", ["agreement", "party", "account", "currency"]
    )
    op.create_table(
        "prepayments",
        sa.Column("agreement", sa.Text, primary_key=True),
        sa.Column("component", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("invoice", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("earned", sa.Numeric, nullable=False),
        sa.Column("drawn", sa.Numeric, nullable=False),
        sa.Column("due", sa.Numeric, nullable=False),
        sa.Column("issued_by", sa.Text),
        sa.Column("certified_by", sa.Text),
        sa.Column("nights_due", sa.BigInteger, nullable=False),
        sa.Column("nights_attested", sa.BigInteger, nullable=False),
        sa.Column("drafted_in", sa.BigInteger, nullable=False),
    )
    op.create_index("invoices_of_agreement", "invoices", ["agreement", "invoice"])


def _lines() -> None:
    op.create_table(
        "invoice_lines",
        sa.Column("invoice", sa.Text, primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("custody", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("component", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("minor", sa.Numeric, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "nights_not_attested",
        sa.Column("invoice", sa.Text, primary_key=True),
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("nights", sa.Text, nullable=False),
    )
