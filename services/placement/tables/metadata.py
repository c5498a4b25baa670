"""What every table of placement's is made with: the metadata, keys and texts that are there."""

import sqlalchemy as sa

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables

METADATA = sealing_tables(ledger_tables(sa.MetaData()))


def keys(*names: str) -> list[sa.Column[str]]:
    """The columns of a key, each a text."""
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def texts(*names: str) -> list[sa.Column[str]]:
    """Columns of texts that are always there."""
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
