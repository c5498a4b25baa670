"""Alembic's entry to audit's migrations."""

from services.audit.tables import METADATA
from shared.database.migrations import migrate

migrate(METADATA)
