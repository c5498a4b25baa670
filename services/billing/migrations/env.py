"""Alembic's entry to billing's migrations."""

from services.billing.tables import METADATA
from shared.database.migrations import migrate

migrate(METADATA)
