"""Alembic's entry to intake's migrations."""

from services.intake.tables import METADATA
from shared.database.migrations import migrate

migrate(METADATA)
