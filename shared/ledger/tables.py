"""The tables that every service's database has, whatever its read models are."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

APPEND_ONLY = ("entries", "entry_tags", "idempotency_keys")
"""Nothing in these is ever changed or removed: the database itself refuses it."""

IDEMPOTENCY_CONSTRAINT = "idempotency_keys_pkey"
"""What refuses a second use of a key, by the name that PostgreSQL gives a table's primary key."""

FOLLOWER_POSITIONS = "follower_positions"
DEADLINES = "deadlines"
VIEW_STATE = "view_state"
TOPIC_FINDINGS = "topic_findings"
"""What lay in a followed log's topic, or in our own, and is not the log's."""


def ledger_tables(metadata: sa.MetaData) -> sa.MetaData:
    """Add the ledger's tables to a service's metadata."""
    _log(metadata)
    _idempotency(metadata)
    _progress(metadata)
    _findings(metadata)
    _deadlines(metadata)
    _views(metadata)
    return metadata


def _log(metadata: sa.MetaData) -> None:
    """The entries, by what they are found, and where the log ends."""
    sa.Table(
        "log_head",
        metadata,
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("next_sequence", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_row", name="log_head_has_one_row"),
    )
    sa.Table(
        "entries",
        metadata,
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", BYTEA, nullable=False),
        sa.Column("leaf_hash", BYTEA, nullable=False),
    )
    sa.Table(
        "entry_tags",
        metadata,
        sa.Column("tag", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),  # few of a long subject's entries are wanted
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    )


def _idempotency(metadata: sa.MetaData) -> None:
    """Which request each key was used for, and what it recorded."""
    sa.Table(
        "idempotency_keys",
        metadata,
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key_sha256", BYTEA, primary_key=True),
        sa.Column("request_sha256", BYTEA, nullable=False),
        sa.Column("first_sequence", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
    )


def _progress(metadata: sa.MetaData) -> None:
    """What can be made again from logs: states of long folds, and how far followers have come."""
    sa.Table(
        "snapshots",
        metadata,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("state", BYTEA, nullable=False),
    )
    sa.Table(
        FOLLOWER_POSITIONS,
        metadata,
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("next_sequence", sa.BigInteger, nullable=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("peaks", BYTEA, nullable=False),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("late_types", sa.Text, nullable=False),
        sa.Column("late_until", sa.BigInteger, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
    )


def _findings(metadata: sa.MetaData) -> None:
    """What lay in a topic and is not its log's, in as many slots as the disk is to hold."""
    sa.Table(
        TOPIC_FINDINGS,
        metadata,
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("topic_offset", sa.BigInteger, nullable=False),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("record", BYTEA, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged", sa.Text),
    )


def _views(metadata: sa.MetaData) -> None:
    """Which views the database has, and since when: written by whoever builds them again."""
    sa.Table(
        VIEW_STATE,
        metadata,
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("rebuilt_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_row", name="view_state_has_one_row"),
    )


def _deadlines(metadata: sa.MetaData) -> None:
    """What is due and when; a deadline that was worked off stays, and says when that was."""
    sa.Table(
        DEADLINES,
        metadata,
        sa.Column("due_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Index(
            "deadlines_that_stand",
            "due_at",
            "kind",
            "subject",
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )
