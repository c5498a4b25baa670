"""The group commit: whatever is waiting is decided in order and written in one transaction
(ledger.md, Append).

While one transaction is being written, the next one is decided on top of it in memory. If the first
one fails, or another process appended in between, that is thrown away and decided again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from shared.ledger.draft import Draft, Replay
from shared.ledger.errors import LedgerError, Unavailable
from shared.ledger.outcomes import outcome_of, read_back
from shared.ledger.pending import Pending
from shared.ledger.store import Head, UnwritableBatch
from shared.ledger.window import Window
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.clock import Clock
    from shared.ledger.draft import Project
    from shared.ledger.folds import FoldCache
    from shared.ledger.store import Store, Transaction
    from shared.ledger.work import Settled, Work

MOST_WORKS = 1_024
"""How many works one transaction takes at the most."""
_STOPPING = "this process is stopping; ask again"
_PAUSE_SECONDS = 0.1
_log = logger("ledger")


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
        self._in_hand: tuple[Pending, ...] = ()
        self._window = Window()
        self.next_index = 0
        """The next index as of the last commit that this process saw: what it may claim to have
        read.
        """
        self.appended = asyncio.Event()
        """Set whenever entries were written; whoever waits for it clears it."""

    async def start(self) -> None:
        """Begin at the end of the log. Raises `Unavailable` when it cannot be reached."""
        await self._store.head()
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def stop(self) -> None:
        """Stop writing. What still waits is answered as unavailable."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        _fail(self._waiting, Unavailable(_STOPPING))
        self._waiting.clear()

    def submit(self, work: Work) -> asyncio.Future[list[Settled]]:
        """Queue work, in the order of the calls."""
        if self._task is None:
            work.done.set_exception(Unavailable(_STOPPING))
            return work.done
        self._waiting.append(work)
        self._wake.set()
        return work.done

    async def _run(self) -> None:
        """Write for ever. A fault of our own fails what is in hand, and writing begins anew."""
        while True:
            try:
                await self._write_on()
            except LedgerError as error:
                _log.error("writing begins anew", error=str(error))
                self._fail_in_hand(error)
            except Exception as error:  # noqa: BLE001 - no request may wait for ever
                _log.exception("writing begins anew")
                self._fail_in_hand(error)
            except asyncio.CancelledError:
                self._fail_in_hand(Unavailable(_STOPPING))
                raise
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _write_on(self) -> None:
        self.next_index = (await self._store.head()).next_index
        self._window.restart(self.next_index)
        pending = Pending()
        while True:
            if not pending.works:
                pending = Pending(await self._next_works())
            pending = await self._turn(pending)

    def _fail_in_hand(self, error: Exception) -> None:
        for pending in self._in_hand:
            _fail(pending.works, error)
        self._in_hand = ()

    async def _next_works(self) -> list[Work]:
        while not self._waiting:
            await self._wake.wait()
            self._wake.clear()
        return self._take(MOST_WORKS)

    async def _turn(self, pending: Pending) -> Pending:
        """Write one transaction and decide the next meanwhile; gives the next."""
        writing = asyncio.create_task(self._write(pending))
        writing.add_done_callback(lambda _: self._wake.set())
        ahead = Pending()
        self._in_hand = (pending, ahead)
        try:
            await self._decide_ahead(ahead, writing, pending)
            await writing
        except asyncio.CancelledError:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            raise
        except Exception as error:  # noqa: BLE001 - every request must get its answer
            self._window.truncate(self.next_index)
            self._in_hand = ()
            self._waiting.extendleft(reversed(ahead.works))
            self._failed(pending.works, error)
            return Pending()
        self._written(pending, ahead)
        return ahead

    async def _write(self, pending: Pending) -> None:
        try:
            async with self._store.transaction() as transaction:
                head = await transaction.lock_head()
                draft = pending.draft
                if (
                    draft is None
                    or draft.start != head.next_index
                    or await self._is_used(transaction, pending)
                ):
                    draft = await self._decide_within(transaction, head, pending)
                pending.settled.set()
                if not (batch := draft.batch()).empty:
                    await transaction.write(batch)
        finally:
            pending.settled.set()

    async def _is_used(self, transaction: Transaction, pending: Pending) -> bool:
        """Whether a key was used before: then what was decided ahead is decided again."""
        names = pending.key_names()
        return bool(names and await transaction.known_keys(names))

    async def _decide_within(self, transaction: Transaction, head: Head, pending: Pending) -> Draft:
        """Decide with the head locked, after what other processes appended."""
        self._window.truncate(self.next_index)
        await self._catch_up(transaction, head.next_index)
        draft = Draft(head, self._window, self._clock.now(), self._project)
        if names := pending.key_names():
            draft.know(await transaction.known_keys(names))
        pending.begin(draft)
        oldest, newest = self._window.base - 1, self.next_index - 1
        await pending.decide(transaction, pending.works, oldest, newest)
        return draft

    async def _catch_up(self, transaction: Transaction, next_index: int) -> None:
        """Take in what other processes appended since this one looked."""
        if next_index < self._window.next:
            raise LedgerError(
                f"the log ends at {next_index}, before entry {self._window.next - 1} that was in it"
            )
        if next_index > self._window.next:
            for recorded in await transaction.tail(self._window.next):
                self._window.append(recorded)
            self.next_index = self._window.next

    async def _decide_ahead(
        self, ahead: Pending, writing: asyncio.Task[None], pending: Pending
    ) -> None:
        """Decide what arrives while `pending` is written, on top of it."""
        await pending.settled.wait()
        if pending.draft is None:
            return
        head = pending.draft.batch().head
        draft = Draft(head, self._window, self._clock.now(), self._project)
        draft.know(pending.draft.keys)
        ahead.begin(draft)
        while not writing.done() and len(ahead.works) < MOST_WORKS:
            works = self._take(MOST_WORKS - len(ahead.works), ahead=True)
            ahead.works.extend(works)
            try:
                await ahead.decide(self._store, works, self._window.base - 1, self.next_index - 1)
            except Exception:  # noqa: BLE001 - what could not be read ahead is read within
                ahead.draft = None
                return
            if not works:
                await self._wake.wait()

    def _take(self, most: int, *, ahead: bool = False) -> list[Work]:
        """The works that waited longest. One that must be alone comes alone, and never ahead."""
        works: list[Work] = []
        while self._waiting and len(works) < most:
            if self._waiting[0].is_alone and (works or ahead):
                break
            works.append(self._waiting.popleft())
            if works[-1].is_alone:
                break
        if not works or not self._waiting:
            self._wake.clear()
        return works

    def _written(self, pending: Pending, ahead: Pending) -> None:
        """What was decided is committed: remember it and answer."""
        if pending.draft is None:
            return
        if pending.draft.stored:
            self.next_index = pending.draft.batch().head.next_index
            self.appended.set()
        if ahead.draft is None:
            self._window.truncate(self.next_index)
        self._cache.keep(pending.draft.states)
        self._window.forget(self.next_index)
        self._answer(pending)

    def _failed(self, works: Sequence[Work], error: Exception) -> None:
        if not isinstance(error, UnwritableBatch) or len(works) == 1:
            _fail(works, error)
            return
        for work in reversed(works):  # one request's content must not touch its neighbours
            work.is_alone = True
            self._waiting.appendleft(work)

    def _answer(self, pending: Pending) -> None:
        for work, results in pending.decided:
            if isinstance(results, Exception):
                _fail([work], results)
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
            _fail([work], error)
        else:
            if not work.done.done():
                work.done.set_result(settled)

    async def _replayed(self, replay: Replay) -> Settled:
        entries = await self._store.entries(replay.first, replay.count)
        return outcome_of([read_back(entry) for entry in entries], replayed=True)


def _fail(works: Sequence[Work] | deque[Work], error: Exception) -> None:
    for work in works:
        if not work.done.done():
            work.done.set_exception(error)
