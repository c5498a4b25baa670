"""Whether the database still knows what this node's keys have cosigned: asked after each start.

A restored backup does not know that it is one. Whoever was shown the cosignatures can tell.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec

from services.audit.findings import Noted
from services.audit.mirror.mirror_findings import not_checked
from services.audit.witness.cosignature_checks import check_cosigned, has_cosigned
from shared.messaging.errors import OriginUnavailable
from shared.telemetry.logs import logger
from shared.transparency.errors import TransparencyError
from shared.transparency.signed_checkpoint import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from services.audit.domain.finding import Finding
    from services.audit.findings import Findings
    from services.audit.mirror.log import MirroredLog
    from services.audit.mirror.mirror import Mirror
    from services.audit.witness.cosigned_heads import CosignedHeads, Sighting
    from shared.messaging.tiled_log import TiledLog
    from shared.transparency.keys import VerifierKey
    from shared.transparency.signed_checkpoint import SignedCheckpoint

ANSWER_SECONDS = 1.5
"""So long the others may take: a sealer waits for all of this."""
_log = logger("witness")


class Others(msgspec.Struct, frozen=True):
    """Who is asked: the other government's node, by its keys; each log's origin is asked too."""

    keys: Sequence[VerifierKey]
    nodes: Mapping[str, TiledLog]
    """The other node's mirror of each origin."""
    alone: float
    """After so many seconds, the word of one who answers is enough."""


class Recall:
    """Compares, once after a start, what others show of our cosignatures with what is stored."""

    def __init__(
        self,
        keys: Sequence[VerifierKey],
        others: Others,
        *,
        sightings: CosignedHeads,
        findings: Findings,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `others` for what `keys`, our own, have cosigned; `now` in seconds, of any origin."""
        self._now = now
        self._keys = keys
        self._others = others
        self._sightings = sightings
        self._findings = findings
        self._compared: set[str] = set()
        self._since: dict[str, float] = {}
        self._comparing = {origin: asyncio.Lock() for origin in others.nodes}

    async def check(self) -> str | None:
        """That this node's database went back, and so it must not cosign, or nothing."""
        lost = [self._lost(origin) for origin in self._others.nodes]
        standing = await self._findings.standing(lost)
        return f"{standing[0].finding.origin}: {standing[0].finding.found}" if standing else None

    async def doubts(self, mirror: Mirror, patience: float) -> str | None:
        """Why nothing of a log may be cosigned now; nothing once all has been compared."""
        origin = mirror.log.origin
        if origin in self._compared:
            return None
        async with self._comparing[origin]:
            if origin in self._compared:
                return None
            why = await self._compare(mirror, patience)
            if why is None:
                self._compared.add(origin)
            return why

    async def forgot(self, origin: str, before: Sighting, size: int, note: bytes) -> str:
        """Note that the database does not know what was cosigned, as `note` shows; says so.

        Nothing settles that: keys that have cosigned what is forgotten must not cosign any more.
        """
        self._compared.discard(origin)
        why = (
            f"size {size} was cosigned, and the database knows of size {before.size}: it is a"
            " restored backup, and these keys must not cosign again"
        )
        finding = msgspec.structs.replace(self._lost(origin), found=why)
        _log.critical("the witness refuses to cosign", origin=origin, why=why)
        await self._findings.record([Noted(finding, (note,))])
        return why

    def _lost(self, origin: str) -> Finding:
        ids = " and ".join(key.id.hex() for key in self._keys)
        what = f"all that {self._keys[0].name} has cosigned with {ids}, known to its own database"
        return not_checked(origin, None, what)

    async def _compare(self, mirror: Mirror, patience: float) -> str | None:
        origin = mirror.log.origin
        if standing := await self._findings.standing([self._lost(origin)]):
            return standing[0].finding.found
        since = self._since.setdefault(origin, self._now())
        answers = await asyncio.gather(
            _tried(self._by_peer(mirror.log)), _tried(_published(mirror))
        )
        shown = [head for answer in answers if not isinstance(answer, str) for head in answer]
        before = await self._sightings.read(origin)  # after what was shown: that is stored first
        for head in shown:
            if self._is_beyond(head, before):
                await mirror.offer(head)
                return await self.forgot(origin, before, head.checkpoint.size, head.encoded)
        away = "; ".join(answer for answer in answers if isinstance(answer, str))
        if away:
            is_late = self._now() - since >= self._others.alone
            if not is_late or all(isinstance(answer, str) for answer in answers):
                return f"it is not compared yet what was cosigned: {away}"
            _log.warning("compared with one alone", origin=origin, why=away)
        return await _not_of(shown, mirror, patience)

    def _is_beyond(self, signed: SignedCheckpoint, before: Sighting) -> bool:
        """Whether we have cosigned what the database does not know."""
        size, root = signed.checkpoint.size, signed.checkpoint.root
        is_known = size < before.size or (size, root) == (before.size, before.root)
        return not is_known and has_cosigned(signed, self._keys)

    async def _by_peer(self, log: MirroredLog) -> list[SignedCheckpoint]:
        """What the other node has cosigned last, and what it knows that both have."""
        node = self._others.nodes[log.origin]
        notes = await node.checkpoint("cosigned"), await node.checkpoint()
        cosigned, both = (
            [] if note is None else [open_checkpoint(note, log.keys, log.origin)] for note in notes
        )
        for head in cosigned:
            check_cosigned(head, self._others.keys)
        return [*cosigned, *both]


async def _published(mirror: Mirror) -> list[SignedCheckpoint]:
    published = await mirror.published()
    return [] if published is None else [published]


async def _tried(answering: Awaitable[list[SignedCheckpoint]]) -> list[SignedCheckpoint] | str:
    """What somebody shows, or why that is not known."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answering
    except (OriginUnavailable, TransparencyError, TimeoutError) as error:
        return f"{type(error).__name__} {error}".strip()


async def _not_of(shown: Sequence[SignedCheckpoint], mirror: Mirror, patience: float) -> str | None:
    """Why what was shown is not known to be of the history that is held here, or nothing.

    What the other node has cosigned is held before anything is cosigned: a backup can also be
    older than what only the log and that node have seen of us.
    """
    until = time.monotonic() + patience
    for head in shown:
        size = head.checkpoint.size
        is_ours = await mirror.holds(head, max(0.0, until - time.monotonic()))
        if is_ours is None:
            return f"size {size}, which others show, is not held and proved yet"
        if not is_ours:
            return f"of size {size} others show another history"
    return None
