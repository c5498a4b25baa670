"""The migrations lead to exactly the tables that the code reads and writes."""

from pathlib import Path

import asyncpg

from services.intake import tables
from shared.database.migrations import check, upgrade

FOLDER = Path(tables.__file__).parent / "migrations"
ORIGIN = "accord.example/intake/0"


def test_alembic_finds_no_difference_between_tables_and_migrations(database_url: str) -> None:
    upgrade(FOLDER, database_url, ORIGIN)
    check(FOLDER, database_url, ORIGIN)


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    upgrade(FOLDER, database_url, ORIGIN)
    upgrade(FOLDER, database_url, ORIGIN)
    check(FOLDER, database_url, ORIGIN)


async def test_the_log_begins_empty_under_its_own_origin(migrated_database: str) -> None:
    connection = await asyncpg.connect(migrated_database)
    try:
        head = await connection.fetchrow("SELECT origin, next_sequence FROM log_head")
    finally:
        await connection.close()
    assert head is not None
    assert tuple(head) == (ORIGIN, 0)
