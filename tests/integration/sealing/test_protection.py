"""The database itself lets what was signed only grow, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from shared.database.roles import SERVICE_ROLE
from shared.sealing.heads import Sizes
from tests.support.workbench import sealing

if TYPE_CHECKING:
    from tests.support.workbench import Workbench

REFUSED = [
    "UPDATE sealed_head SET size = size - 1",
    "UPDATE sealed_head SET root = sha256('another')",
    "UPDATE sealed_head SET sealed_at = sealed_at - interval '1 second'",
    "DELETE FROM sealed_head",
    "TRUNCATE sealed_head",
    "UPDATE published_head SET size = size - 1",
    "UPDATE published_head SET final_size = final_size - 1",
    "UPDATE published_head SET final_size = size + 1",
    "DELETE FROM published_head",
    "TRUNCATE published_head",
    "UPDATE tree_tiles SET hashes = substring(hashes FOR 32) WHERE length(hashes) > 32",
    "UPDATE tree_tiles SET hashes = sha256('another')",
    "UPDATE tree_tiles SET tile = tile + 1",
    "DELETE FROM tree_tiles",
    "TRUNCATE tree_tiles",
    """INSERT INTO tree_tiles VALUES (1, 0, sha256('x'))
       ON CONFLICT (level, tile) DO UPDATE SET hashes = EXCLUDED.hashes""",
]


@pytest.mark.parametrize("who", ["its owner", "the service"])
async def test_what_was_signed_never_goes_back(
    workbench: Workbench, database_url: str, who: str
) -> None:
    await workbench.append(600)
    async with sealing(workbench.sealer()):
        await workbench.until(final=600)
    connection = await asyncpg.connect(database_url)
    try:
        if who == "the service":
            await connection.execute(f"SET ROLE {SERVICE_ROLE}")
        for statement in REFUSED:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
    assert await workbench.sizes() == Sizes(600, 600, 600)


@pytest.mark.parametrize(
    ("level", "hashes"), [(0, bytes(32)), (64, bytes(32)), (1, b"short"), (1, b"")]
)
async def test_a_tile_holds_whole_hashes_above_the_leaves(
    workbench: Workbench, database_url: str, level: int, hashes: bytes
) -> None:
    assert (await workbench.sizes()).sealed == 0
    connection = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("INSERT INTO tree_tiles VALUES ($1, 0, $2)", level, hashes)
    finally:
        await connection.close()
