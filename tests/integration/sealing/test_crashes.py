"""A sealer that dies, has a twin or wakes up on an old backup never signs a second history."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import asyncpg
import pytest

from shared.sealing.heads import Sizes
from shared.sealing.memory import MemoryTree
from tests.integration.sealing.alarms import asked, stopped
from tests.support.faults import POINTS, Crash, CrashingTree
from tests.support.ledgers import ORIGIN
from tests.support.waiting import until
from tests.support.witnesses import WitnessDouble, down, late
from tests.support.workbench import Workbench, sealing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cli.servers.postgres import PostgresServer
    from shared.sealing.store import TreeStore


async def test_two_sealers_at_once_sign_one_history(workbench: Workbench) -> None:
    await workbench.append(10)
    async with sealing(workbench.sealer(), workbench.sealer(), workbench.sealer()):
        for size in range(20, 200, 20):
            await workbench.append(size - (await workbench.store.head()).next_index)
            await workbench.until(sealed=size)
        await workbench.until(final=180)
    await workbench.assert_one_history()


@pytest.mark.parametrize("point", POINTS)
async def test_a_process_that_dies_at_any_point_is_taken_over_without_a_second_history(
    workbench: Workbench, point: str
) -> None:
    await workbench.append(255)
    async with sealing(workbench.sealer()):
        await workbench.until(final=255)
    await workbench.append(3)
    with pytest.raises(Crash):
        await workbench.sealer(CrashingTree(workbench.tree, point)).run()
    assert (await workbench.sizes()).sealed == (255 if point == "before the swap" else 258)
    await workbench.append(2)
    async with sealing(workbench.sealer()):
        await workbench.until(final=260)
    await workbench.assert_one_history()


async def test_nothing_leaves_a_process_that_dies_before_the_head_has_moved(
    workbench: Workbench,
) -> None:
    await workbench.append(3)
    with pytest.raises(Crash):
        await workbench.sealer(CrashingTree(workbench.tree, "before the swap")).run()
    assert {checkpoint.size for checkpoint in workbench.sent()} == {0}


async def test_a_process_that_dies_after_one_witness_has_cosigned_is_taken_over(
    workbench: Workbench,
) -> None:
    await workbench.append(3)
    async with sealing(workbench.sealer()):
        await workbench.until(final=3)
    held = threading.Event()
    workbench.world.slv.script.extend([WitnessDouble.decide, late(held)])
    await workbench.append(4)
    with pytest.raises(Crash):
        await workbench.sealer(CrashingTree(workbench.tree, "before publishing")).run()
    assert workbench.world.usa.seen[ORIGIN].size == 7
    assert workbench.world.slv.seen[ORIGIN].size == 3
    assert (await workbench.sizes()).published == 3
    held.set()
    async with sealing(workbench.sealer()):
        await workbench.until(final=7)
    await workbench.assert_one_history()


@asynccontextmanager
async def restored(
    server: PostgresServer, database_url: str, world: Workbench
) -> AsyncIterator[Workbench]:
    """The database as it is now; meanwhile the log goes on, and then the old backup is back."""
    name = database_url.rpartition("/")[2].partition("?")[0]
    await world.__aexit__()
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}"')
    await connection.close()
    async with Workbench(database_url, world.world) as original:
        await original.append(4)
        async with sealing(original.sealer()):
            await original.until(final=(await original.store.head()).next_index)
    try:
        async with Workbench(server.url(f"{name}_backup"), world.world) as backup:
            yield backup
    finally:
        server.drop_database(f"{name}_backup")


@pytest.mark.parametrize("sealed", [0, 5])
async def test_a_log_restored_from_an_old_backup_signs_nothing_and_says_so(
    postgres_server: PostgresServer, database_url: str, workbench: Workbench, sealed: int
) -> None:
    await workbench.append(sealed)
    async with sealing(workbench.sealer()):
        await workbench.until(final=sealed)
    async with restored(postgres_server, database_url, workbench) as backup:
        await backup.append(20)
        for double in backup.world.witnesses.values():
            double.asked.clear()
        why = await stopped(backup.sealer())
        assert f"has cosigned size {sealed + 4}, and our log has sealed {sealed}" in why
        assert "restored backup" in why
        assert await backup.sizes() == Sizes(sealed, sealed, sealed)
        assert {checkpoint.size for checkpoint in backup.sent()} == {sealed}


@pytest.mark.parametrize("witness", ["usa", "slv"])
async def test_one_witness_is_enough_to_find_a_restored_backup_out(
    postgres_server: PostgresServer, database_url: str, workbench: Workbench, witness: str
) -> None:
    await workbench.append(5)
    async with sealing(workbench.sealer()):
        await workbench.until(final=5)
    async with restored(postgres_server, database_url, workbench) as backup:
        backup.world.witnesses[witness].behaviour = down
        assert "restored backup" in await stopped(backup.sealer())


class Exchanged:
    """A tree that is another one from some moment on, below a process that goes on running."""

    def __init__(self, tree: TreeStore) -> None:
        """Begin with this one."""
        self.tree = tree

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the tree has
        return getattr(self.tree, name)


async def test_a_database_that_goes_back_below_a_running_process_is_noticed_by_it(
    workbench: Workbench,
) -> None:
    await workbench.append(5)
    tree = Exchanged(workbench.tree)
    sealer = workbench.sealer(cast("TreeStore", tree))
    async with sealing(sealer):
        await workbench.until(final=5)
    tree.tree = MemoryTree(workbench.store)
    for double in workbench.world.witnesses.values():
        double.seen.clear()
    why = await stopped(sealer)
    assert "the database is at size 0, this process has signed size 5" in why


async def test_a_sealer_that_another_has_overtaken_begins_again_from_the_database(
    workbench: Workbench,
) -> None:
    await workbench.append(5)
    async with sealing(workbench.sealer()):
        await workbench.until(final=5)
    held = threading.Event()
    workbench.world.usa.script.append(late(held))
    late_one = workbench.sealer()
    async with sealing(late_one):
        await until(asked(workbench.world.usa, len(workbench.world.usa.asked) + 1))
        await workbench.append(3)
        async with sealing(workbench.sealer()):
            await workbench.until(final=8)
        held.set()
        await workbench.append(3)
        await workbench.until(final=11)
        assert await late_one.check() is None
    await workbench.assert_one_history()
