"""Boundary reads: the folds of all commands that wait are read in one statement
(docs/reference/ledger.md#append).

A boundary that reads in steps is run as far as what is known allows. What it wants next is read
with all that others wait for, and so on until it ends; what it is then is for the commit to say,
which runs it again.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.database.errors import Unavailable, UnwritableBatch
from shared.kernel.decider import MOST_STEPS, Boundary, resolve
from shared.ledger.folds import first_page
from shared.ledger.long_folds import LongFolds
from shared.ledger.work import NotRead, Prepared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.kernel.decider import Fold
    from shared.ledger.folds import FoldCache
    from shared.ledger.group_commit import GroupCommit
    from shared.ledger.store import Store
    from shared.ledger.work import Folded, Missing, Step, Work

    Answer = Folded | Exception | asyncio.Task[Folded]
    Answers = Mapping[str, Answer]
    """What was read, what kept it from being read, or its reading where it is long."""

MOST_READS = 2 * MOST_STEPS
"""How often one work is read for: once a step, and again where what it read first has changed."""


class BoundaryReader:
    """Reads the folds of works that are not in memory. While one statement runs, the next gathers.

    A work goes on from here to the commit by itself: nobody is woken up in between.
    """

    def __init__(self, store: Store, cache: FoldCache, commit: GroupCommit) -> None:
        """Read from `cache` and `store`, no older than `commit` knows, and hand works to it."""
        self._store = store
        self._cache = cache
        self._commit = commit
        self._long = LongFolds(store)
        self._waiting: list[tuple[Work, Missing]] = []
        self._task: asyncio.Task[None] | None = None
        self._later: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Leave off reading long folds; who waits for them is told to ask again."""
        await self._long.stop()
        await asyncio.gather(*self._later)

    def prepare(self, step: Step, missing: Missing) -> Prepared:
        """A step with what is in memory of its boundary; the rest goes to `missing`."""
        boundary = step.decider.boundary(step.command)
        states: dict[str, Folded] = {}
        actor = str(step.provenance.actor)
        if not isinstance(boundary, Boundary):
            prepared = Prepared(step, None, states, actor)
            self._explore(prepared, missing)
            return prepared
        prepared = Prepared(step, boundary, states, actor)
        for fold in boundary.folds:
            cached = self._cache.get(fold.name)
            if cached is None:
                missing.append((prepared, fold))
            else:
                states[fold.name] = cached
        return prepared

    def read(self, work: Work, missing: Missing) -> None:
        """Read these folds of a work, then hand it on; one that cannot be read fails the work."""
        work.reads += 1
        if work.reads > MOST_READS:
            work.fail(Unavailable("what this depends on keeps changing while it is read"))
            return
        self._waiting.append((work, missing))
        if self._task is None:
            self._task = asyncio.create_task(self._read_on())

    def read_further(self, work: Work, missing: Missing) -> None:
        """Take back a work whose boundary, run in the commit, names what was not read for it."""
        for prepared, fold in missing:
            cached = self._cache.get(fold.name)
            if cached is not None:
                prepared.states[fold.name] = cached
        self.read(work, [(step, fold) for step, fold in missing if fold.name not in step.states])

    def _explore(self, prepared: Prepared, missing: Missing) -> None:
        """Run a boundary on what is known, to learn what it wants to read next."""
        step = prepared.step
        try:
            resolve(step.decider.boundary(step.command), partial(self._known, prepared))
        except NotRead as unread:
            missing += unread.missing
        except Exception:  # noqa: BLE001, S110 - on what may be old: the commit runs it again, and tells
            pass

    def _known(self, prepared: Prepared, folds: tuple[Fold[Any], ...]) -> list[Any]:
        """One step of a boundary as far as this process knows, entries on their way included."""
        for fold in folds:
            if fold.name not in prepared.states and (cached := self._cache.get(fold.name)):
                prepared.states[fold.name] = cached
        missing = [(prepared, fold) for fold in folds if fold.name not in prepared.states]
        if missing:
            raise NotRead(missing)
        return [self._commit.newest(prepared.states[fold.name]) for fold in folds]

    async def _read_on(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready now joins this statement
                waiting, self._waiting = self._waiting, []
                folds = {fold.name: fold for _, missing in waiting for _, fold in missing}
                answers: dict[str, Answer] = {**self._long.under_way}
                unread = [fold for name, fold in folds.items() if name not in answers]
                if unread:
                    answers |= await self._answers(unread)
                for work, missing in waiting:
                    self._hand_on(work, missing, answers)
        finally:
            self._task = None

    def _hand_on(self, work: Work, missing: Missing, answers: Answers) -> None:
        for prepared, fold in missing:
            answer = answers[fold.name]
            if isinstance(answer, asyncio.Task):
                later = asyncio.create_task(self._hand_on_later(work, missing, answers))
                self._later.add(later)
                later.add_done_callback(self._later.discard)
                return
            if isinstance(answer, Exception):
                work.fail(answer)
                return
            prepared.states[fold.name] = answer
        further: Missing = []
        for prepared in work.steps:
            if prepared.boundary is None:
                self._explore(prepared, further)
        if further:
            self.read(work, further)
        else:
            self._commit.submit(work)

    async def _hand_on_later(self, work: Work, missing: Missing, answers: Answers) -> None:
        """Hand a work on when the long folds that it needs are read. Nobody else waits for them."""
        needed = {fold.name: answers[fold.name] for _, fold in missing}
        reading = {name: task for name, task in needed.items() if isinstance(task, asyncio.Task)}
        await asyncio.wait(reading.values())
        self._hand_on(work, missing, needed | {name: _end(reading[name]) for name in reading})

    async def _answers(self, folds: Sequence[Fold[Any]]) -> Answers:
        try:
            known_next = self._commit.next_index
            read, long = await first_page(self._store, folds, known_next)
            return read | {each.fold.name: self._long.begin(each, known_next) for each in long}
        except UnwritableBatch as error:
            if len(folds) == 1:
                return {folds[0].name: error}
        except Exception as error:  # noqa: BLE001 - every command that waits must be told
            return {fold.name: error for fold in folds}
        answers: dict[str, Answer] = {}
        for fold in folds:  # one request's content must not touch its neighbours
            answers.update(await self._answers([fold]))
        return answers


def _end(reading: asyncio.Task[Folded]) -> Folded | Exception:
    """How the reading of a long fold ended."""
    if reading.cancelled():
        return Unavailable("this process is stopping; ask again")
    error = reading.exception()
    return error if isinstance(error, Exception) else reading.result()
