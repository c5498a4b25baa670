"""Lines that are disputed, how disputes ended, and credit notes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what is disputed; `accord migrate` fills it from old entries."""
    op.add_column("invoices", sa.Column("in_dispute", sa.Numeric))
    op.create_table(
        "claims",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("invoice", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("minor", sa.Numeric, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("document", sa.Text),
        sa.Column("credit_note", sa.Integer),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )
    op.create_index("claims_of_invoice", "claims", ["invoice", "sequence"])
