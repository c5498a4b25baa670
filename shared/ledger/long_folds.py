"""Long folds that nobody has in memory and no snapshot brings near: read page by page."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING

import msgspec

from shared.ledger import snapshots
from shared.ledger.pages import next_page
from shared.ledger.snapshots import EVERY

if TYPE_CHECKING:
    from asyncio import Semaphore as Turns

    from shared.ledger.store import Store
    from shared.ledger.work import Folded

BYTES_AN_EVENT = 512
"""So many bytes of a snapshot are written at the cost of reading one event."""


class LongFolds:
    """What is being read. Pages are read in turns, each fold's once: no fold waits for another to
    end, and the commits beside them find a connection.
    """

    def __init__(self, store: Store) -> None:
        """Read from `store`."""
        self._store = store
        self._turns = asyncio.Semaphore(1)
        self._reading: dict[str, asyncio.Task[Folded]] = {}

    @property
    def under_way(self) -> dict[str, asyncio.Task[Folded]]:
        """The folds that are being read, by name."""
        return dict(self._reading)

    def begin(self, folded: Folded, known_next: int) -> asyncio.Task[Folded]:
        """Read a fold to its end, whoever waits for it."""
        name = folded.fold.name
        reading = asyncio.create_task(read_on(self._store, folded, known_next, self._turns))
        self._reading[name] = reading
        reading.add_done_callback(lambda _: self._reading.pop(name))
        return reading

    async def stop(self) -> None:
        """Leave off; what was saved on the way stays."""
        for reading in self._reading.values():
            reading.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)


async def read_on(
    store: Store, folded: Folded, known_next: int, turns: Turns | None = None
) -> Folded:
    """The rest of a long fold. It is saved on the way, so that whoever is stopped goes on from
    there: after as many events as weigh what its snapshot weighs, 1,000 at the least.

    Between two pages others have their turn, if turns are taken.
    """
    wait, further = EVERY, [folded]
    while further:
        async with turns or nullcontext():
            if folded.unsaved >= wait and folded.fold.snapshot is not None:
                wait = max(EVERY, await _saved(store, folded) // BYTES_AN_EVENT)
                folded = msgspec.structs.replace(folded, unsaved=0)
            current, further = await next_page(store, [folded], known_next - 1)
        (folded,) = further or current.values()
    if snapshots.is_due(folded):
        await _saved(store, folded)
        folded = msgspec.structs.replace(folded, unsaved=0)
    return folded


async def _saved(store: Store, folded: Folded) -> int:
    """How many bytes its snapshot has."""
    snapshot = snapshots.encoded(folded)
    await store.save([snapshot])
    return len(snapshot.state)
