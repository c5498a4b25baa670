"""Billing's read model: terms, accruals and what was not charged, postings and invoices.

Amounts are whole minor units. An `agreement` is its id; a `version` is the id with its version.
"""

import sqlalchemy as sa

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables
from shared.views.history import time_columns

METADATA = sa.MetaData()
ledger_tables(METADATA)
sealing_tables(METADATA)

TERMS = sa.Table(
    "terms",
    METADATA,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("tariff", sa.Text, nullable=False),
    sa.Column("signed", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Index("terms_of_agreement", "agreement", "sequence"),
)

ACCRUALS = sa.Table(
    "accruals",
    METADATA,
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
    sa.Index("accruals_of_agreement", "agreement", "sequence"),
    sa.Index("accruals_of_period", "agreement", "period", "sequence"),
)

POSTINGS = sa.Table(
    "postings",
    METADATA,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("minor", sa.Numeric, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    *time_columns(),
    sa.Index("postings_of_account", "agreement", "party", "account", "currency"),
)

PREPAYMENTS = sa.Table(
    "prepayments",
    METADATA,
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("component", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)

INVOICES = sa.Table(
    "invoices",
    METADATA,
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
    sa.Column("outstanding", sa.Numeric),
    sa.Column("in_dispute", sa.Numeric),
    sa.Column("issued_by", sa.Text),
    sa.Column("certified_by", sa.Text),
    sa.Column("nights_due", sa.BigInteger, nullable=False),
    sa.Column("nights_attested", sa.BigInteger, nullable=False),
    sa.Column("drafted_in", sa.BigInteger, nullable=False),
    sa.Index("invoices_of_agreement", "agreement", "invoice"),
)

INVOICE_LINES = sa.Table(
    "invoice_lines",
    METADATA,
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

CLAIMS = sa.Table(
    "claims",
    METADATA,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("invoice", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("minor", sa.Numeric, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("credit_note", sa.Integer),
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Index("claims_of_invoice", "invoice", "sequence"),
)

NIGHTS_NOT_ATTESTED = sa.Table(
    "nights_not_attested",
    METADATA,
    sa.Column("invoice", sa.Text, primary_key=True),
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("nights", sa.Text, nullable=False),
)

SERVICES = sa.Table(
    "services",
    METADATA,
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("occasion", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Column("recorded_in", sa.BigInteger, nullable=False),
    sa.Column("settled_by", sa.Text),
    sa.Column("settled_in", sa.BigInteger),
    sa.Column("withdrawn_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("period", sa.Text),
    sa.Index("services_of_agreement", "agreement", "service"),
)

VIEWS = (
    TERMS,
    ACCRUALS,
    POSTINGS,
    PREPAYMENTS,
    INVOICES,
    INVOICE_LINES,
    CLAIMS,
    NIGHTS_NOT_ATTESTED,
    SERVICES,
)
"""What follows from the log and can be built from it again: all that billing has beside it."""
KEPT: tuple[sa.Table, ...] = ()
"""What does not follow from the log."""
