"""How far a log is sealed and final, as every process of its service knows it: within a moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from shared.database.errors import Unavailable
from shared.sealing.heads import Published, SealedHead, Sizes
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.sealing.heads import Status
    from shared.sealing.store import TreeStore

FRESH_SECONDS = 0.05
PATIENCE_SECONDS = 5.0
"""How long `Prefer: wait=final` waits at the most."""
_log = logger("sealer")


class Finality:
    """Tells how far entries have come.

    Told by the sealer where it runs in this process; elsewhere it looks, no more often than
    every 50 ms, however many ask.
    """

    def __init__(
        self,
        store: TreeStore,
        *,
        patience: float = PATIENCE_SECONDS,
        refuses: Callable[[], bool] = lambda: False,
    ) -> None:
        """Look in `store`; while the sealer `refuses` to sign, no entry is more than recorded."""
        self._refuses = refuses
        self._store = store
        self._patience = patience
        self._sizes = Sizes()
        self._seen_at = -FRESH_SECONDS
        self._looking = asyncio.Lock()
        self._moved = asyncio.Event()

    @property
    def known(self) -> Sizes:
        """What is known without looking: never more than was true a moment ago."""
        return self._sizes

    def told(self, head: SealedHead | Published) -> None:
        """Take note of a head that was sealed, or of a checkpoint that was published."""
        known = self._sizes
        if isinstance(head, SealedHead):
            self._take(Sizes(head.size, known.published, known.final))
        else:
            final = head.size if head.is_final else known.final
            self._take(Sizes(known.sealed, head.size, final))

    async def sizes(self) -> Sizes:
        """How far the log was sealed, published and final a moment ago. Raises `Unavailable`."""
        now = asyncio.get_running_loop().time
        if now() - self._seen_at >= FRESH_SECONDS:
            async with self._looking:
                if now() - self._seen_at >= FRESH_SECONDS:
                    await self.look()
                    self._seen_at = now()
        return self._sizes

    async def published(self) -> int:
        """How many entries are under a checkpoint that some witness has cosigned."""
        return (await self.sizes()).published

    async def look(self) -> Sizes:
        """How far the log is sealed, published and final at this moment. Raises `Unavailable`."""
        known = self._sizes  # what was known before the look is stored, or it was stored once
        sizes = await self._store.sizes()
        if _reaches(sizes, known):
            self._take(sizes)
        else:
            _log.critical("the database went back", known=str(known), found=str(sizes))
            self._sizes = sizes
        return self._sizes

    async def status_of(self, sequence: int) -> Status:
        """How far an entry has come that is recorded; `recorded` if nobody can tell.

        It is looked for what was final too: other entries may be there since, in an old backup.
        """
        with suppress(Unavailable):
            await self.sizes()
        return "recorded" if self._refuses() else self._sizes.status_of(sequence)

    async def until_final(self, sequence: int) -> Status:
        """Wait until an entry is final, but not for ever; then how far it has come."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while (status := await self.status_of(sequence)) != "final" and loop.time() < deadline:
            moved = self._moved
            try:
                async with asyncio.timeout_at(min(deadline, loop.time() + FRESH_SECONDS)):
                    await moved.wait()
            except TimeoutError:
                continue
        return status

    def _take(self, sizes: Sizes) -> None:
        """Keep the larger of what is known: neither the sealer's word nor a look is the later."""
        known = self._sizes
        self._sizes = Sizes(
            max(known.sealed, sizes.sealed),
            max(known.published, sizes.published),
            max(known.final, sizes.final),
        )
        if self._sizes != known:
            self._moved.set()
            self._moved = asyncio.Event()


def _reaches(sizes: Sizes, known: Sizes) -> bool:
    return (
        sizes.sealed >= known.sealed
        and sizes.published >= known.published
        and sizes.final >= known.final
    )
