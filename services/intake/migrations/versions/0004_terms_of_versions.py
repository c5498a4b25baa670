"""The term of each version of an agreement, in the list that says which one is in force."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add it; the rows follow from the log and are made again (ADR 0032)."""
    op.execute(sa.text("DELETE FROM agreement_versions"))
    for day in ("first_day", "ends_on"):
        op.add_column("agreement_versions", sa.Column(day, sa.Date, nullable=False))
