"""Reads of the read models: a database that is away is a reason to try again, a fault is not."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from cli.servers.process import free_port
from shared.database.connections import Connections
from shared.database.errors import Unavailable
from shared.database.reads import Reads

ONE = sa.select(sa.literal(1).label("one"))
ASLEEP = sa.select(sa.func.pg_sleep(600))
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep\\(\\$'"


async def test_the_first_row_or_none(database_url: str) -> None:
    reads = Reads.connect(database_url)
    assert dict(await reads.first(ONE) or {}) == {"one": 1}
    assert await reads.first(ONE.where(sa.false())) is None
    await reads.close()


async def test_a_database_that_is_not_there_is_a_reason_to_try_again() -> None:
    reads = Reads.connect(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(Unavailable, match="try again"):
        await reads.all(ONE)
    await reads.close()


async def test_a_connection_lost_while_reading_is_a_reason_to_try_again(database_url: str) -> None:
    reads = Reads.connect(database_url)
    reading = asyncio.create_task(reads.all(ASLEEP))
    connection = await asyncpg.connect(database_url)
    while not reading.done():
        await connection.execute(END_OTHERS + " AND datname = current_database()")
        await asyncio.sleep(0.05)
    with pytest.raises(Unavailable, match="try again"):
        await reading
    assert await reads.first(ONE), "the next read has a new connection"
    await connection.close()
    await reads.close()


async def test_a_connection_that_was_lost_between_two_reads_is_nobody_s_concern(
    database_url: str,
) -> None:
    reads = Reads.connect(database_url, connections=1)
    assert await reads.first(ONE)
    connection = await asyncpg.connect(database_url)
    ended = await connection.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert ended == 1
    assert await reads.first(ONE)
    await connection.close()
    await reads.close()


async def test_a_fault_of_our_own_is_not_called_unavailable(database_url: str) -> None:
    reads = Reads.connect(database_url)
    with pytest.raises(DBAPIError):
        await reads.all(sa.select(sa.column("absent")).select_from(ONE.subquery()))
    await reads.close()


async def test_a_table_that_is_not_migrated_yet_is_a_reason_to_try_again(
    database_url: str,
) -> None:
    reads = Reads.connect(database_url)
    with pytest.raises(Unavailable, match="`accord migrate`"):
        await reads.all(sa.select(sa.text("1")).select_from(sa.table("nothing")))
    await reads.close()
    connections = Connections(database_url, 1)
    await connections.open()
    with pytest.raises(Unavailable, match=r'"nothing" does not exist.*`accord migrate`'):
        async with connections.one() as connection:
            await connection.execute("SELECT 1 FROM nothing")
    with pytest.raises(asyncpg.UndefinedColumnError):
        async with connections.one() as connection:
            await connection.execute("SELECT absent")
    await connections.close()


async def test_a_database_that_is_not_made_yet_is_a_reason_to_try_again(database_url: str) -> None:
    absent = f"{database_url.rpartition('/')[0]}/absent"
    reads = Reads.connect(absent)
    with pytest.raises(Unavailable, match="`accord migrate`"):
        await reads.all(ONE)
    await reads.close()
    with pytest.raises(Unavailable, match="`accord migrate`"):
        await Connections(absent, 1).open()
