"""What a command costs in a log of a thousand entries, and in one of a million.

One facility, one agreement and one state's cases have the whole log to themselves. Each kind of
command is timed in a process that has run for long (warm) and as the first one after a restart
(cold): the curve of either must be flat.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any

import uvloop

from bench.append import fresh_database, measured_server
from bench.history_steps import STEPS
from bench.long_logs import OPEN_MONTHS, billing_log, fill, intake_log, placement_log
from bench.made_entries import origin
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner
from tests.support.ledgers import ledger_database, provenance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from bench.history_steps import Asked
    from cli.servers.postgres import PostgresServer

    Steps = Callable[[CommandRunner, int], AsyncIterator[Asked]]
    """The commands of one round."""

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LOGS = {"intake": intake_log, "placement": placement_log, "billing": billing_log}
ROUNDS = OPEN_MONTHS // 2 - 1

Milliseconds = dict[tuple[str, str], float]
"""At the median, by command and state: `warm` or `cold`."""


class Timed:
    """Times the commands of one service in one log."""

    def __init__(self, steps: Steps, store: PostgresStore, rounds: int = ROUNDS) -> None:
        """Ask these steps of the log of `store`, so many rounds of them warm and as many cold."""
        self._steps = steps
        self._rounds = rounds
        self._store = store
        self._runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
        self._took: dict[tuple[str, str], list[float]] = defaultdict(list)

    async def run(self) -> Milliseconds:
        """The first round makes the snapshots that a service has; the others are timed."""
        await self._runner.start()
        await self._round(0, "filled")
        for number in range(1, 1 + self._rounds):
            await self._round(number, "warm")
        for number in range(1 + self._rounds, 1 + 2 * self._rounds):
            await self._round(number, "cold")
        await self._runner.stop()
        return {name: 1_000 * median(took) for name, took in self._took.items()}

    async def _round(self, number: int, state: str) -> None:
        async for name, decider, command in self._steps(self._runner, number):
            if state == "cold":
                await self._restart()
            began = time.perf_counter()
            await self._runner.run(decider, command, provenance())
            if name:
                self._took[name, state].append(time.perf_counter() - began)

    async def _restart(self) -> None:
        """As another process would begin: nothing is in memory."""
        await self._runner.stop()
        self._runner = CommandRunner(self._store, SystemClock(), lambda _recorded: ())
        await self._runner.start()


async def measure(url: str, service: str, size: int) -> Milliseconds:
    """Fill a log to this size and time its commands."""
    await ledger_database(url, origin=origin(service))
    await fill(url, origin(service), islice(LOGS[service](), size))
    store = await PostgresStore.connect(url)
    try:
        return await Timed(STEPS[service], store).run()
    finally:
        await store.close()


def _measured(server: PostgresServer, sizes: tuple[int, ...]) -> Iterator[tuple[int, Any]]:
    for service in LOGS:
        for size in sizes:
            with fresh_database(server) as url:
                yield size, uvloop.run(measure(url, service, size))


def print_curve(
    counted: str, sizes: Sequence[int], by_command: Mapping[tuple[str, str], Sequence[float]]
) -> None:
    """Print each command's times by the size of the log, and the longest's in those of the
    shortest.
    """
    print(f"{counted:<26}" + "".join(f"{size:>11,}" for size in sizes) + "      ratio")
    for (name, state), took in by_command.items():
        if state != "filled":
            figures = "".join(f"{each:>8.1f} ms" for each in took)
            print(f"{name + ', ' + state:<26}{figures}{took[-1] / took[0]:>11.2f}")


def run(*, smoke: bool) -> int:
    """Measure and print the curve."""
    sizes = SIZES[:2] if smoke else SIZES
    by_command: dict[tuple[str, str], list[float]] = defaultdict(list)
    with measured_server() as server:
        for _, times in _measured(server, sizes):
            for name, took in times.items():
                by_command[name].append(took)
    print_curve("entries", sizes, by_command)
    return 0
