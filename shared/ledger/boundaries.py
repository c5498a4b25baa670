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
    from shared.ledger.work import Folded

    Answers = Mapping[str, Folded | Exception]


class BoundaryReader:
    """Reads folds that are not in memory. While one statement runs, the next one gathers."""

    def __init__(self, store: Store, known_next: Callable[[], int]) -> None:
        """Read from `store`; `known_next` is the next index as of the last commit that was seen."""
        self._store = store
        self._known_next = known_next
        self._folds: dict[str, Fold[Any]] = {}
        self._waiting: list[asyncio.Future[Answers]] = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, folds: Mapping[str, Fold[Any]]) -> dict[str, Folded]:
        """The states of these folds and the index that each includes."""
        self._folds.update(folds)
        waiting: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._read_on())
        answers = await waiting
        states: dict[str, Folded] = {}
        for name in folds:
            answer = answers[name]
            if isinstance(answer, Exception):
                raise answer
            states[name] = answer
        return states

    async def _read_on(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready now joins this statement
                folds, self._folds = self._folds, {}
                waiting, self._waiting = self._waiting, []
                answers = await self._answers(list(folds.values()))
                for one in waiting:
                    if not one.done():
                        one.set_result(answers)
        finally:
            self._task = None

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
