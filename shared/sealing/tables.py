"""The tables in which a service keeps its log's tree, and how far it is sealed and published."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA


def sealing_tables(metadata: sa.MetaData) -> sa.MetaData:
    """Add the tables of the sealed log to a service's metadata."""
    _tree(metadata)
    _heads(metadata)
    return metadata


def _tree(metadata: sa.MetaData) -> None:
    """Tiles above the leaves, whose hashes stand with the entries."""
    sa.Table(
        "tree_tiles",
        metadata,
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("tile", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hashes", BYTEA, nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 63", name="tree_tiles_are_above_the_leaves"),
        sa.CheckConstraint(
            "length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192",
            name="tree_tiles_hold_1_to_256_hashes",
        ),
    )


def _heads(metadata: sa.MetaData) -> None:
    """The newest tree that was signed, and the newest that others were shown."""
    sa.Table(
        "sealed_head",
        metadata,
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", BYTEA, nullable=False),
        sa.Column("note", BYTEA, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_row", name="sealed_head_has_one_row"),
    )
    sa.Table(
        "published_head",
        metadata,
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", BYTEA),
        sa.Column("final_size", sa.BigInteger, nullable=False),
        sa.Column("final_note", BYTEA),
        sa.Column("final_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("one_row", name="published_head_has_one_row"),
    )
