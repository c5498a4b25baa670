"""An audit node's tables: the mirror, what it has cosigned, what it has found, its replays."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

METADATA = sa.MetaData()

MIRROR_LOGS = sa.Table(
    "mirror_logs",
    METADATA,
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("origin", sa.Text, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("root", BYTEA, nullable=False),
    sa.Column("note", BYTEA, nullable=False, comment="the checkpoint that proved it"),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("next_offset", sa.BigInteger, nullable=False),
    sa.Column("final_size", sa.BigInteger, nullable=False),
    sa.Column("final_note", BYTEA, nullable=False, comment="with both cosignatures"),
)

MIRROR_ENTRIES = sa.Table(
    "mirror_entries",
    METADATA,
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry", BYTEA, nullable=False),
    sa.Column("leaf_hash", BYTEA, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("time", sa.DateTime(timezone=True), nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("mirror_entries_as_recorded", "recorded_at", "log", "sequence"),
)

MIRROR_TAGS = sa.Table(
    "mirror_tags",
    METADATA,
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("recorded_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
)

MIRROR_TILES = sa.Table(
    "mirror_tiles",
    METADATA,
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("tile", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hashes", BYTEA, nullable=False),
)

WITNESS_SEEN = sa.Table(
    "witness_seen",
    METADATA,
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("root", BYTEA, nullable=False),
    sa.Column("cosigned_at", sa.BigInteger, nullable=False, comment="POSIX seconds"),
    sa.Column("note", BYTEA, nullable=False, comment="with this node's cosignatures"),
)

COSIGNED = sa.Table(
    "cosigned",
    METADATA,
    sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("root", BYTEA, nullable=False),
    sa.Column("cosigned_at", sa.BigInteger, nullable=False, comment="POSIX seconds"),
)

FINDINGS = sa.Table(
    "findings",
    METADATA,
    sa.Column("finding", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("fingerprint", BYTEA, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger),
    sa.Column("document", JSONB, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("findings_by_fingerprint", "fingerprint"),
    sa.Index("findings_by_kind", "kind", "finding"),
)

FINDINGS_SETTLED = sa.Table(
    "findings_settled",
    METADATA,
    sa.Column("finding", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("how", sa.Text, nullable=False),
)

REPLAYS = sa.Table(
    "replays",
    METADATA,
    sa.Column("replay", sa.Text, primary_key=True),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("document", JSONB, nullable=False),
)
