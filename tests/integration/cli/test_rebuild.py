"""`accord rebuild`: views from the log, resumed after a kill, told to people and machines."""

import asyncio
import json
import os
import signal
import subprocess
from typing import Final

import asyncpg
import pytest

from cli.output import COULD_NOT, WRONG_USE
from services.placement.projections import VIEWS, project
from services.placement.tables import KEPT
from services.placement.tables.followed import FOLLOWED
from shared.kernel.ids import FacilityId
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner
from tests.integration.cli.test_migrate import COMMAND, run
from tests.support.ledgers import Reserve
from tests.support.processes import ROOT
from tests.support.reserving import reserve
from tests.support.views import execute, rows_of
from tests.support.waiting import until

PEOPLE: Final = 4_200


async def with_people(url: str, count: int) -> None:
    """Placement's log and views, with persons who have a place."""
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    places = [Reserve(FacilityId(f"f-{index % 7}")) for index in range(count)]
    await asyncio.gather(*(reserve(runner, place) for place in places))
    await runner.stop()
    await store.close()


async def progress(url: str) -> int:
    """How far a rebuild has come, once there is one."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('rebuild.progress')") is None:
            return 0
        done: int | None = await connection.fetchval("SELECT next_sequence FROM rebuild.progress")
        return done or 0
    finally:
        await connection.close()


def started(url: str) -> subprocess.Popen[bytes]:
    """The command, as a process of its own."""
    return subprocess.Popen(
        [*COMMAND, "rebuild", "placement", "--json"],
        cwd=ROOT,
        env={**os.environ, "ACCORD_MIGRATION_URL": url},
        stdout=subprocess.PIPE,
    )


async def killed_half_way(url: str) -> None:
    """A rebuild that is killed once it has done a part; whoever reads the head stops the swap."""
    reader = await asyncpg.connect(url)
    async with reader.transaction():
        await reader.execute("LOCK TABLE log_head IN ACCESS SHARE MODE")
        process = started(url)

        async def has_begun() -> bool:
            return await progress(url) >= 1_000

        await until(has_begun)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
    await reader.close()
    assert (process.returncode, said) == (-signal.SIGKILL, b"")


async def test_killed_it_leaves_the_views_in_use_and_started_again_it_goes_on(
    database_url: str,
) -> None:
    assert run("migrate", "placement", ACCORD_MIGRATION_URL=database_url).returncode == 0
    await with_people(database_url, PEOPLE)
    before = await rows_of(database_url, VIEWS.tables)
    await killed_half_way(database_url)
    assert await rows_of(database_url, VIEWS.tables) == before
    await execute(database_url, "DELETE FROM custodies")
    done = run("rebuild", "placement", "--json", ACCORD_MIGRATION_URL=database_url)
    said = json.loads(done.stdout)
    assert (said["rebuilt"], said["entries"]) == ("placement", PEOPLE)
    assert said["resumed_from"] >= 1_000
    assert await rows_of(database_url, VIEWS.tables) == before
    assert len(before["custodies"]) == PEOPLE


async def test_a_person_is_told_how_far_the_views_have_come(database_url: str) -> None:
    assert run("migrate", "placement", ACCORD_MIGRATION_URL=database_url).returncode == 0
    await with_people(database_url, 3)
    done = run("rebuild", "placement", ACCORD_MIGRATION_URL=database_url)
    assert (done.returncode, done.stdout) == (0, "placement: the views follow from 3 entries\n")


async def test_a_migration_builds_views_whose_definition_has_changed(database_url: str) -> None:
    assert run("migrate", "placement", ACCORD_MIGRATION_URL=database_url).returncode == 0
    await with_people(database_url, 5)
    before = await rows_of(database_url, VIEWS.tables)
    await execute(
        database_url, "DELETE FROM custodies", "UPDATE view_state SET mark = '0-of-older-code'"
    )
    assert run("migrate", "placement", ACCORD_MIGRATION_URL=database_url).returncode == 0
    assert await rows_of(database_url, VIEWS.tables) == before


@pytest.mark.parametrize(
    ("service", "url", "status", "said"),
    [
        ("audit", "postgresql://somebody@127.0.0.1:1/audit", WRONG_USE, "its mirror"),
        ("placement", "", WRONG_USE, "ACCORD_MIGRATION_URL"),
        ("placement", "postgresql://somebody@127.0.0.1:1/placement", COULD_NOT, "as they were"),
    ],
)
def test_what_cannot_be_rebuilt_is_said_with_what_to_do(
    service: str, url: str, status: int, said: str
) -> None:
    done = run("rebuild", service, ACCORD_MIGRATION_URL=url)
    assert done.returncode == status
    assert said in done.stderr.replace("\n", " ")


def test_placement_has_nothing_that_does_not_follow_from_its_own_log_or_intake_s() -> None:
    assert KEPT == FOLLOWED
