"""What an audit node has found: recorded once, never changed, settled only by another row."""

from __future__ import annotations

import base64
import re
import time
from functools import partial
from typing import TYPE_CHECKING, get_args

import msgspec

from services.audit.domain.finding import Finding, Kind
from shared.database.errors import Unavailable
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.database.connections import Connections
    from shared.kernel.clock import Clock
    from shared.telemetry.metrics import Metrics

LOUDEST: frozenset[Kind] = frozenset({"split-view", "root-mismatch", "hash-mismatch"})
"""Somebody must look at once: a log, or what carried it, has changed history."""
_RECORD = """
INSERT INTO findings (fingerprint, kind, origin, sequence, document, found_at)
SELECT decode(n.fingerprint, 'hex'), n.kind, n.origin, n.sequence, n.document::jsonb, $6
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
    AS n(fingerprint, kind, origin, sequence, document)
WHERE NOT EXISTS (
    SELECT FROM findings f WHERE f.fingerprint = decode(n.fingerprint, 'hex')
    AND NOT EXISTS (SELECT FROM findings_settled s WHERE s.finding = f.finding))
RETURNING encode(fingerprint, 'hex')
"""
_SETTLE = """
INSERT INTO findings_settled (finding, settled_at, how)
SELECT finding, $2, $3 FROM findings f
WHERE kind = 'coverage-incomplete' AND fingerprint = decode($1, 'hex')
ON CONFLICT DO NOTHING
"""
_OPEN = """
SELECT f.document FROM findings f WHERE f.kind = ANY ($1::text[])
AND NOT EXISTS (SELECT FROM findings_settled s WHERE s.finding = f.finding)
ORDER BY f.finding LIMIT $2
"""
_COUNT = """
SELECT f.kind, count(*) FROM findings f
WHERE NOT EXISTS (SELECT FROM findings_settled s WHERE s.finding = f.finding)
GROUP BY f.kind
"""
_STANDING = """
SELECT f.document FROM findings f WHERE f.fingerprint = ANY ($1::bytea[])
AND NOT EXISTS (SELECT FROM findings_settled s WHERE s.finding = f.finding)
ORDER BY f.finding
"""
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_log = logger("findings")


class Noted(msgspec.Struct, frozen=True):
    """A finding with the signed checkpoints that prove it, where such prove it."""

    finding: Finding
    checkpoints: tuple[bytes, ...] = ()
    consistency: tuple[bytes, ...] = ()
    """That the first checkpoint continues the expected root, where it is of a later size."""


class FindingDocument(msgspec.Struct, frozen=True):
    """A finding as it is kept and shown."""

    finding: Finding
    detail: str
    checkpoints: tuple[str, ...] = ()
    """Notes with their signatures, whole: whoever has the keys can verify them."""
    consistency: tuple[str, ...] = ()
    """The proof (RFC 6962, base64) from the expected root, at the size named there, to the first of
    the checkpoints, where that is of a later size: both roots are then the log's word.
    """


