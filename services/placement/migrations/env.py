"""Alembic's entry to placement's migrations."""

from services.placement.tables import METADATA
from shared.database.migrations import migrate

migrate(METADATA)
