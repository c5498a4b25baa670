"""The one shell that runs every decision: read its boundary, decide, append, answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from shared.kernel.moment import NOW
from shared.ledger.boundaries import BoundaryReader
from shared.ledger.errors import OnTrial
from shared.ledger.folds import FoldCache, load
from shared.ledger.group_commit import GroupCommit
from shared.ledger.pages import all_that_match
from shared.ledger.work import Outcome, Step, Work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import timedelta

    from shared.database.row_changes import RowChange
    from shared.kernel.clock import Clock
    from shared.kernel.decider import Decider, Fold
    from shared.kernel.moment import Moment
    from shared.kernel.query import Alternative
    from shared.ledger.batch_builder import Project
    from shared.ledger.recorded import Idempotency, Provenance, Recorded
    from shared.ledger.store import Store
    from shared.ledger.work import Missing, Settled

State = TypeVar("State")
Command = TypeVar("Command")


class CommandRunner:
    """Runs commands of one service against its log. Start it with `start`."""

    def __init__(self, store: Store, clock: Clock, project: Project) -> None:
        """Decide against `store`; `project` turns each entry into read-model rows in the same
        transaction.
        """
        self.store = store
        cache = FoldCache()
        self._commit = GroupCommit(store, clock, project, cache)
        self._boundaries = BoundaryReader(store, cache, self._commit)
        self._commit.unread = self._boundaries.read_further

    async def start(self) -> None:
        """Begin. Raises `Unavailable` when the log cannot be reached."""
        await self._commit.start()

    async def stop(self) -> None:
        """Stop; what still waits is answered as unavailable."""
        await self._boundaries.stop()
        await self._commit.stop()

    @property
    def appended(self) -> asyncio.Event:
        """Set whenever this process appended entries."""
        return self._commit.appended

    @property
    def size(self) -> int:
        """How many entries the log had when this process last appended or looked."""
        return self._commit.next_index

    async def run(
        self,
        decider: Decider[Command, Any],
        command: Command,
        provenance: Provenance,
        idempotency: Idempotency | None = None,
        rows: Sequence[RowChange] = (),
    ) -> Outcome:
        """Decide one command and append what follows.

        Raises `Rejected` when nothing was recorded, `RefusedOnRecord` when the refusal is an entry,
        and other `LedgerError`s. An idempotency key that was used for the same request gives the
        first answer again. What is on trial ends in `Rejected`, or else in `OnTrial`.
        """
        step = Step(decider, command, provenance, idempotency, rows)
        (settled,) = await self._submit((step,))
        if not isinstance(settled, Outcome):
            raise settled
        if idempotency is not None and idempotency.on_trial:
            raise OnTrial(settled.events, settled.receipts)
        return settled.or_raise()

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        """Decide steps in order and write all of it, with `rows`, in one transaction.

        A step that a rule refuses gives its refusal and does not stop the others; any other failure
        is raised and nothing is written.
        """
        return await self._submit(steps, rows)

    async def state(self, fold: Fold[State], moment: Moment = NOW) -> State:
        """A fold's state from the log, now or at a moment."""
        if not moment.is_now:
            return await self._state_at(fold, moment)
        folded = await load(self.store, [fold], 0)
        state: State = folded[fold.name].state
        return state

    def entries(self, alternatives: tuple[Alternative, ...]) -> AsyncIterator[Recorded]:
        """Every entry that one of these alternatives names, in log order."""
        return all_that_match(self.store, alternatives)

    async def _state_at(self, fold: Fold[State], moment: Moment) -> State:
        state = fold.initial
        async for recorded in self.entries(fold.alternatives):
            if moment.has(recorded.time, recorded.recorded_at):
                state = fold.evolve(state, recorded.event)
        return state

    async def clock_skew(self) -> timedelta:
        """How far this process's clock is ahead of the log's own (G1). Raises `Unavailable`."""
        return await self.store.clock_skew()

    def _submit(
        self, steps: Sequence[Step], rows: Sequence[RowChange] = ()
    ) -> asyncio.Future[list[Settled]]:
        """Queue steps: at once if all that they depend on is in memory, else after a read."""
        missing: Missing = []
        prepared = [self._boundaries.prepare(step, missing) for step in steps]
        work = Work(prepared, asyncio.get_running_loop().create_future(), rows)
        if missing:
            self._boundaries.read(work, missing)
        else:
            self._commit.submit(work)
        return work.done
