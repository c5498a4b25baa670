"""The findings of a mirror, in words that are the same whenever the same is found."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from services.audit.domain.finding import Finding
from services.audit.findings import Noted

if TYPE_CHECKING:
    from shared.messaging.consistency import Difference
    from shared.transparency.signed_checkpoint import SignedCheckpoint


def log_subject(origin: str) -> str:
    """What findings about a whole log are about."""
    return f"log/{origin}"


def hash_mismatch(origin: str, index: int, signed: bytes, arrived: bytes, where: str) -> Noted:
    """Bytes that came as an entry, and are not those that the log has signed."""
    return Noted(
        Finding(
            kind="hash-mismatch",
            origin=origin,
            index=index,
            subject=f"entry/{origin}#{index}",
            expected=f"leaf hash {signed.hex()} in {where}",
            found=arrived.hex(),
        )
    )


def of_difference(origin: str, difference: Difference, where: str) -> Noted:
    """The finding for an entry that arrived with other bytes."""
    return hash_mismatch(origin, difference.index, difference.signed, difference.arrived, where)


def sequence_gap(origin: str, first: int, end: int, topic: str) -> Noted:
    """Entries that the topic passed over."""
    return Noted(
        Finding(
            kind="sequence-gap",
            origin=origin,
            index=first,
            subject=log_subject(origin),
            expected=f"entry {first} in the topic {topic} before later ones",
            found=f"entries {first} to {end - 1} are missing there",
        )
    )


def split_view(origin: str, size: int, held: bytes, other: bytes, *notes: bytes) -> Noted:
    """Two roots for one size, both signed by the log: two histories."""
    return Noted(
        Finding(
            kind="split-view",
            origin=origin,
            index=max(size - 1, 0),
            subject=log_subject(origin),
            expected=f"one history: root {_base64(held)} at size {size}",
            found=f"root {_base64(other)} at size {size}",
        ),
        tuple(note for note in notes if note),
    )


def root_mismatch(origin: str, held: int, signed: SignedCheckpoint) -> Noted:
    """A signed checkpoint that the log's own entries do not lead to."""
    checkpoint = signed.checkpoint
    return Noted(
        Finding(
            kind="root-mismatch",
            origin=origin,
            index=held,
            subject=log_subject(origin),
            expected=f"entries with root {_base64(checkpoint.root)} at size {checkpoint.size}",
            found=f"the origin's entries from {held} on do not lead there",
        ),
        (signed.encoded,),
    )


def root_differs(origin: str, size: int, signed: bytes, held: bytes) -> Finding:
    """The entries that this node holds do not have the root by which they were proved."""
    return Finding(
        kind="root-mismatch",
        origin=origin,
        index=max(size - 1, 0),
        subject=log_subject(origin),
        expected=f"held entries with root {_base64(signed)} at size {size}",
        found=_base64(held),
    )


def not_checked(origin: str, index: int | None, what: str) -> Finding:
    """What could not be checked, with the reason left open."""
    return Finding(
        kind="coverage-incomplete",
        origin=origin,
        index=index,
        subject=log_subject(origin),
        expected=what,
        found="not known yet",
    )


def _base64(hashed: bytes) -> str:
    return base64.b64encode(hashed).decode()
