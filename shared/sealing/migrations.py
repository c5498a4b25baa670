"""The revision that gives a service's database the tables of the sealed log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

from shared.sealing.schema import protect_sealing


def create_sealing() -> None:
    """Create and protect the tables; for a revision's `upgrade`, after `create_ledger`.

    The columns are repeated here as they are at this revision: `shared.sealing.tables` says what
    all revisions together lead to, and `alembic check` compares the two.
    """
    _tree()
    _heads()
    protect_sealing(op.get_bind().exec_driver_sql)


def _tree() -> None:
    op.create_table(
        "tree_tiles",
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("tile", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hashes", BYTEA, nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 63", name="tree_tiles_are_above_the_leaves"),
        sa.CheckConstraint(
            "length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192",
            name="tree_tiles_hold_1_to_256_hashes",
        ),
    )


def _heads() -> None:
    op.create_table(
        "sealed_head",
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", BYTEA, nullable=False),
        sa.Column("note", BYTEA, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_row", name="sealed_head_has_one_row"),
    )
    op.create_table(
        "published_head",
        sa.Column("one_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", BYTEA),
        sa.Column("final_size", sa.BigInteger, nullable=False),
        sa.Column("final_note", BYTEA),
        sa.Column("final_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("one_row", name="published_head_has_one_row"),
    )
