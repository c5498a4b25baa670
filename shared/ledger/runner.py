"""The one shell that runs every decision: read its boundary, decide, append, answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from shared.ledger.commit import GroupCommit
from shared.ledger.folds import FoldCache, load
from shared.ledger.store import UnwritableBatch
from shared.ledger.work import Outcome, Prepared, Step, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from shared.kernel.clock import Clock
    from shared.kernel.decider import Decider, Fold
    from shared.ledger.draft import Project
    from shared.ledger.provenance import Idempotency, Provenance
    from shared.ledger.rows import RowChange
    from shared.ledger.store import Store
    from shared.ledger.work import Folded, Settled

State = TypeVar("State")
Command = TypeVar("Command")


@dataclass(slots=True)
class _Reading:
    """Folds that are waited for together: one statement reads them all."""

    folds: dict[str, Fold[Any]]
    waiting: list[asyncio.Future[dict[str, Folded | UnwritableBatch]]]


class CommandRunner:
    """Runs commands of one service against its log. Start it with `start`."""

    def __init__(self, store: Store, clock: Clock, project: Project) -> None:
        """Decide against `store`; `project` turns each entry into read-model rows in the same
        transaction.
        """
        self.store = store
        self._cache = FoldCache()
        self._commit = GroupCommit(store, clock, project, self._cache)
        self._next: _Reading | None = None
        self._readers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin. Raises `Unavailable` when the log cannot be reached."""
        await self._commit.start()

    async def stop(self) -> None:
        """Stop; what still waits is answered as unavailable."""
        await self._commit.stop()

    @property
    def appended(self) -> asyncio.Event:
        """Set whenever this process appended entries."""
        return self._commit.appended

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
        first answer again.
        """
        step = Step(decider, command, provenance, idempotency, rows)
        (settled,) = await self.apply([step])
        if isinstance(settled, Outcome):
            return settled.or_raise()
        raise settled

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        """Decide steps in order and write all of it, with `rows`, in one transaction.

        A step that a rule refuses gives its refusal and does not stop the others; any other failure
        is raised and nothing is written.
        """
        boundaries = [step.decider.boundary(step.command) for step in steps]
        folds = {fold.name: fold for boundary in boundaries for fold in boundary.folds}
        states = await self._states(folds)
        prepared = [
            Prepared(step, boundary, {fold.name: states[fold.name] for fold in boundary.folds})
            for step, boundary in zip(steps, boundaries, strict=True)
        ]
        return await self._commit.submit(Work(prepared, rows))

    async def state(self, fold: Fold[State]) -> State:
        """A fold's state from the log, as of now."""
        folded = await load(self.store, [fold], 0)
        state: State = folded[fold.name][0]
        return state

    async def clock_skew(self) -> timedelta:
        """How far this process's clock is ahead of the log's own (G1). Raises `Unavailable`."""
        return await self.store.clock_skew()

    async def _states(self, folds: dict[str, Fold[Any]]) -> dict[str, Folded]:
        known: dict[str, Folded] = {}
        for name in folds:
            cached = self._cache.get(name)
            if cached is not None:
                known[name] = cached
        missing = {name: fold for name, fold in folds.items() if name not in known}
        if missing:
            known.update(await self._read(missing))
        return known

    async def _read(self, folds: dict[str, Fold[Any]]) -> dict[str, Folded]:
        if self._next is None:
            self._next = _Reading({}, [])
            task = asyncio.create_task(self._read_together())
            self._readers.add(task)
            task.add_done_callback(self._readers.discard)
        reading = self._next
        reading.folds.update(folds)
        answered: asyncio.Future[dict[str, Folded | UnwritableBatch]] = (
            asyncio.get_running_loop().create_future()
        )
        reading.waiting.append(answered)
        answers = await answered
        found: dict[str, Folded] = {}
        for name in folds:
            answer = answers[name]
            if isinstance(answer, UnwritableBatch):
                raise answer
            found[name] = answer
        return found

    async def _read_together(self) -> None:
        await asyncio.sleep(0)  # whoever is ready now joins this statement
        reading, self._next = self._next, None
        if reading is None:
            return
        try:
            loaded = await self._load(list(reading.folds.values()))
        except Exception as error:  # noqa: BLE001 - every command that waits for it must be told
            for waiting in reading.waiting:
                if not waiting.done():
                    waiting.set_exception(error)
        else:
            for waiting in reading.waiting:
                if not waiting.done():
                    waiting.set_result(loaded)

    async def _load(self, folds: Sequence[Fold[Any]]) -> dict[str, Folded | UnwritableBatch]:
        known_next = self._commit.next_index
        try:
            return dict(await load(self.store, folds, known_next))
        except UnwritableBatch as error:
            if len(folds) == 1:
                return {folds[0].name: error}
        answers: dict[str, Folded | UnwritableBatch] = {}
        for fold in folds:  # one request's content must not touch its neighbours
            answers.update(await self._load([fold]))
        return answers
