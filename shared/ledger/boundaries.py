"""Boundary reads: the folds of all commands that wait are read in one statement (ledger.md)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from shared.ledger.folds import load
from shared.ledger.store import UnwritableBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shared.kernel.decider import Fold
    from shared.ledger.store import Store
    from shared.ledger.work import Folded, Work

    Answers = Mapping[str, Folded | Exception]
    Missing = list[tuple[dict[str, Folded], Fold[Any]]]
    """Folds to read, each with the states of the step that needs it."""


class BoundaryReader:
    """Reads the folds of works that are not in memory. While one statement runs, the next gathers.

    A work goes on from here to `ready` by itself: nobody is woken up in between.
    """

    def __init__(
        self, store: Store, known_next: Callable[[], int], ready: Callable[[Work], object]
    ) -> None:
        """Read from `store`; `known_next` is the next index as of the last commit that was seen."""
        self._store = store
        self._known_next = known_next
        self._ready = ready
        self._waiting: list[tuple[Work, Missing]] = []
        self._task: asyncio.Task[None] | None = None

    def read(self, work: Work, missing: Missing) -> None:
        """Read these folds of a work, then hand it on; one that cannot be read fails the work."""
        self._waiting.append((work, missing))
        if self._task is None:
            self._task = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready now joins this statement
                waiting, self._waiting = self._waiting, []
                folds = {fold.name: fold for _, missing in waiting for _, fold in missing}
                answers = await self._answers([*folds.values()])
                for work, missing in waiting:
                    self._hand_on(work, missing, answers)
        finally:
            self._task = None

    def _hand_on(self, work: Work, missing: Missing, answers: Answers) -> None:
        for states, fold in missing:
            answer = answers[fold.name]
            if isinstance(answer, Exception):
                if not work.done.done():
                    work.done.set_exception(answer)
                return
            states[fold.name] = answer
        self._ready(work)

    async def _answers(self, folds: Sequence[Fold[Any]]) -> Answers:
        try:
            return await load(self._store, folds, self._known_next())
        except UnwritableBatch as error:
            if len(folds) == 1:
                return {folds[0].name: error}
        except Exception as error:  # noqa: BLE001 - every command that waits must be told
            return {fold.name: error for fold in folds}
        answers: dict[str, Folded | Exception] = {}
        for fold in folds:  # one request's content must not touch its neighbours
            answers.update(await self._answers([fold]))
        return answers
