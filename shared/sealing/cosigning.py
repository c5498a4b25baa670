"""Cosigning rounds: the newest sealed checkpoint to all witnesses at once, then published."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from shared.sealing.errors import SealingStopped, WitnessFailed
from shared.sealing.heads import Published
from shared.sealing.proofs import prove_consistency
from shared.telemetry.logs import logger
from shared.transparency.errors import TransparencyError
from shared.transparency.note import with_signatures
from shared.transparency.quorum import met
from shared.transparency.signed_checkpoint import SignedCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.kernel.clock import Clock
    from shared.sealing.store import TreeStore
    from shared.sealing.witness import Witness
    from shared.transparency.note import NoteSignature
    from shared.transparency.policy import Policy

    OnPublished = Callable[[Published], None]

GRACE_SECONDS = 0.25
"""So long a round waits for all before it publishes what it has; a late answer is added then."""
_log = logger("sealer")


class Gathering:
    """One checkpoint, and the cosignatures that have come for it so far."""

    def __init__(self, signed: SignedCheckpoint) -> None:
        """Nobody has cosigned yet."""
        self.signed = signed
        self.by: dict[str, tuple[NoteSignature, ...]] = {}
        self.in_grace = True

    def cosigned(self) -> SignedCheckpoint:
        """The checkpoint with the cosignatures that there are."""
        more = [cosignature for cosignatures in self.by.values() for cosignature in cosignatures]
        return SignedCheckpoint(self.signed.checkpoint, with_signatures(self.signed.note, more))


class Cosigning:
    """Runs beside one run of the sealer: takes what is offered to the witnesses and publishes it.

    A round asks all witnesses for the same checkpoint, for only so it becomes final. One that is
    slow holds up nobody: rounds go on without it until it has answered.
    """

    def __init__(
        self,
        store: TreeStore,
        policy: Policy,
        witnesses: Sequence[Witness],
        clock: Clock,
        *,
        unanswered: bool,
        on_published: OnPublished,
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Publish to `store`; `unanswered` if every witness is to be heard first."""
        self._store = store
        self._policy = policy
        self._witnesses = witnesses
        self._clock = clock
        self._grace = grace
        self._on_published = on_published
        self._unheard = {witness.name for witness in witnesses} if unanswered else set()
        self._newest: Gathering | None = None
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._proving = asyncio.Lock()
        self._proved: tuple[tuple[int, int], tuple[bytes, ...]] = (0, 0), ()

    @property
    def unheard(self) -> tuple[str, ...]:
        """The witnesses that have not cosigned since this began, and why not."""
        return tuple(
            f"{witness.name} ({witness.trouble or 'not yet'})"
            for witness in self._witnesses
            if witness.name in self._unheard
        )

    def offer(self, signed: SignedCheckpoint) -> None:
        """Take a newer checkpoint to the witnesses, in the next round."""
        self._newest = Gathering(signed)
        self._wake.set()

    async def run(self) -> None:
        """Go on until cancelled. Raises `SealingStopped`, `WitnessAhead`, what the store raises."""
        try:
            while True:
                self._wake.clear()
                if self._newest is not None:
                    await self._round(self._newest)
                await self._until_there_is_work()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _round(self, gathering: Gathering) -> None:
        self._collect()
        asking = {
            witness.name: asyncio.create_task(self._ask(witness, gathering))
            for witness in self._lacking(gathering)
            if not witness.waits()
        }
        for task in asking.values():
            task.add_done_callback(lambda _: self._wake.set())
        self._busy |= asking
        if asking:
            await asyncio.wait(asking.values(), timeout=self._grace)
        self._collect()
        if gathering.in_grace or asking:
            gathering.in_grace = False
            await self._publish(gathering)

    def _lacking(self, gathering: Gathering) -> list[Witness]:
        """Those who can be asked for it: who have not cosigned it, and are not busy."""
        return [
            witness
            for witness in self._witnesses
            if witness.name not in gathering.by and witness.name not in self._busy
        ]

    def _collect(self) -> None:
        """Let go of the answers that have come; raises what one of them must stop us for."""
        for name, task in [*self._busy.items()]:
            if task.done():
                del self._busy[name]
                task.result()

    async def _until_there_is_work(self) -> None:
        """Until a newer checkpoint, an answer, or the end of a pause after a failure."""
        pauses = (
            [witness.waits() for witness in self._lacking(self._newest)] if self._newest else []
        )
        try:
            async with asyncio.timeout(min(pauses, default=None)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _ask(self, witness: Witness, gathering: Gathering) -> None:
        trouble = witness.trouble
        try:
            cosignatures = await witness.cosign(gathering.signed, self._prove)
        except WitnessFailed as error:
            if str(error) != trouble:
                _log.warning("a witness did not cosign", witness=witness.name, why=str(error))
            return
        if trouble:
            _log.info("a witness cosigns again", witness=witness.name)
        gathering.by[witness.name] = cosignatures
        self._unheard.discard(witness.name)
        if not gathering.in_grace:
            await self._publish(gathering)

    async def _prove(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof between two sizes, kept: the other witness is mostly at the same one."""
        async with self._proving:
            if self._proved[0] != (old, new):
                try:
                    proof = await prove_consistency(self._store, old, new)
                except TransparencyError as error:
                    raise SealingStopped(f"the stored tree is damaged: {error}") from error
                self._proved = (old, new), proof
            return self._proved[1]

    async def _publish(self, gathering: Gathering) -> None:
        """Publish with what has come, which is more than nothing.

        What no witness remembers is not shown to anybody: should the database be lost, and an old
        backup be restored, no witness could tell us that the log was longer.
        """
        signed = gathering.cosigned()
        if not gathering.by:
            return
        published = Published(
            signed.checkpoint.size, signed.encoded, self._is_final(gathering), self._clock.now()
        )
        await self._store.publish(published)
        self._on_published(published)

    def _is_final(self, gathering: Gathering) -> bool:
        """Whether the quorum has cosigned; whoever is counted has, with each of its keys."""
        names = [
            witness.name for witness in self._policy.witnesses if witness.key.name in gathering.by
        ]
        return self._policy.quorum in met(names, self._policy.groups)
