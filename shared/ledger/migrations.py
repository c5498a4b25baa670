"""What a log's database needs when it is made and whenever the code has changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import context, op

from shared.database import migrations
from shared.database.roles import grant
from shared.ledger.schema import protect
from shared.ledger.tables import ledger_tables

if TYPE_CHECKING:
    from pathlib import Path


def upgrade(folder: Path, url: str, origin: str) -> None:
    """Bring the database at a `postgresql://` address up to date, and drop its snapshots: they are
    disposable, and older code has folded them. Not for use inside an event loop.
    """
    migrations.upgrade(folder, url, origin)
    asyncio.run(_forget_snapshots(url))


async def _forget_snapshots(url: str) -> None:
    async with migrations.connected(url) as connection:
        held = await connection.scalar(sa.text("SELECT to_regclass('snapshots')"))
        if held is not None:  # an audit node has no log of its own, so nothing that is folded
            await connection.execute(sa.text("DELETE FROM snapshots"))


def create_ledger(*read_models: str) -> None:
    """Create and protect the ledger's tables, and let the service change its own `read_models`.

    For a revision's `upgrade`, after it has created those tables.
    """
    connection = op.get_bind()
    ledger_tables(sa.MetaData()).create_all(connection)
    protect(connection.exec_driver_sql, context.config.attributes["origin"])
    for table in read_models:
        grant(connection.exec_driver_sql, table)
