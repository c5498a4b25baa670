"""Answers to those who wait for a commit: what was decided, or what was answered once before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from shared.ledger.batch_builder import Repeated
from shared.ledger.outcomes import answered_before, read_back

if TYPE_CHECKING:
    from shared.ledger.open_batch import OpenBatch
    from shared.ledger.store import Store
    from shared.ledger.work import Settled, Work


class Answers:
    """Gives every work of a batch its answer, once the batch is written."""

    def __init__(self, store: Store) -> None:
        """Look up in `store` what a repeated request was answered before."""
        self._store = store
        self._looking: set[asyncio.Task[None]] = set()

    def give(self, batch: OpenBatch) -> None:
        """Answer all works; a repeated one as soon as its first answer has been read."""
        for work, results in batch.decided:
            if isinstance(results, Exception):
                work.fail(results)
                continue
            settled = [result for result in results if not isinstance(result, Repeated)]
            if len(settled) < len(results):
                task = asyncio.create_task(self._look_up(work, results))
                self._looking.add(task)
                task.add_done_callback(self._looking.discard)
            elif not work.done.done():
                work.done.set_result(settled)

    async def _look_up(self, work: Work, results: list[Repeated | Settled]) -> None:
        try:
            settled = [
                await self._before(result) if isinstance(result, Repeated) else result
                for result in results
            ]
        except Exception as error:  # noqa: BLE001 - whatever it was, the request must get its answer
            work.fail(error)
        else:
            if not work.done.done():
                work.done.set_result(settled)

    async def _before(self, repeated: Repeated) -> Settled:
        entries = await self._store.entries(repeated.first, repeated.count)
        return answered_before([read_back(entry) for entry in entries])
