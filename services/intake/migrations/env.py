"""Alembic's entry to intake's migrations."""

from services.intake.tables import METADATA
from shared.ledger.migrations import migrate

migrate(METADATA)
