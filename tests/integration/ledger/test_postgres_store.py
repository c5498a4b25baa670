"""What only a real database can show: what it refuses, what it survives, and that it is really on
disk.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import asyncpg
import pytest

from shared.database.errors import Unavailable, UnwritableBatch
from shared.database.roles import SERVICE_ROLE
from shared.kernel.ids import FacilityId
from shared.ledger.entry import decode
from shared.ledger.errors import LedgerError
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner
from shared.ledger.tables import APPEND_ONLY
from shared.ledger.work import Outcome
from tests.support.ledgers import (
    RESERVE,
    Reserve,
    key,
    provenance,
    reservation_rows,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CECOT = FacilityId("cecot")
CHANGES = {
    "UPDATE": "UPDATE {table} SET sequence = sequence + 1",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table}",
}


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PostgresStore]:
    opened = await PostgresStore.connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def runner(store: PostgresStore) -> AsyncIterator[CommandRunner]:
    started = CommandRunner(store, SystemClock(), reservation_rows)
    await started.start()
    yield started
    await started.stop()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_g21_the_database_itself_refuses_to_change_an_entry(
    runner: CommandRunner, database_url: str, table: str, change: str
) -> None:
    await runner.run(RESERVE, Reserve(CECOT), provenance(), key("k"))
    statement = (
        CHANGES[change]
        .format(table=table)
        .replace(
            "sequence = sequence + 1",
            "actor = actor" if table == "idempotency_keys" else "sequence = 7",
        )
    )
    connection = await asyncpg.connect(database_url)  # as the owner, who may do anything else
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(statement)
        await connection.execute("SET session_replication_role = replica")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(statement)
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") >= 1  # noqa: S608 - our own table names
    finally:
        await connection.close()


async def test_g21_the_services_role_has_no_right_to_change_an_entry(
    runner: CommandRunner, database_url: str
) -> None:
    await runner.run(RESERVE, Reserve(CECOT), provenance(), key("k"))
    connection = await asyncpg.connect(database_url)
    try:
        for table in APPEND_ONLY:
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                held = await connection.fetchval(
                    "SELECT has_table_privilege($1, $2, $3)", SERVICE_ROLE, table, right
                )
                assert not held, f"{SERVICE_ROLE} may {right} {table}"
            assert await connection.fetchval(
                "SELECT has_table_privilege($1, $2, 'INSERT')", SERVICE_ROLE, table
            )
    finally:
        await connection.close()


async def test_what_the_database_cannot_hold_does_not_touch_its_neighbours(
    runner: CommandRunner, store: PostgresStore
) -> None:
    results = await asyncio.gather(
        runner.run(RESERVE, Reserve(CECOT), provenance()),
        runner.run(RESERVE, Reserve(FacilityId("nul \0 byte")), provenance()),
        runner.run(RESERVE, Reserve(CECOT), provenance()),
        return_exceptions=True,
    )
    assert isinstance(results[1], UnwritableBatch)
    assert [type(results[0]), type(results[2])] == [Outcome, Outcome]
    assert [decode(entry).sequence for entry in await store.entries(0, 10)] == [0, 1]


async def test_rows_are_written_in_the_transaction_of_their_entries(
    runner: CommandRunner, database_url: str
) -> None:
    await asyncio.gather(*(runner.run(RESERVE, Reserve(CECOT), provenance()) for _ in range(20)))
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("SELECT sequence FROM reservations ORDER BY sequence")
    finally:
        await connection.close()
    assert [row[0] for row in rows] == list(range(20))


async def test_a_lost_connection_loses_nothing_and_records_nothing_twice(
    runner: CommandRunner, store: PostgresStore, database_url: str
) -> None:
    async def until_recorded(place: int) -> Outcome:
        while True:
            try:
                return await runner.run(RESERVE, Reserve(CECOT), provenance(), key(f"key-{place}"))
            except Unavailable:
                await asyncio.sleep(0.01)

    connection = await asyncpg.connect(database_url)
    requests = [asyncio.create_task(until_recorded(index)) for index in range(300)]
    killed = 0
    try:
        for _ in range(15):
            killed += await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            await asyncio.sleep(0.004)
    finally:
        await connection.close()
    outcomes = await asyncio.gather(*requests)
    recorded = [decode(entry) for entry in await store.entries(0, 1_000)]
    assert killed > 0
    assert [entry.sequence for entry in recorded] == list(range(300))
    assert sorted(outcome.receipts[0].sequence for outcome in outcomes) == list(range(300))


async def test_an_unreachable_log_is_unavailable_and_not_an_answer(database_url: str) -> None:
    nowhere = database_url.replace(database_url.rsplit("/", 1)[1], "no_such_database")
    with pytest.raises((Unavailable, asyncpg.InvalidCatalogNameError)):
        await PostgresStore.connect(nowhere)


async def test_a_log_that_became_shorter_stops_this_process(
    runner: CommandRunner, database_url: str
) -> None:
    for _ in range(3):
        await runner.run(RESERVE, Reserve(CECOT), provenance())
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE log_head SET next_sequence = 1")  # as after an old backup
    await connection.close()
    with pytest.raises(LedgerError, match="ends at 1"):
        await runner.run(RESERVE, Reserve(CECOT), provenance())


async def test_a_service_can_tell_how_far_its_clock_is_from_the_logs(runner: CommandRunner) -> None:
    assert abs((await runner.clock_skew()).total_seconds()) < 60


async def test_two_operating_system_processes_append_one_dense_log(
    store: PostgresStore, database_url: str
) -> None:
    program = (sys.executable, "-m", "tests.support.appender", database_url, "150")
    started = [
        await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    printed = [await process.communicate() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    accepted = sum(int(out.decode()) for out, _ in printed)
    recorded = [decode(entry) for entry in await store.entries(0, 1_000)]
    assert [entry.sequence for entry in recorded] == list(range(len(recorded)))
    assert len(recorded) == accepted == 200, "150 asked for in each, 200 places"