class Findings:
    """Records findings: the same one once, until it is settled."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        """Use these connections, which their owner opens and closes."""
        self._connection = connections.one
        self._clock = clock
        self._standing: dict[str, int] = {}

    def measure(self, metrics: Metrics) -> None:
        """Show how many findings of each kind stand: an alarm is set on those."""
        gauge = metrics.gauge("findings_standing", "Findings that are not settled", "kind")
        for kind in get_args(Kind):
            gauge.labels(kind).set_function(partial(self._count, kind))

    def _count(self, kind: str) -> float:
        return self._standing.get(kind, 0)

    async def count(self) -> None:
        """Count what stands, whichever replica has found it."""
        async with self._connection() as connection:
            rows = await connection.fetch(_COUNT)
        self._standing = {row["kind"]: row["count"] for row in rows}

    async def record(self, noted: Iterable[Noted]) -> None:
        """Record what is new, and say so in the log."""
        unique = {note.finding.fingerprint: note for note in noted}
        if not unique:
            return
        recorded = [note.finding for note in unique.values()]
        async with self._connection() as connection:
            new = await connection.fetch(
                _RECORD,
                list(unique),
                [finding.kind for finding in recorded],
                [finding.origin for finding in recorded],
                [finding.index for finding in recorded],
                [_document(note) for note in unique.values()],
                self._clock.now(),
            )
        for (fingerprint,) in new:
            found_now = unique[fingerprint].finding
            self._standing[found_now.kind] = self._standing.get(found_now.kind, 0) + 1
            _report(found_now)

    async def settle(self, finding: Finding, how: str) -> None:
        """Note that what could not be checked has been checked since. Other kinds never settle."""
        async with self._connection() as connection:
            await connection.execute(_SETTLE, finding.fingerprint, self._clock.now(), how)

    async def unsettled(self, kinds: Iterable[Kind], limit: int = 20) -> Sequence[FindingDocument]:
        """The oldest findings of these kinds that still stand."""
        async with self._connection() as connection:
            rows = await connection.fetch(_OPEN, list(kinds), limit)
        return [msgspec.json.decode(row["document"], type=FindingDocument) for row in rows]

    async def standing(self, findings: Iterable[Finding]) -> Sequence[FindingDocument]:
        """Those of these findings that were recorded and still stand."""
        fingerprints = [bytes.fromhex(finding.fingerprint) for finding in findings]
        async with self._connection() as connection:
            rows = await connection.fetch(_STANDING, fingerprints)
        return [msgspec.json.decode(row["document"], type=FindingDocument) for row in rows]

    async def check(self) -> str | None:
        """That a log has two histories, and so nobody should trust it, or nothing: an alarm."""
        await self.count()
        standing = await self.unsettled(["split-view"], limit=1)
        if not standing:
            return None
        finding = standing[0].finding
        return f"{finding.kind} in {finding.origin}: {standing[0].detail}"


class Doubt:
    """One thing that is checked again and again: a finding when it could not be for too long, and
    that finding is settled when it could.
    """

    def __init__(self, findings: Findings, doubted: Finding, patience: float) -> None:
        """Wait `patience` seconds before what cannot be checked is a finding."""
        self._findings = findings
        self._doubted = doubted
        self._patience = patience
        self._since: float | None = None
        self._may_stand = True
        """An earlier process may have recorded it."""

    @property
    def is_open(self) -> bool:
        """Whether it could not be checked the last time."""
        return self._since is not None

    async def grows(self, why: str) -> None:
        """Note that it could not be checked now."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            about = {"origin": self._doubted.origin, "what": self._doubted.expected}
            _log.warning("could not be checked", why=why, **about)
        if now - self._since >= self._patience:
            finding = msgspec.structs.replace(self._doubted, found=why)
            try:
                await self._findings.record([Noted(finding)])
            except Unavailable:
                return  # not even that can be noted now: it is said again
            self._may_stand = True

    async def ends(self, how: str) -> None:
        """Note that it has been checked."""
        self._since = None
        if self._may_stand:
            await self._findings.settle(self._doubted, how)
            self._may_stand = False


def _document(noted: Noted) -> str:
    shown = FindingDocument(
        noted.finding,
        noted.finding.detail,
        tuple(checkpoint.decode() for checkpoint in noted.checkpoints),
        tuple(base64.b64encode(node_hash).decode() for node_hash in noted.consistency),
    )
    return storable(shown)


def storable(document: msgspec.Struct) -> str:
    """A document as the database takes it: an entry may say NUL, for which it has no character."""
    return _NUL.sub(r"\1\\ufffd", msgspec.json.encode(document).decode())


def _report(finding: Finding) -> None:
    say = _log.critical if finding.kind in LOUDEST else _log.error
    say("found", kind=finding.kind, origin=finding.origin, index=finding.index, why=finding.detail)
