"""An address of a managed PostgreSQL means the same in every part that connects to it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.database.connections import Connections
from shared.database.errors import Unavailable
from shared.database.leader_lock import alone
from shared.database.migrations import connected
from shared.database.reads import Reads
from tests.support.certificates import Authority
from tests.support.databases import NewDatabase

NUMBER = sa.select(sa.literal(7).label("number"))
Part = Callable[[str], Awaitable[object]]


async def by_reads(url: str) -> object:
    reads = Reads.connect(url)
    try:
        (row,) = await reads.all(NUMBER)
    finally:
        await reads.close()
    return row["number"]


async def by_migrations(url: str) -> object:
    async with connected(url) as connection:
        return await connection.scalar(NUMBER)


async def by_the_pool(url: str) -> object:
    pool = Connections(url, 1)
    await pool.open()
    try:
        async with pool.one() as connection:
            return await connection.fetchval("SELECT 7")
    finally:
        await pool.close()


async def by_the_lock(url: str) -> object:
    answered: list[int] = []

    async def work() -> None:
        answered.append(7)

    await alone(url, "addresses", work)
    return answered[0]


PARTS: list[Part] = [by_reads, by_migrations, by_the_pool, by_the_lock]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("parameters", ["", "?sslmode=prefer&application_name=accord"])
async def test_every_part_connects_by_the_short_scheme_and_with_parameters(
    new_database: NewDatabase, part: Part, parameters: str
) -> None:
    url = new_database(None).replace("postgresql://", "postgres://", 1)
    assert await part(url + parameters) == 7


@pytest.mark.parametrize("part", PARTS)
async def test_no_part_speaks_in_the_clear_where_the_address_asks_for_tls(
    new_database: NewDatabase, part: Part, tmp_path: Path
) -> None:
    """This server knows no TLS: whoever connected all the same would have sent a password."""
    authority = Authority(tmp_path).file
    with pytest.raises((Unavailable, ConnectionError), match=r"SSL|ConnectionError"):
        await part(f"{new_database(None)}?sslmode=verify-full&sslrootcert={authority}")
