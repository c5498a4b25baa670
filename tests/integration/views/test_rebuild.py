"""Views built again: equal to what was there, under load, and after being killed in the middle."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import asyncpg
import msgspec
import pytest

from shared.database.reads import Reads
from shared.kernel.ids import FacilityId
from shared.ledger.deadlines import TableDeadlines
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.tables import DEADLINES
from shared.views import rebuild as rebuilding
from shared.views.definition import Views, ViewsCheck
from shared.views.rebuild import RebuildFailed, rebuild, rebuild_if_changed
from tests.support.databases import LEDGER, NewDatabase
from tests.support.deadlines import clock, due_rows, due_runner
from tests.support.ledgers import METADATA, RESERVATIONS, Reserve
from tests.support.reserving import log_of, reserve
from tests.support.views import execute, rows_of
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.ledger.runner import CommandRunner

VIEWS = Views(version=1, tables=(RESERVATIONS,), project=due_rows)
TABLES = (RESERVATIONS, METADATA.tables[DEADLINES])


class Service:
    """A service with a view, and the database that it has it in."""

    def __init__(self, url: str, store: PostgresStore, runner: CommandRunner, reads: Reads) -> None:
        self.url = url
        self.store = store
        self.runner = runner
        self.reads = reads

    async def reserved(self, count: int, name: str = "f") -> None:
        await asyncio.gather(
            *(
                reserve(self.runner, Reserve(FacilityId(f"{name}-{index}")))
                for index in range(count)
            )
        )


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh database with an empty log."""
    return new_database(LEDGER)


