"""Alembic's entry to placement's migrations."""

from services.placement.tables import VIEWS
from shared.database.migrations import migrate

migrate(VIEWS[0].metadata)
