"""The group commit: whatever is waiting is decided in order and written in one transaction
(docs/reference/ledger.md#append).

A batch is decided on the log as this process knows it and appended in one statement, if the log
still ends there. If it does not, another process has appended: then the head is locked, what is new
is read, and every decision is taken again on top of it. While one batch is being written, the next
one is decided on top of it in memory, and thrown away if the first is not written.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.database.errors import Unavailable, UnwritableBatch
from shared.ledger.batch_builder import BatchBuilder
from shared.ledger.errors import LedgerError
from shared.ledger.open_batch import Answers, OpenBatch
from shared.ledger.recent_entries import CAPACITY, RecentEntries
from shared.ledger.snapshots import Snapshots, is_due
from shared.ledger.store import Head
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.kernel.clock import Clock
    from shared.ledger.batch_builder import Project
    from shared.ledger.folds import FoldCache
    from shared.ledger.pages import Reader
    from shared.ledger.store import KeyUse, Store, Transaction
    from shared.ledger.work import Folded, Missing, Work

MOST_WORKS = 256
"""How many works one transaction takes at the most."""
FEW_WORKS = 8
"""So many are not worth a second transaction."""
_STOPPING = "this process is stopping; ask again"
_PAUSE_SECONDS = 0.1
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
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
        self._answers = Answers(store)
        self._snapshots = Snapshots(store)
        self._in_hand = (OpenBatch(), OpenBatch())
        self._window = RecentEntries()
        self._head = Head("", 0, _NEVER)
        self.unread: Callable[[Work, Missing], None] = self._nobody_reads
        """Takes back works whose boundaries name what was not read for them."""
        self.appended = asyncio.Event()
        """Set whenever entries were written; whoever waits for it clears it."""

    @property
    def next_index(self) -> int:
        """The next index as of the last commit that this process saw: what it may claim to have
        read.
        """
        return self._head.next_index

    def newest(self, folded: Folded) -> Any:  # noqa: ANN401 - a fold's own state type
        """A fold's state with what came since, entries included that are on their way."""
        if folded.position < self._window.base - 1:
            return folded.state  # as old as it is: the commit reads what lies between
        news = self._window.after(folded.position, folded.fold.alternatives)
        return folded.after(news, self._window.next - 1).state

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
        await self._snapshots.stop()
        for work in self._waiting:
            work.fail(Unavailable(_STOPPING))
        self._waiting.clear()

    def submit(self, work: Work) -> None:
        """Queue work, in the order of the calls."""
        if self._task is None:
            work.fail(Unavailable(_STOPPING))
            return
        self._waiting.append(work)
        self._wake.set()

    async def _run(self) -> None:
        """Write for ever. A fault of our own fails what is in hand, and writing begins anew."""
        while True:
            try:
                await self._write_on()
            except (LedgerError, Unavailable) as error:
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
        self._head = await self._store.head()
        self._window.restart(self.next_index)
        pending = OpenBatch()
        while True:
            if not pending.works:
                pending = OpenBatch(await self._next_works())
            pending = await self._turn(pending)

    def _fail_in_hand(self, error: Exception) -> None:
        for pending in self._in_hand:
            for work in pending.works:
                work.fail(error)
            if pending.writing is not None:
                pending.writing.cancel()
        self._in_hand = (OpenBatch(), OpenBatch())

    async def _next_works(self) -> list[Work]:
        """Half of what waits while nothing is written: the rest is decided while it is.

        Whoever is answered asks again at once. If everybody were in one transaction, the database
        would stand still while they are decided, and this process while they are written.
        """
        while not self._waiting:
            await self._wake.wait()
            self._wake.clear()
        return self._take(min(MOST_WORKS, max(FEW_WORKS, len(self._waiting) // 2)))

    async def _turn(self, pending: OpenBatch) -> OpenBatch:
        """Write one transaction and decide the next meanwhile; gives the next."""
        ahead = OpenBatch()
        self._in_hand = (pending, ahead)
        try:
            if not await self._append(pending, ahead):
                self._give_back(ahead)
                await self._write_locked(pending)
        except Exception as error:  # noqa: BLE001 - every request must get its answer
            self._give_back(ahead)
            self._failed(pending.works, error)
            return OpenBatch()
        self._written(pending)
        if ahead.draft is not None and ahead.works:
            # before anybody is told of this one: the database need not wait for them
            ahead.writing = self._begin(ahead.draft)
        self._answers.give(pending)
        return ahead

    def _begin(self, draft: BatchBuilder) -> asyncio.Task[bool]:
        """Begin to write what was decided on the log as this process knows it."""
        writing = asyncio.create_task(self._store.append(draft.batch()))
        writing.add_done_callback(lambda _: self._wake.set())
        return writing

    async def _append(self, pending: OpenBatch, ahead: OpenBatch) -> bool:
        """Write what was decided, and decide what comes meanwhile; no if the log moved on."""
        draft = pending.draft or await self._decide(pending, self._store, self._head)
        writing = pending.writing = pending.writing or self._begin(draft)
        try:
            await self._decide_ahead(ahead, writing, draft)
            return await writing
        except BaseException:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            raise

    async def _write_locked(self, pending: OpenBatch) -> None:
        """Decide again with the head locked, after what other processes appended, and write."""
        async with self._store.transaction() as transaction:
            head = await transaction.lock_head()
            await self._catch_up(transaction, head)
            keys = await transaction.known_keys(pending.key_names())
            draft = await self._decide(pending, transaction, head, keys)
            if not (batch := draft.batch()).empty:
                await transaction.write(batch)

    async def _decide(
        self, pending: OpenBatch, reader: Reader, head: Head, keys: Sequence[KeyUse] = ()
    ) -> BatchBuilder:
        draft = BatchBuilder(head, self._window, self._clock.now(), self._project)
        draft.know({use.name: use for use in keys})
        pending.begin(draft)
        await self._decide_in(pending, reader, pending.works)
        return draft

    async def _decide_in(self, pending: OpenBatch, reader: Reader, works: Sequence[Work]) -> None:
        """Decide works of a transaction; what must be read further leaves it."""
        oldest, newest = self._window.base - 1, self.next_index - 1
        for work, unread in await pending.decide(reader, works, oldest, newest):
            self.unread(work, unread.missing)

    async def _catch_up(self, transaction: Transaction, head: Head) -> None:
        """Take in what other processes appended since this one looked."""
        if head.next_index < self._window.next:
            raise LedgerError(
                f"the log ends at {head.next_index}, before entry {self._window.next - 1}"
                " that was in it"
            )
        if head.next_index - self._window.next > CAPACITY:
            self._window.restart(head.next_index)  # every fold is read up to here, in pages
        elif head.next_index > self._window.next:
            for recorded in await transaction.tail(self._window.next):
                self._window.append(recorded)
        self._head = head

    async def _decide_ahead(
        self, ahead: OpenBatch, writing: asyncio.Task[bool], written: BatchBuilder
    ) -> None:
        """Decide what arrives while something is written, on top of it."""
        draft = BatchBuilder(written.batch().head, self._window, self._clock.now(), self._project)
        draft.know(written.keys)
        ahead.begin(draft)
        while not writing.done() and len(ahead.works) < MOST_WORKS:
            works = self._take(MOST_WORKS - len(ahead.works), ahead=True)
            ahead.works.extend(works)
            try:
                await self._decide_in(ahead, self._store, works)
            except Exception:  # noqa: BLE001 - what could not be read ahead is read again later
                ahead.draft = None
                return
            if not works:
                await self._wake.wait()

    def _give_back(self, ahead: OpenBatch) -> None:
        """What was decided ahead counts no more: its works wait again, before all others."""
        self._window.truncate(self.next_index)
        self._waiting.extendleft(reversed(ahead.works))
        ahead.works.clear()

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

    def _written(self, pending: OpenBatch) -> None:
        """What was decided is committed: remember it."""
        _, ahead = self._in_hand
        if pending.draft is None:
            raise LedgerError("nothing was decided, and yet it was written")
        if pending.draft.stored:
            self._head = pending.draft.batch().head
            self.appended.set()
        if ahead.draft is None:
            self._window.truncate(self.next_index)
        self._keep(pending.draft.states)
        self._window.forget(self.next_index)

    def _keep(self, states: dict[str, Folded]) -> None:
        """Remember folds, and have those saved that have grown long."""
        for name, folded in states.items():
            if is_due(folded):
                states[name] = self._snapshots.take(folded)
        self._cache.keep(states)

    def _failed(self, works: Sequence[Work], error: Exception) -> None:
        if not isinstance(error, UnwritableBatch) or len(works) == 1:
            for work in works:
                work.fail(error)
            return
        for work in reversed(works):  # one request's content must not touch its neighbours
            work.is_alone = True
            self._waiting.appendleft(work)

    @staticmethod
    def _nobody_reads(work: Work, missing: Missing) -> None:
        work.fail(LedgerError(f"nobody reads {missing[0][1].name} for this commit"))
