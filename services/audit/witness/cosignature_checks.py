"""Whether a checkpoint carries a witness's own cosignatures."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from shared.transparency.cosignature import verify_cosignature
from shared.transparency.errors import SignatureRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.transparency.keys import VerifierKey
    from shared.transparency.signed_checkpoint import SignedCheckpoint


def check_cosigned(signed: SignedCheckpoint, keys: Sequence[VerifierKey]) -> None:
    """Raise `SignatureRefused` unless every one of these keys has cosigned."""
    for key in keys:
        by_key = signed.note.by(key)
        if not by_key:
            raise SignatureRefused(f"{key.name} has not cosigned with its key {key.id.hex()}")
        for signature in by_key:
            verify_cosignature(signed.checkpoint, signature, key)


def has_cosigned(signed: SignedCheckpoint, keys: Sequence[VerifierKey]) -> bool:
    """Whether one of these keys has cosigned, whatever else is there under its name."""
    for key in keys:
        for signature in signed.note.by(key):
            with suppress(SignatureRefused):
                verify_cosignature(signed.checkpoint, signature, key)
                return True
    return False
