"""What a log's database needs when it is made and whenever the code has changed: tables that only
grow, and what the service may do with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import context, op

from shared.database.roles import SERVICE_ROLE, create_role, grant
from shared.ledger.tables import APPEND_ONLY, ledger_tables

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new entry (G21)', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def create_ledger(*read_models: str) -> None:
    """Create and protect the ledger's tables, and let the service change its own `read_models`.

    For a revision's `upgrade`, after it has created those tables.
    """
    connection = op.get_bind()
    ledger_tables(sa.MetaData()).create_all(connection)
    protect(connection.exec_driver_sql, context.config.attributes["origin"])
    for table in read_models:
        grant(connection.exec_driver_sql, table)


def protect(execute: Callable[[str], object], origin: str) -> None:
    """Make the ledger's tables append-only, start the log's head, and grant the service what it
    needs.

    `execute` runs one statement. Called by a service's first migration after its tables exist.
    """
    execute(_REFUSE)
    for table in APPEND_ONLY:
        execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    execute(
        "INSERT INTO log_head (origin, next_sequence, recorded_at) "  # noqa: S608 - our own origin
        f"VALUES ('{origin}', 0, '1970-01-01Z')"
    )
    create_role(execute)
    for table in APPEND_ONLY:
        execute(f"GRANT SELECT, INSERT ON {table} TO {SERVICE_ROLE}")
    execute(f"GRANT SELECT, UPDATE ON log_head TO {SERVICE_ROLE}")
    execute(f"GRANT SELECT ON view_state TO {SERVICE_ROLE}")
    for table in ("snapshots", "follower_positions", "topic_findings", "deadlines"):
        grant(execute, table)
