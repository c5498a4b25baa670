"""A log as one process reaches it: what it reads and what it writes halts where a schedule says."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ledger.memory import MemoryStore
    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Ask, Batch


class HaltingStore:
    """One store of several processes. This process halts with what it has read in its hands, and
    with what it has decided before it is written, so that others can commit in between.
    """

    def __init__(self, store: MemoryStore) -> None:
        """Reach `store`; nothing halts before `halt_after` was said."""
        self._store = store
        self._halted: deque[asyncio.Future[None]] = deque()
        self._free: int | None = None
        self.head = store.head
        self.transaction = store.transaction
        self.entries = store.entries
        self.known_keys = store.known_keys
        self.clock_skew = store.clock_skew
        self.snapshots = store.snapshots
        self.save = store.save

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads: what was read grows old while it halts."""
        answers = await self._store.read(asks)
        await self._halt()
        return answers

    async def append(self, batch: Batch) -> bool:
        """Write a batch, if the log has not moved on while it halted."""
        await self._halt()
        return await self._store.append(batch)

    def halt_after(self, times: int) -> None:
        """Halt from now on, and not yet the first so many times."""
        self._free = times

    def go_on(self) -> None:
        """Let whatever halted first go on to its next halt."""
        while self._halted:
            halted = self._halted.popleft()
            if not halted.done():
                halted.set_result(None)
                return

    def run_free(self) -> None:
        """Let everything go on; nothing halts any more."""
        self._free = None
        while self._halted:
            self.go_on()

    async def _halt(self) -> None:
        if self._free:
            self._free -= 1
        elif self._free == 0:
            halted = asyncio.get_running_loop().create_future()
            self._halted.append(halted)
            await halted
