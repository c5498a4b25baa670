"""Intake's tables beside the log: what is listed, and the vault."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables
from shared.views.history import history_table

METADATA = sealing_tables(ledger_tables(sa.MetaData()))

AGREEMENT_VERSIONS = sa.Table(
    "agreement_versions",
    METADATA,
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("signed_by_both", sa.Boolean, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
)
"""Each version and its term; `ends_on` is the first day that the term does not have."""

PERSONS = sa.Table(
    "persons",
    METADATA,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("registered_by", sa.Text, nullable=False),
    sa.Column("meant_by", sa.Text),
    sa.Column("last_event", sa.Text, nullable=False),
    sa.Column("last_sequence", sa.BigInteger, nullable=False),
)
"""The pseudonyms, and nothing about who they are."""

HOLDS = sa.Table(
    "holds",
    METADATA,
    sa.Column("hold", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope", JSONB, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("flight", sa.Text),
    sa.Column("agreement", sa.Text),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("asserted_by", sa.Text, nullable=False),
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("lift_requested", sa.Boolean, nullable=False),
    sa.Column("last_event", sa.Text, nullable=False),
    sa.Column("last_sequence", sa.BigInteger, nullable=False),
    sa.Index("holds_on_person", "person", "hold"),
)
"""`kind` is what the scope is about, `scope` all of it; `person` and `country` are named in it."""

CASES = sa.Table(
    "cases",
    METADATA,
    sa.Column("case", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("last_event", sa.Text, nullable=False),
    sa.Column("last_sequence", sa.BigInteger, nullable=False),
    sa.Index("cases_of_person", "person", "case"),
)

MANIFESTS = sa.Table(
    "manifests",
    METADATA,
    sa.Column("manifest", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("planned_departure", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_event", sa.Text, nullable=False),
    sa.Column("last_sequence", sa.BigInteger, nullable=False),
)

EXCEPTIONS = sa.Table(
    "exceptions",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("party", sa.Text),
    sa.Column("side", sa.Text),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("other", sa.Text),
    sa.Column("case", sa.Text),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True)),
    sa.Column("is_told", sa.DateTime(timezone=True), nullable=False),
    sa.Column("is_over", sa.Boolean, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Index("exceptions_waiting", "kind", "subject", postgresql_where=sa.text("NOT is_over")),
)
"""What waits for somebody: for `party`, or for that `side` of the case; `is_told` is from when."""

ORDER_ENDS = sa.Table(
    "order_ends",
    METADATA,
    sa.Column("order", sa.Text, primary_key=True),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
)
"""From when an order or an exclusion binds nobody: then it is no exception of any person more."""

SEALED_PERSONS = sa.Table(
    "sealed_persons",
    METADATA,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key_encryption_key", sa.Text, nullable=False),
    sa.Column("sealed_key", BYTEA, nullable=False),
    sa.Column("sealed_identity", BYTEA, nullable=False),
)
"""The vault: without its row a person is erased, and every proof in the log stays valid."""

IDENTITY_KEYS = sa.Table(
    "identity_keys",
    METADATA,
    sa.Column(
        "person",
        sa.Text,
        sa.ForeignKey("sealed_persons.person", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("key", BYTEA, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.UniqueConstraint("key", "place", name="identity_keys_once"),
)
"""The vault's index: who was registered with the same document, or name and birth date (G9).

Whoever registers takes the next place of each key. Two who looked at the same moment want the same
place, and one of them is refused by the database, in the transaction of its entry. Nobody is found
who is not in the vault: with the row of a person who is erased those here go, whoever writes one.
"""

HISTORY = history_table(METADATA)
WITH_HISTORY = (CASES,)
"""The views that are read at any moment."""
VIEWS = (AGREEMENT_VERSIONS, PERSONS, CASES, HOLDS, MANIFESTS, EXCEPTIONS, ORDER_ENDS, HISTORY)
"""What follows from the log and can be built from it again."""
KEPT = (SEALED_PERSONS, IDENTITY_KEYS)
"""What does not: personal data and its keys, which no entry has. They outlive every rebuild."""
