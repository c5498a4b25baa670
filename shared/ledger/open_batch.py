"""One transaction in the making: works that are decided, and the answers to those who wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from shared.ledger.batch_builder import BatchBuilder, Repeated
from shared.ledger.pages import up_to_date
from shared.ledger.store import Stored
from shared.ledger.work import NotRead, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.ledger.pages import Reader
    from shared.ledger.store import Store
    from shared.ledger.work import Settled, Work

    Decided = tuple[Work, list[Repeated | Settled] | Exception]


class OpenBatch:
    """Works on their way into one transaction."""

    def __init__(self, works: Iterable[Work] = ()) -> None:
        """Start with works that are not decided yet."""
        self.works = list(works)
        self.decided: list[Decided] = []
        self.draft: BatchBuilder | None = None
        self.writing: asyncio.Task[bool] | None = None
        """Its append, once that is under way."""

    def begin(self, draft: BatchBuilder) -> None:
        """Decide in this draft; nothing decided before counts."""
        self.draft, self.decided = draft, []

    async def decide(
        self, reader: Reader, works: Sequence[Work], oldest: int, newest: int
    ) -> list[tuple[Work, NotRead]]:
        """Decide works. Their folds must know index `oldest`; what is read knows index `newest`.

        Gives those whose boundaries name what was not read for them: they are not in it any more.
        """
        if self.draft is None:
            raise ValueError("begin before deciding")
        await _read_again(reader, works, oldest, newest)
        unread: list[tuple[Work, NotRead]] = []
        for work in works:
            try:
                self.decided.append((work, self.draft.take(work)))
            except NotRead as error:
                unread.append((work, error))
            except Exception as error:  # noqa: BLE001 - a fault in one must not touch its neighbours
                self.decided.append((work, error))
        if unread:
            gone = {id(work) for work, _ in unread}
            self.works = [work for work in self.works if id(work) not in gone]
        return unread

    def key_names(self) -> list[tuple[str, bytes]]:
        """The idempotency keys of all works, as they are looked up."""
        return [name for work in self.works for name in work.key_names()]


async def _read_again(reader: Reader, works: Sequence[Work], oldest: int, newest: int) -> None:
    """Bring folds up to date that were read before the oldest entry that is in memory."""
    stale = {
        name: folded
        for work in works
        for prepared in work.steps
        for name, folded in prepared.states.items()
        if folded.position < oldest
    }
    if not stale:
        return
    fresh = await up_to_date(reader, [*stale.values()], newest)
    for work in works:
        for prepared in work.steps:
            prepared.states.update({name: fresh[name] for name in prepared.states if name in fresh})


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
        """The answer to an earlier use of a key, from all entries that came of it."""
        entries = await self._store.entries(repeated.first, repeated.count)
        stored = [Stored.of(entry) for entry in entries]
        events = tuple([entry.recorded.event for entry in stored])
        return Outcome(events, tuple([entry.receipt for entry in stored]), repeated=True)
