"""The other government's node: what it has cosigned must be of the history that is held here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.audit.findings import Doubt
from services.audit.mirror.mirror_findings import not_checked
from services.audit.witness.cosignature_checks import check_cosigned
from shared.messaging.errors import OriginUnavailable
from shared.transparency.errors import SignatureRefused
from shared.transparency.note import parse_note, with_signatures
from shared.transparency.signed_checkpoint import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.audit.findings import Findings
    from services.audit.mirror.log import Pace
    from services.audit.mirror.mirror import Mirror
    from services.audit.witness.cosigned_heads import CosignedHeads
    from shared.messaging.tiled_log import TiledLog
    from shared.transparency.keys import VerifierKey
    from shared.transparency.signed_checkpoint import SignedCheckpoint

NAME = "peer"


class Peer:
    """Compares what the other node has cosigned with what this one holds. Run it alone."""

    def __init__(
        self,
        keys: Sequence[VerifierKey],
        mirrors: Mapping[str, Mirror],
        cosigned: Mapping[str, TiledLog],
        *,
        sightings: CosignedHeads,
        findings: Findings,
        pace: Pace,
    ) -> None:
        """Compare, for each of `mirrors`, what the peer shows at `cosigned` under its `keys`."""
        self.name = NAME
        self._keys = keys
        self._mirrors = mirrors
        self._cosigned = cosigned
        self._sightings = sightings
        self._pace = pace
        what = "the newest checkpoint that the other node has cosigned, compared with this one's"
        self._doubts = {
            origin: Doubt(findings, not_checked(origin, None, what), pace.doubt)
            for origin in mirrors
        }

    async def run(self) -> None:
        """Compare until cancelled."""
        while True:
            for origin in self._mirrors:
                await self._look(origin)
            await asyncio.sleep(self._pace.poll)

    async def _look(self, origin: str) -> None:
        doubt = self._doubts[origin]
        try:
            await self._compare(origin)
            await doubt.ends("it was compared")
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing was compared
            await doubt.grows(f"{type(error).__name__}: {error}")

    async def _compare(self, origin: str) -> None:
        """One comparison; a checkpoint that is ahead is compared as soon as it is proved."""
        mirror = self._mirrors[origin]
        await mirror.refresh()
        held, final = mirror.history.size, mirror.history.head.final_size
        note = await self._cosigned[origin].checkpoint("cosigned")
        if note is None and not held:
            return  # nobody has cosigned anything that could differ
        if note is None:
            raise OriginUnavailable("the other node shows no checkpoint")
        signed = open_checkpoint(note, mirror.log.keys, origin)
        check_cosigned(signed, self._keys)
        if signed.checkpoint.size < final:
            raise SignatureRefused(f"it shows an older one than that of size {final}, also its own")
        if await mirror.offer(signed):
            await self._publish(mirror, signed)

    async def _publish(self, mirror: Mirror, signed: SignedCheckpoint) -> None:
        """Final is what both have cosigned; with the origin away, the two nodes know it first."""
        own = await self._sightings.read(mirror.log.origin)
        if (own.size, own.root) == (signed.checkpoint.size, signed.checkpoint.root) and own.note:
            both = with_signatures(parse_note(own.note), signed.note.signatures)
            await mirror.consider(both.encode())
