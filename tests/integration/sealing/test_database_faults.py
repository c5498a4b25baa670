"""A disk that is full, and a tree that somebody changed: sealing waits, or refuses."""

from __future__ import annotations

import asyncpg
import pytest

from shared.transparency.witness import Seen
from tests.integration.sealing.alarms import in_state, stopped
from tests.support.faults import CrashingTree
from tests.support.ledgers import ORIGIN
from tests.support.waiting import until
from tests.support.workbench import Workbench, sealing


async def test_a_full_disk_stops_sealing_until_there_is_room_again(
    workbench: Workbench, database_url: str
) -> None:
    await workbench.append(5)
    sealer = workbench.sealer()
    owner = await asyncpg.connect(database_url)
    try:
        async with sealing(sealer):
            await workbench.until(final=5)
            await owner.execute(
                "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;"
                "CREATE TRIGGER no_space BEFORE UPDATE ON sealed_head"
                " FOR EACH ROW EXECUTE FUNCTION no_space()"
            )
            await workbench.append(3)
            await until(in_state(sealer, "stuck"))
            assert "stuck" in str(await sealer.check())
            assert (await workbench.sizes()).sealed == 5
            await owner.execute("DROP TRIGGER no_space ON sealed_head")
            await workbench.until(final=8)
            assert await sealer.check() is None
    finally:
        await owner.close()
    await workbench.assert_one_history()


async def test_a_full_disk_under_what_is_published_is_recovered_from_too(
    workbench: Workbench,
) -> None:
    await workbench.append(5)
    faulty = CrashingTree(workbench.tree, "unable to publish")
    sealer = workbench.sealer(faulty)
    async with sealing(sealer):
        await until(in_state(sealer, "failing"))
        faulty.point = ""
        await workbench.until(final=5)
    await workbench.assert_one_history()


DAMAGE = {
    "a tile": ("UPDATE tree_tiles SET hashes = sha256('x')", "has not the root that was signed"),
    "a lost tile": ("DELETE FROM tree_tiles", "the stored tree is damaged"),
    "a leaf": (
        "UPDATE entries SET leaf_hash = sha256('x') WHERE sequence = 299",
        "has not the root that was signed",
    ),
    "the signed note": ("UPDATE sealed_head SET note = 'x'", "is not signed by this log"),
    "another signed note": (
        "UPDATE sealed_head SET size = 299, note = note",
        "has not the root that was signed",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
async def test_a_tree_that_was_tampered_with_is_not_signed_on(
    workbench: Workbench, database_url: str, what: str
) -> None:
    await workbench.append(300)
    async with sealing(workbench.sealer()):
        await workbench.until(final=300)
    sql, why = DAMAGE[what]
    owner = await asyncpg.connect(database_url)
    await owner.execute(f"SET session_replication_role = replica; {_undefended(sql)}")
    await owner.close()
    await workbench.append(1)
    assert why in await stopped(workbench.sealer())


async def test_a_proof_from_a_tree_that_was_tampered_with_is_not_sent(
    workbench: Workbench, database_url: str
) -> None:
    await workbench.append(600)
    async with sealing(workbench.sealer()):
        await workbench.until(final=600)
    for double in workbench.world.witnesses.values():
        double.seen[ORIGIN] = Seen(100, bytes(32))
    owner = await asyncpg.connect(database_url)
    await owner.execute(_undefended("DELETE FROM entries WHERE sequence = 70"))
    await owner.close()
    assert "the stored tree is damaged" in await stopped(workbench.sealer())


async def test_a_log_with_a_hole_is_not_sealed_on(workbench: Workbench, database_url: str) -> None:
    await workbench.append(10)
    owner = await asyncpg.connect(database_url)
    await owner.execute(_undefended("DELETE FROM entries WHERE sequence = 5"))
    await owner.close()
    assert "9 whole leaf hashes from 0 to 9" in await stopped(workbench.sealer())
    assert (await workbench.sizes()).sealed == 0


async def test_a_head_that_is_not_what_its_note_says_is_not_sealed_on(
    workbench: Workbench, database_url: str
) -> None:
    await workbench.append(300)
    async with sealing(workbench.sealer()):
        await workbench.until(final=300)
    older = await workbench.tree.sealed()
    await workbench.append(1)
    async with sealing(workbench.sealer()):
        await workbench.until(final=301)
    owner = await asyncpg.connect(database_url)
    await owner.execute("UPDATE sealed_head SET note = $1", older.note)
    await owner.close()
    assert "size 301 is not what was signed" in await stopped(workbench.sealer())


def _undefended(sql: str) -> str:
    """What only the owner of the tables can do: the triggers fire in every session otherwise."""
    tables = ("tree_tiles", "sealed_head", "entries")
    off = "".join(f"ALTER TABLE {table} DISABLE TRIGGER ALL;" for table in tables)
    return f"{off}{sql}"