@pytest.fixture
async def service(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    monkeypatch.setattr(rebuilding, "PAGE", 50)
    async with AsyncExitStack() as stack:
        store = await PostgresStore.connect(database_url)
        stack.push_async_callback(store.close)
        reads = Reads.connect(database_url)
        stack.push_async_callback(reads.close)
        runner = await stack.enter_async_context(due_runner(store, SystemClock()))
        yield Service(database_url, store, runner, reads)


async def test_what_is_built_again_equals_row_by_row_what_was_there(service: Service) -> None:
    await service.reserved(120)
    before = await rows_of(service.url, TABLES)
    await execute(service.url, "DELETE FROM reservations", "DELETE FROM deadlines")
    rebuilt = await rebuild(service.url, VIEWS)
    assert (rebuilt.entries, rebuilt.resumed_from) == (120, 0)
    assert await rows_of(service.url, TABLES) == before
    assert len(before["reservations"]) == 120


async def test_a_row_that_no_entry_accounts_for_is_gone_and_one_that_was_changed_is_right_again(
    service: Service,
) -> None:
    await service.reserved(3)
    before = await rows_of(service.url, TABLES)
    await execute(
        service.url,
        "INSERT INTO reservations VALUES ('nobody', 'nowhere', 9)",
        "UPDATE reservations SET facility = 'elsewhere' WHERE sequence = 1",
    )
    await rebuild(service.url, VIEWS)
    assert await rows_of(service.url, TABLES) == before


async def test_a_deadline_that_was_worked_off_stays_so(service: Service) -> None:
    await reserve(service.runner, Reserve(FacilityId("north@2")))
    await clock(service.runner, TableDeadlines(service.reads), SystemClock()).work_off()
    before = await rows_of(service.url, TABLES)
    await rebuild(service.url, VIEWS)
    assert await rows_of(service.url, TABLES) == before
    (deadline,) = before[DEADLINES]
    assert deadline["settled_at"] is not None


async def test_it_is_built_under_load_and_nothing_that_is_appended_meanwhile_is_lost(
    service: Service,
) -> None:
    await service.reserved(500)
    stop = asyncio.Event()
    count = 0

    async def load(name: str) -> None:
        nonlocal count
        while not stop.is_set():
            await service.reserved(7, f"{name}-{count}")
            count += 1

    async with due_runner(service.store, SystemClock()) as another:
        other = Service(service.url, service.store, another, service.reads)
        loads = [asyncio.create_task(load("one")), asyncio.create_task(load("two"))]
        loads.append(asyncio.create_task(other.reserved(200, "three")))
        for _ in range(3):
            await rebuild(service.url, VIEWS)
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(*loads)
    log = await log_of(service.store)
    rows = (await rows_of(service.url, TABLES))["reservations"]
    assert sorted(row["sequence"] for row in rows) == list(range(len(log)))
    assert count > 3, "appends went on while it was built"


async def test_killed_in_the_middle_it_goes_on_where_it_was_and_until_then_nothing_is_changed(
    service: Service,
) -> None:
    await service.reserved(230)
    before = await rows_of(service.url, TABLES)
    running: asyncio.Task[object] | None = None

    def kill_after(done: int, _of: int) -> None:
        if running is not None and done == 100:
            running.cancel()

    running = asyncio.create_task(rebuild(service.url, VIEWS, kill_after))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await rows_of(service.url, TABLES) == before
    rebuilt = await rebuild(service.url, VIEWS)
    assert (rebuilt.resumed_from, rebuilt.entries) == (100, 230)
    assert await rows_of(service.url, TABLES) == before


async def test_what_other_code_had_begun_is_not_gone_on_with(service: Service) -> None:
    await service.reserved(60)
    await execute(
        service.url,
        "CREATE SCHEMA rebuild",
        "CREATE TABLE rebuild.progress AS SELECT 'other' AS mark, 50::bigint AS next_sequence",
    )
    assert (await rebuild(service.url, VIEWS)).resumed_from == 0


async def test_a_second_rebuild_at_the_same_time_is_refused(service: Service) -> None:
    await service.reserved(1)
    connection = await asyncpg.connect(service.url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", rebuilding._LOCK)  # noqa: SLF001 - as another rebuild does
        with pytest.raises(RebuildFailed, match="wait for it"):
            await rebuild(service.url, VIEWS)
    finally:
        await connection.close()


async def test_tables_that_are_never_at_rest_are_left_as_they_are_and_nobody_waits_for_ever(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_ATTEMPTS", 2)
    monkeypatch.setattr(rebuilding, "_PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    await service.reserved(10)
    connection = await asyncpg.connect(service.url)
    try:
        async with connection.transaction():
            await connection.fetch("SELECT * FROM reservations")
            with pytest.raises(RebuildFailed, match="end long transactions"):
                await rebuild(service.url, VIEWS)
            await service.reserved(3, "meanwhile")
    finally:
        await connection.close()
    rebuilt = await rebuild(service.url, VIEWS)
    assert (rebuilt.resumed_from, rebuilt.entries) == (10, 13)


async def test_a_database_that_cannot_be_reached_is_said_so() -> None:
    with pytest.raises(RebuildFailed, match="Error"):
        await rebuild("postgresql://nobody@127.0.0.1:1/nothing", VIEWS)


async def test_the_services_role_may_use_the_new_tables_and_still_owns_none(
    service: Service,
) -> None:
    await rebuild(service.url, VIEWS)
    await execute(
        service.url,
        "SET ROLE accord_service",
        "INSERT INTO reservations VALUES ('one', 'f', 0)",
        "UPDATE reservations SET sequence = 1",
        "DELETE FROM reservations",
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(service.url, "SET ROLE accord_service", "DROP TABLE reservations")


async def test_views_of_another_definition_are_built_again_and_until_then_readiness_says_so(
    service: Service,
) -> None:
    await service.reserved(3)
    later = msgspec.structs.replace(VIEWS, version=2)
    assert await rebuild_if_changed(service.url, VIEWS) is not None
    assert await rebuild_if_changed(service.url, VIEWS) is None
    assert await ViewsCheck(service.reads, VIEWS).check() is None
    assert "accord rebuild" in (await ViewsCheck(service.reads, later).check() or "")
    assert await rebuild_if_changed(service.url, later) is not None

    async def well() -> bool:
        return await ViewsCheck(service.reads, later).check() is None

    await until(well)


async def test_a_database_that_was_never_marked_is_as_its_entries_made_it(service: Service) -> None:
    assert await ViewsCheck(service.reads, VIEWS).check() is None
    no_tables = Views(version=1, tables=(), project=due_rows)
    assert VIEWS.mark != no_tables.mark, "a changed table is another definition"
