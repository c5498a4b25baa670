"""Two processes of intake on one log in memory, and a schedule that says who goes on when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from shared.database.row_changes import RowBatch
from shared.kernel.rejected import Rejected
from shared.ledger.errors import RefusedOnRecord
from shared.ledger.memory import MemoryStore
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.store import Batch, Stored
from tests.simulation.desk import SAY, Ask, Desk, Step
from tests.simulation.halting_store import HaltingStore
from tests.simulation.idle_loop import IdleLoop
from tests.simulation.judge import Judge
from tests.simulation.prepared import Beginning, events
from tests.support.intake_log import AUTHORITY, NOW

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from shared.ledger.store import Head

ORIGIN = "accord.example/intake/0"
A_MOMENT = timedelta(minutes=1)
PROCESSES = (0, 1)
Result = TypeVar("Result")


class StandingClock:
    """Tells what it was set to."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """It is then."""
        self._now = now


class Process:
    """One process of intake."""

    def __init__(self, store: MemoryStore, clock: StandingClock) -> None:
        self.store = HaltingStore(store)
        self.runner = CommandRunner(self.store, clock, lambda _recorded: ())


class Contention:
    """One log, two processes and whoever asks them; what is recorded is judged as it comes."""

    def __init__(self, beginning: Beginning) -> None:
        """Begin; `close` ends it."""
        self.desk = Desk()
        self.judge = Judge()
        self._loop = IdleLoop()
        self._clock = StandingClock(NOW)
        self._log = MemoryStore(ORIGIN)
        self._judged = 0
        self._asked: list[asyncio.Task[None]] = []
        self._processes = [Process(self._log, self._clock) for _ in PROCESSES]
        self._run(self._start(*prepared(beginning)))

    def do(self, step: Step, process: int, halts: int | None) -> None:
        """Ask for a step. What does not halt is done when this returns, like all that this process
        had in hand; what does stands still with what it has read, or before it is written: at once,
        or at a later one of those moments.
        """
        self.desk.now += A_MOMENT
        store = self._processes[process].store
        if halts is None:
            store.run_free()
            self._turn()
        else:
            store.halt_after(halts)
        asks = step(self.desk)
        self._clock.set(self.desk.now)
        self._asked += [self._loop.create_task(self._ask(ask, process)) for ask in asks]
        self._turn()

    def go_on(self, process: int) -> None:
        """What halted first in a process goes on."""
        self._processes[process].store.go_on()
        self._turn()

    def finish(self) -> None:
        """Let everything come to its end, and judge the rest. What failed is raised."""
        for process in self._processes:
            process.store.run_free()
        self._run(self._finish())
        self._see()

    def close(self) -> None:
        """Stop."""
        for task in self._asked:
            task.cancel()
        self._run(self._stop())
        self._loop.close()

    def _turn(self) -> None:
        self._loop.run_until_idle()
        self._see()

    def _see(self) -> None:
        for recorded in self._run(self._log.tail(self._judged)):
            self._judged += 1
            self.desk.saw(recorded.event)
            self.judge.see(recorded)

    async def _start(self, stored: tuple[Stored, ...], head: Head) -> None:
        await self._log.write(Batch(list(stored), [], [], RowBatch(), 0, head))
        self.judge.begin_after(tuple(entry.recorded.event for entry in stored))
        for entry in stored:
            self.desk.saw(entry.recorded.event)
        self._judged = len(stored)
        for process in self._processes:
            await process.runner.start()

    async def _ask(self, ask: Ask, process: int) -> None:
        provenance = Provenance(actor=ask.actor, time=self.desk.now, correlation="schedule")
        try:
            await self._processes[process].runner.run(ask.decider, ask.command, provenance)
        except (Rejected, RefusedOnRecord):
            return

    async def _finish(self) -> None:
        asked, self._asked = self._asked, []
        await asyncio.gather(*asked)

    async def _stop(self) -> None:
        await asyncio.gather(*self._asked, return_exceptions=True)
        for process in self._processes:
            await process.runner.stop()

    def _run(self, coroutine: Coroutine[object, object, Result]) -> Result:
        return self._loop.run_until_complete(coroutine)


@cache
def prepared(beginning: Beginning) -> tuple[tuple[Stored, ...], Head]:
    """The entries from before the schedule, made once, and where the log ends with them."""
    return asyncio.run(_prepared(beginning))


async def _prepared(beginning: Beginning) -> tuple[tuple[Stored, ...], Head]:
    log = MemoryStore(ORIGIN)
    runner = CommandRunner(log, StandingClock(NOW), lambda _recorded: ())
    await runner.start()
    provenance = Provenance(actor=AUTHORITY, time=NOW, correlation="before")
    await runner.run(SAY, events(beginning), provenance)
    await runner.stop()
    entries = await log.entries(0, 1_000)
    return tuple(map(Stored.of, entries)), await log.head()
