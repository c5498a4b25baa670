"""The witness (C2SP tlog-witness): cosigns what the mirror holds in full, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.audit.witness.cosigned_heads import Sighting
from shared.transparency.errors import Malformed
from shared.transparency.note import Note, signature_lines
from shared.transparency.witness import (
    BAD_REQUEST,
    CONFLICT,
    UNPROCESSABLE,
    AddCheckpoint,
    Refused,
    judge_opened,
    open_request,
    parse_add_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.audit.mirror.mirror import Mirror
    from services.audit.witness.cosigned_heads import CosignedHeads
    from services.audit.witness.rollback_check import Recall
    from shared.kernel.clock import Clock
    from shared.transparency.cosignature import WitnessSigners
    from shared.transparency.signed_checkpoint import SignedCheckpoint

PATIENCE_SECONDS = 2.0
"""How long a checkpoint may wait for the entries that it is of."""
_ATTEMPTS = 8


class Cosigned(msgspec.Struct, frozen=True):
    """The lines of both cosignatures (200)."""

    lines: bytes


class NotHeld(msgspec.Struct, frozen=True):
    """The entries are not all here, or not all proved: ask again (503)."""

    detail: str


class NotCompared(msgspec.Struct, frozen=True):
    """It is not sure that the database knows all that was cosigned, or it does not (503)."""

    detail: str


Answer = Cosigned | NotHeld | NotCompared | Refused


class Witness:
    """One government's witness for every log that it mirrors."""

    def __init__(
        self,
        signers: WitnessSigners,
        mirrors: Mapping[str, Mirror],
        sightings: CosignedHeads,
        clock: Clock,
        *,
        recall: Recall,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Cosign with `signers` what `mirrors` hold, once `recall` has no doubts."""
        self.name = signers.name
        self._signers = signers
        self._mirrors = mirrors
        self._keys = {origin: mirror.log.keys for origin, mirror in mirrors.items()}
        self._sightings = sightings
        self._clock = clock
        self._recall = recall
        self._last: dict[str, Sighting] = {}
        """What this process itself has cosigned last."""
        self._patience = patience

    async def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one request. What is answered with a cosignature is stored before."""
        try:
            request = parse_add_checkpoint(body)
        except Malformed as error:
            return Refused(BAD_REQUEST, str(error))
        signed = open_request(request, self._keys)
        if isinstance(signed, Refused):
            return signed
        mirror = self._mirrors[signed.checkpoint.origin]
        for _ in range(_ATTEMPTS):
            answer = await self._answer(request, signed, mirror)
            if answer is not None:
                return answer
        return NotHeld("others have this log cosigned at the same time")

    async def _answer(
        self, request: AddCheckpoint, signed: SignedCheckpoint, mirror: Mirror
    ) -> Answer | None:
        """The answer, or nothing if meanwhile another checkpoint was cosigned."""
        origin = mirror.log.origin
        if doubt := await self._recall.doubts(mirror, self._patience):
            return NotCompared(doubt)
        last = self._last.get(origin)  # before the database is read, which then has it, or lost it
        before = await self._sightings.read(origin)
        if last is not None and before.size < last.size:
            return NotCompared(await self._recall.forgot(origin, before, last.size, last.note))
        judged = judge_opened(request, signed, before.seen)
        if isinstance(judged, Refused):
            await _keep_evidence(signed, judged, mirror)
            return judged
        held = await mirror.holds(signed, self._patience)
        if held is None:
            size = signed.checkpoint.size
            return NotHeld(f"of {size} entries {mirror.history.size} are held and proved")
        if not held:
            return Refused(UNPROCESSABLE, "the log has signed another history before")
        return await self._cosign(signed, before)

    async def _cosign(self, signed: SignedCheckpoint, before: Sighting) -> Cosigned | None:
        at = max(int(self._clock.now().timestamp()), before.cosigned_at)
        checkpoint = signed.checkpoint
        cosignatures = self._signers.cosign(checkpoint, at)
        by_log = [
            signature for signature in signed.note.signatures if signature.name == checkpoint.origin
        ]
        note = Note(signed.note.text, (*by_log, *cosignatures)).encode()
        after = Sighting(before.log, checkpoint.size, checkpoint.root, at, note)
        if not await self._sightings.move(before, after):
            return None
        self._last[checkpoint.origin] = after
        return Cosigned(signature_lines(cosignatures))


async def _keep_evidence(signed: SignedCheckpoint, refused: Refused, mirror: Mirror) -> None:
    """See whether a checkpoint that does not go on from the last is one of two histories."""
    if refused.status in {CONFLICT, UNPROCESSABLE}:
        await mirror.offer(signed)
