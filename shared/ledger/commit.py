"""The group commit: whatever is waiting is decided in order and written in one transaction
(ledger.md, Append).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any

from shared.kernel.decider import fold_all
from shared.ledger.draft import Draft, Replay
from shared.ledger.errors import LedgerError, Unavailable
from shared.ledger.outcomes import outcome_of, read_back
from shared.ledger.store import Ask, UnwritableBatch
from shared.ledger.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.clock import Clock
    from shared.ledger.draft import Project
    from shared.ledger.folds import FoldCache
    from shared.ledger.store import Store, Transaction
    from shared.ledger.work import Settled, Work

MOST_WORKS = 256
"""How many works one transaction takes at the most."""

Decided = tuple["Work", "list[Replay | Settled] | Exception"]


class GroupCommit:
    """The single writer of a process. Start it with `start`; hand it work with `submit`."""

    def __init__(self, store: Store, clock: Clock, project: Project, cache: FoldCache) -> None:
        """Write to `store`; rows come from `project`, and folds that were used go to `cache`."""
        self._store = store
        self._clock = clock
        self._project = project
        self._cache = cache
        self._waiting: deque[Work] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._replays: set[asyncio.Task[None]] = set()
        self._window = Window()
        self.next_index = 0
        """The next index as of the last commit that this process saw: what it may claim to have
        read.
        """
        self.appended = asyncio.Event()
        """Set whenever entries were written; whoever waits for it clears it."""

    async def start(self) -> None:
        """Begin at the end of the log. Raises `Unavailable` when it cannot be reached."""
        self.next_index = (await self._store.head()).next_index
        self._window.restart(self.next_index)
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def stop(self) -> None:
        """Stop writing. What still waits is answered as unavailable."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        _answer(
            [(work, Unavailable("this process is stopping; ask again")) for work in self._waiting]
        )
        self._waiting.clear()

    def submit(self, work: Work) -> asyncio.Future[list[Settled]]:
        """Queue work, in the order of the calls."""
        self._waiting.append(work)
        self._wake.set()
        return work.done

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            works = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_WORKS))]
            if not self._waiting:
                self._wake.clear()
            try:
                await self._settle(works)
            except asyncio.CancelledError:
                _answer(
                    [(work, Unavailable("this process is stopping; ask again")) for work in works]
                )
                raise

    async def _settle(self, works: Sequence[Work]) -> None:
        try:
            decided = await self._commit(works)
        except UnwritableBatch as error:
            if len(works) == 1:
                _answer([(works[0], error)])
                return
            for work in works:  # one request's content must not touch its neighbours
                await self._settle([work])
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, every request must get its answer
            _answer([(work, error) for work in works])
            return
        self._answer_recorded(decided)

    async def _commit(self, works: Sequence[Work]) -> list[Decided]:
        try:
            async with self._store.transaction() as transaction:
                head = await transaction.lock_head()
                await self._catch_up(transaction, head.next_index)
                await self._read_again(transaction, works)
                draft = Draft(head, self._window, self._clock.now(), self._project)
                names = [name for work in works for name in _key_names(work)]
                if names:
                    draft.know(await transaction.known_keys(names))
                decided: list[Decided] = [(work, _take(draft, work)) for work in works]
                batch = draft.batch()
                if not batch.empty:
                    await transaction.write(batch)
        except BaseException:
            self._window.truncate(self.next_index)
            raise
        self.next_index = batch.head.next_index
        self._cache.keep(draft.states)
        self._window.forget()
        if batch.stored:
            self.appended.set()
        return decided

    async def _catch_up(self, transaction: Transaction, next_index: int) -> None:
        """Take in what other processes appended since this one looked."""
        if next_index < self._window.next:
            message = (
                f"the log ends at {next_index}, before entry {self._window.next - 1} that was in it"
            )
            raise LedgerError(message)
        if next_index > self._window.next:
            for recorded in await transaction.tail(self._window.next):
                self._window.append(recorded)
            self.next_index = self._window.next

    async def _read_again(self, transaction: Transaction, works: Sequence[Work]) -> None:
        """Bring folds up to date that were read before the oldest entry in the window."""
        oldest = self._window.base - 1
        stale = {
            fold.name: (fold, prepared.states[fold.name])
            for work in works
            for prepared in work.steps
            for fold in prepared.boundary.folds
            if prepared.states[fold.name][1] < oldest
        }
        if not stale:
            return
        asks = [Ask(position, fold.alternatives) for fold, (_, position) in stale.values()]
        fresh: dict[str, Any] = {}
        for (fold, (state, _)), found in zip(
            stale.values(), await transaction.read(asks), strict=True
        ):
            events = [recorded.event for recorded in found]
            fresh[fold.name] = (fold_all(fold, events, state), self._window.next - 1)
        for work in works:
            for prepared in work.steps:
                prepared.states.update(
                    {name: fresh[name] for name in prepared.states if name in fresh}
                )

    def _answer_recorded(self, decided: Sequence[Decided]) -> None:
        for work, results in decided:
            if isinstance(results, Exception):
                _answer([(work, results)])
            elif any(isinstance(one, Replay) for one in results):
                task = asyncio.create_task(self._answer_replayed(work, results))
                self._replays.add(task)
                task.add_done_callback(self._replays.discard)
            elif not work.done.done():
                work.done.set_result([one for one in results if not isinstance(one, Replay)])

    async def _answer_replayed(self, work: Work, results: list[Replay | Settled]) -> None:
        try:
            settled = [
                await self._replayed(one) if isinstance(one, Replay) else one for one in results
            ]
        except Exception as error:  # noqa: BLE001 - whatever it was, the request must get its answer
            _answer([(work, error)])
        else:
            if not work.done.done():
                work.done.set_result(settled)

    async def _replayed(self, replay: Replay) -> Settled:
        entries = await self._store.entries(replay.first, replay.count)
        return outcome_of([read_back(entry) for entry in entries], replayed=True)


def _take(draft: Draft, work: Work) -> list[Replay | Settled] | Exception:
    try:
        return draft.take(work)
    except Exception as error:  # noqa: BLE001 - a fault in one decision must not touch its neighbours
        return error


def _key_names(work: Work) -> list[tuple[str, bytes]]:
    return [
        (str(prepared.step.provenance.actor), prepared.step.idempotency.key_sha256)
        for prepared in work.steps
        if prepared.step.idempotency is not None
    ]


def _answer(failed: Sequence[tuple[Work, Exception]]) -> None:
    for work, error in failed:
        if not work.done.done():
            work.done.set_exception(error)
