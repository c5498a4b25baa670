"""A service's relay or follower as a process of its own, to be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from shared.contracts.placement import PlaceReserved
from shared.database.leader_lock import alone
from shared.database.reads import Reads
from shared.ledger.log import Log
from shared.ledger.machine import SystemClock
from shared.ledger.positions import TablePositions
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Recorded
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from shared.messaging.reaction import steps_because_of
from shared.messaging.relay import Relay
from shared.telemetry.logs import configure_logs
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, reservation_rows
from tests.support.processes import ROOT
from tests.support.served_log import source_at
from tests.support.two_kinds import BOTH_KINDS, FIRST_KIND, reserve_for_either


def reserve_for_each(recorded: Recorded) -> tuple[Step, ...]:
    """A reservation of our own for each foreign one, with the same custody."""
    assert isinstance(recorded.event, PlaceReserved)
    command = Reserve(recorded.event.facility, custody=recorded.event.custody)
    return steps_because_of(recorded, "placement", (RESERVE, command))


@contextlib.asynccontextmanager
async def runner_of(url: str) -> AsyncIterator[CommandRunner]:
    """The runner of the service whose log is at `url`."""
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), reservation_rows)
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()
        await store.close()


async def relay(url: str, bootstrap: str, topic: str) -> None:
    store = await PostgresStore.connect(url)
    publishing = Relay(Log(store, ORIGIN), KafkaBroker(bootstrap), topic, appended=asyncio.Event())
    await alone(url, publishing.name, publishing.run)


async def follow(url: str, bootstrap: str, topic: str, origin_url: str, kinds: str = "") -> None:
    """Follow the log, reacting to one kind of its entries or to both."""
    types = BOTH_KINDS if kinds == "both" else FIRST_KIND
    async with runner_of(url) as runner:
        following = Follower(
            source_at(origin_url),
            topic,
            Reaction(types, reserve_for_either if kinds else reserve_for_each),
            broker=KafkaBroker(bootstrap),
            runner=runner,
            positions=TablePositions(Reads.connect(url)),
        )
        await alone(url, following.name, following.run)


def start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start `relay` or `follow` as a process."""
    command = [sys.executable, "-m", "tests.integration.messaging.service", what, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9, and wait until it is gone."""
    process.send_signal(signal.SIGKILL)
    process.wait()


class Replicas:
    """Two processes that do the same task; one of them works and the other stands by."""

    def __init__(self, start_one: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start_one = start_one
        self._running = [start_one(), start_one()]

    def kill(self, which: int) -> None:
        """Kill one and start another in its place."""
        kill(self._running[which])
        self._running[which] = self._start_one()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running:
            kill(process)


def main() -> None:
    configure_logs("placement")
    task: dict[str, Any] = {"relay": relay, "follow": follow}
    started = time.monotonic()
    asyncio.run(task[sys.argv[1]](*sys.argv[2:]))
    raise SystemExit(f"the task ended after {time.monotonic() - started:.1f} seconds")


if __name__ == "__main__":
    main()
