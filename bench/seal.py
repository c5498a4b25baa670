"""What sealing costs the log beside which it runs, and how long a proof takes.

Appends are measured with and without the sealer, by turns, each in a database of its own. Both
witnesses run in a process of their own, as they do in life, and verify and cosign every checkpoint.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import httpx
import uvloop

from bench.append import BATCHED
from bench.decider import TAKE_PLACE, TakePlace, project
from cli.servers.postgres import start_postgres
from shared.kernel.ids import CustodyId, FacilityId, PersonId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Idempotency
from shared.ledger.runner import CommandRunner
from shared.sealing.finality import Finality
from shared.sealing.heads import EMPTY_HEAD
from shared.sealing.postgres import PostgresTree
from shared.sealing.proofs import prove_inclusion
from shared.sealing.sealer import PAGE, Sealer
from shared.telemetry.garbage import look_seldom
from shared.transparency.tiles import TreeBuilder
from shared.transparency.verify import verify_inclusion
from tests.support.ledgers import ORIGIN, ledger_database, provenance
from tests.support.sealing import LOG, grown
from tests.support.waiting import until
from tests.support.witnesses import WitnessHost, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cli.servers.postgres import PostgresServer
    from shared.sealing.heads import SealedHead

PROOFS = 500
_ENTRIES = """
INSERT INTO entries SELECT n, int8send(n), sha256('\\x00' || int8send(n))
FROM generate_series(0, $1::bigint) AS n
"""


@dataclass(frozen=True)
class Appended:
    """Commands a second, our own processor time for one, and when all were final thereafter."""

    rate: float
    cpu: float
    final_after: float


async def append(url: str, count: int, world: World | None) -> Appended:
    """Run `count` commands, sealed beside it if there are witnesses to cosign."""
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    numbers = iter(range(count))

    async def client() -> None:
        for number in numbers:
            key = Idempotency(os.urandom(32), number.to_bytes(32, "big"))
            command = TakePlace(FacilityId(new_id()), CustodyId(new_id()), PersonId(new_id()))
            await runner.run(TAKE_PLACE, command, provenance(), key)

    async with sealing(url, world, runner) as tree:
        started, worked = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client() for _ in range(BATCHED)))
        appended, worked = time.perf_counter(), time.process_time() - worked
        if tree is not None:
            await until(lambda: _is_final(tree, count))
    await runner.stop()
    await store.close()
    return Appended(count / (appended - started), worked / count, time.perf_counter() - appended)


async def _is_final(tree: PostgresTree, count: int) -> bool:
    return (await tree.sizes()).final >= count


@asynccontextmanager
async def sealing(
    url: str, world: World | None, runner: CommandRunner
) -> AsyncIterator[PostgresTree | None]:
    """The sealer beside the appends, as a service has it; none without witnesses."""
    if world is None:
        yield None
        return
    tree = PostgresTree(url)
    await tree.open()
    async with httpx.AsyncClient() as client:
        told = Finality(tree).told
        clock, policy = SystemClock(), world.policy
        sealer = Sealer(tree, LOG, policy, client, clock, appended=runner.appended, told=told)
        task = asyncio.create_task(sealer.run())
        yield tree
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await tree.close()


@contextmanager
def witnesses(worlds: int) -> Iterator[list[World]]:
    """Both witnesses in a process of their own, for so many logs."""
    command = [sys.executable, "-m", "bench.seal", str(worlds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        yield [World(process.stdout.readline().decode().strip(), ORIGIN) for _ in range(worlds)]
        process.terminate()


def host(worlds: int) -> None:
    """Be the witnesses until the parent goes: print where each pair answers."""
    serving = WitnessHost()
    for _ in range(worlds):
        print(serving.world(ORIGIN).address, flush=True)
    sys.stdin.read()
    serving.stop()


def cost_of_sealing(server: PostgresServer, commands: int, rounds: int) -> None:
    """Print rates with and without the sealer, by turns, and what is left of them."""
    plain, sealed = [], []
    with witnesses(rounds) as worlds:
        for number, world in enumerate(worlds):
            plain.append(uvloop.run(append(_fresh(server, f"plain_{number}"), commands, None)))
            sealed.append(uvloop.run(append(_fresh(server, f"sealed_{number}"), commands, world)))
            print(f"{plain[-1].rate:,.0f} commands/s, with the sealer {sealed[-1].rate:,.0f}")
    pairs = [*zip(plain, sealed, strict=True)]
    cost = 1 - statistics.median(two.rate / plain.rate for plain, two in pairs)
    work = statistics.median(two.cpu / plain.cpu for plain, two in pairs) - 1
    after = statistics.median(run.final_after for run in sealed)
    print(
        f"sealing costs {cost:.1%} of append throughput (median of {rounds}; wanted: 8% at most)"
        f" and {work:.1%} of our own processor time; all final {after * 1000:,.0f} ms after the"
        " last command"
    )


def _fresh(server: PostgresServer, name: str) -> str:
    server.create_database(name)
    url = server.url(name)
    asyncio.run(ledger_database(url))
    return url


async def time_of_a_proof(url: str, size: int) -> None:
    """Print how long inclusion proofs of random entries take in a log of `size` entries."""
    owner = await asyncpg.connect(url)
    await owner.execute(_ENTRIES, size - 1)
    await owner.close()
    tree = PostgresTree(url)
    await tree.open()
    head = await _seal_all(tree)
    took, longest = [], 0
    for index in random.Random(7).sample(range(size), min(PROOFS, size)):
        started = time.perf_counter()
        proof = await prove_inclusion(tree, index, size)
        took.append(time.perf_counter() - started)
        longest = max(longest, len(proof))
        (leaf,) = await tree.leaves(index, 1)
        verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=head.root)
    await tree.close()
    took.sort()
    median, slowest = statistics.median(took), took[int(len(took) * 0.99)]
    print(
        f"a proof from a log of {size:,} entries: {median * 1000:.2f} ms at the median,"
        f" {slowest * 1000:.2f} ms at the 99th of 100 (wanted: 5 ms), {longest} hashes at the most"
    )


async def _seal_all(tree: PostgresTree) -> SealedHead:
    builder, head = TreeBuilder(), EMPTY_HEAD
    while leaves := await tree.leaves(head.size, PAGE):
        new, tiles = grown(builder, leaves)
        if not await tree.seal(head, new, tiles):
            raise RuntimeError("somebody else seals the benchmark's log")
        head = new
    return head


def run(*, smoke: bool) -> int:
    """Measure on a PostgreSQL of its own."""
    look_seldom()  # as every service does when it starts
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account where we are root
        server = start_postgres(Path(folder, "postgres"))
        try:
            cost_of_sealing(server, *((1_000, 1) if smoke else (20_000, 9)))
            size = 20_000 if smoke else 1_000_000
            uvloop.run(time_of_a_proof(_fresh(server, "proofs"), size))
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    host(int(sys.argv[1]))
