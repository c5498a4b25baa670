"""The mirror of one log: entries come from anywhere, and are held when a checkpoint proves them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec

from services.audit.findings import Doubt
from services.audit.mirror.backlog import Ahead
from services.audit.mirror.errors import MirrorBroken
from services.audit.mirror.history import History
from services.audit.mirror.log import Pace
from services.audit.mirror.mirror_findings import hash_mismatch, not_checked, split_view
from services.audit.mirror.prover import Prover
from services.audit.mirror.topic import TopicReader
from shared.messaging.errors import OriginUnavailable
from shared.telemetry.logs import logger
from shared.telemetry.status import Status
from shared.transparency.signed_checkpoint import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.audit.findings import Findings
    from services.audit.mirror.log import MirroredLog
    from services.audit.mirror.store import MirrorStore
    from shared.messaging.broker import Broker
    from shared.messaging.tiled_log import TiledLog
    from shared.telemetry.status import Health
    from shared.transparency.signed_checkpoint import SignedCheckpoint

STANDBY_SECONDS = 0.05
"""How often a replica that stands by looks what the one that works has proved."""
_log = logger("mirror")


class Mirror:
    """Mirrors one log. Run it alone among the replicas: `alone(url, mirror.name, mirror.run)`."""

    def __init__(
        self,
        log: MirroredLog,
        source: TiledLog,
        *,
        broker: Broker,
        store: MirrorStore,
        findings: Findings,
        is_final: Callable[[SignedCheckpoint], bool],
        pace: Pace | None = None,
    ) -> None:
        """Mirror `log`, which is at `source`, by its topic at `broker`."""
        self.name = f"mirror {log.origin}"
        self.log = log
        self.history = History(log.origin, store, findings)
        self._source = source
        self._findings = findings
        self._is_final = is_final
        self._pace = pace or Pace()
        self._ahead = Ahead()
        patience, again = self._pace.tries, self._compare_again
        self.reader = TopicReader(log, broker, self._ahead, patience=patience, again=again)
        self._prover = Prover(
            log, source, self.history, ahead=self._ahead, reader=self.reader, pace=self._pace
        )
        self._status = Status(self.name, self._pace.tries)
        self.check = self._status.check
        self._is_running = False
        newest = not_checked(log.origin, None, "the log's newest checkpoint, from its origin")
        self._unasked = Doubt(findings, newest, self._pace.doubt)

    @property
    def lag(self) -> int:
        """How many entries are known of and not held yet."""
        return self._ahead.lag(self.history.size)

    def health(self) -> Health:
        """How it is doing now."""
        return msgspec.structs.replace(self._status.health(), lag=self.lag)

    @property
    def is_heard(self) -> bool:
        """Whether this process asks the origin, which answered the last time."""
        return self._is_running and not self._unasked.is_open

    async def open(self) -> None:
        """Read what is held; before it is run, and before anything is asked of it."""
        await self.history.load()

    async def refresh(self) -> None:
        """Look what another replica has proved, if it is one that mirrors this log."""
        if not self._is_running:
            await self.history.load()

    async def offer(self, signed: SignedCheckpoint) -> bool | None:
        """Whether a checkpoint that the log has signed is of the history that is held.

        Nothing if it is ahead: then it is what is proved next.
        """
        agrees = await self.history.agrees(signed)
        if agrees is not None:
            return agrees
        other = self._ahead.targets.offer(signed)
        if other is not None:
            shown, two = other.checkpoint, signed.checkpoint
            notes = (other.encoded, signed.encoded)
            finding = split_view(self.log.origin, shown.size, shown.root, two.root, *notes)
            await self._findings.record([finding])
        self._ahead.news.set()
        return None

    async def holds(self, signed: SignedCheckpoint, patience: float) -> bool | None:
        """The same, once it is known; nothing if that takes more than `patience` seconds."""
        until = time.monotonic() + patience
        while (agrees := await self.offer(signed)) is None:
            left = until - time.monotonic()
            if left <= 0:
                return None
            if self._is_running:
                await self.history.grows_within(left)
            else:
                await asyncio.sleep(min(left, STANDBY_SECONDS))
                await self.refresh()
        return agrees

    async def published(self) -> SignedCheckpoint | None:
        """What the origin shows as its newest checkpoint. Raises `OriginUnavailable`, or what
        `open_checkpoint` raises.
        """
        note = await self._source.checkpoint()
        return None if note is None else open_checkpoint(note, self.log.keys, self.log.origin)

    async def consider(self, note: bytes) -> None:
        """Take a checkpoint of the log from wherever it came; raises if the log has not signed it.

        One that both governments have cosigned, and that is of our history, is published.
        """
        signed = open_checkpoint(note, self.log.keys, self.log.origin)
        if await self.offer(signed) and self._is_final(signed):
            await self.history.publish(signed.checkpoint.size, note)

    async def run(self) -> None:
        """Mirror until cancelled. Raises `MirrorBroken`, in a group."""
        await self._catch_up()
        self._is_running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.reader.run(self.history.head.next_offset))
                tasks.create_task(self._ask_origin())
                tasks.create_task(self._prove())
        finally:
            self._is_running = False

    async def _catch_up(self) -> None:
        """Go on from what is stored, which may be more than this process knew."""
        await self.history.load()
        self._ahead.pending.proved(self.history.size)
        for passed in self._ahead.targets.passed(self.history.size):
            await self.history.agrees(passed)

    async def _ask_origin(self) -> None:
        while True:
            try:
                note = await self._source.checkpoint()
                if note is not None:
                    await self.consider(note)
                await self._unasked.ends("the origin has answered")
            except Exception as error:  # noqa: BLE001 - the log is proved by whatever else comes
                await self._unasked.grows(f"{type(error).__name__}: {error}")
            await asyncio.sleep(self._pace.poll)

    async def _prove(self) -> None:
        while True:
            try:
                if self.history.is_stale:
                    await self._catch_up()
                await self._prover.step()
                self._status.succeeded(self.lag)
            except asyncio.CancelledError:
                self._status.stand_by()
                raise
            except OriginUnavailable as away:
                why = f"{type(away).__name__}: {away}"
                self._status.waits(why)  # nothing is wrong here, and what is held is served
                await self._prover.doubt(why)
                await self._prover.rest()
            except MirrorBroken as error:
                self._status.stopped(str(error))
                _log.critical("the mirror has stopped", origin=self.log.origin, why=str(error))
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, nothing unproved was held
                why = f"{type(error).__name__}: {error}"
                pause = self._status.failed(why)
                _log.warning("proving failed", origin=self.log.origin, why=why, retry_in=pause)
                await self._prover.doubt(why)
                await asyncio.sleep(pause)

    async def _compare_again(self, leaves: dict[int, bytes]) -> None:
        """Compare what the topic brings of entries that were proved before."""
        held = await self.history.leaves([*leaves])
        await self._findings.record(
            hash_mismatch(self.log.origin, index, held[index], leaf, self.log.topic)
            for index, leaf in leaves.items()
            if held.get(index, leaf) != leaf
        )
