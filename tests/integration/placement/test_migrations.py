"""The migrations lead to exactly the tables that the code reads and writes."""

from shared.database.migrations import check, upgrade
from tests.integration.placement.conftest import MIGRATIONS, ORIGIN


def test_alembic_finds_no_difference_between_tables_and_migrations(migrated_database: str) -> None:
    upgrade(MIGRATIONS, migrated_database, ORIGIN)
    check(MIGRATIONS, migrated_database, ORIGIN)
