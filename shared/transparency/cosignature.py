"""Cosignatures: someone's word that a checkpoint was, at a time, the longest history that they saw.

C2SP tlog-cosignature. The witnesses make them, and the log itself with its ML-DSA-44 key.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import (
    ED25519_COSIGNATURE,
    ML_DSA_44_COSIGNATURE,
    Ed25519Signer,
    MlDsa44Signer,
    VerifierKey,
)
from shared.transparency.note import NoteSignature

if TYPE_CHECKING:
    from shared.transparency.checkpoint import Checkpoint

MAX_TIME = 2**63 - 1
"""The last second that a cosignature may name."""

_TIME_BYTES = 8
_LABEL = b"subtree/v1\n\0"


class WitnessSigners:
    """A witness's two keys, which cosign every checkpoint together."""

    __slots__ = ("ed25519", "ml_dsa_44")

    def __init__(self, ed25519: Ed25519Signer, ml_dsa_44: MlDsa44Signer) -> None:
        if ed25519.verifier.kind != ED25519_COSIGNATURE:
            raise Malformed(f"the Ed25519 key of {ed25519.verifier.name} does not cosign")
        if ed25519.verifier.name != ml_dsa_44.verifier.name:
            raise Malformed("the two keys of a witness have one name")
        self.ed25519 = ed25519
        self.ml_dsa_44 = ml_dsa_44

    @property
    def name(self) -> str:
        return self.ed25519.verifier.name

    @property
    def verifiers(self) -> tuple[VerifierKey, VerifierKey]:
        return self.ed25519.verifier, self.ml_dsa_44.verifier

    def cosign(self, checkpoint: Checkpoint, at: int) -> tuple[NoteSignature, NoteSignature]:
        """Both cosignatures, made at a time in seconds since 1970."""
        return cosign(checkpoint, self.ed25519, at), cosign(checkpoint, self.ml_dsa_44, at)


def cosign(checkpoint: Checkpoint, signer: Ed25519Signer | MlDsa44Signer, at: int) -> NoteSignature:
    """Cosign with a key of type 0x04 or 0x06; `at` is in seconds since 1970."""
    if not 0 < at <= MAX_TIME:
        raise Malformed(f"a cosignature's time is in seconds since 1970, not {at}")
    key = signer.verifier
    signature = signer.sign(_message(checkpoint, key, at))
    return NoteSignature(key.name, key.id, struct.pack(">Q", at) + signature)


def verify_cosignature(checkpoint: Checkpoint, signature: NoteSignature, key: VerifierKey) -> int:
    """The time of a cosignature by this key; raises `SignatureRefused` if it is not one."""
    if not signature.is_by(key):
        raise SignatureRefused(f"a signature of {signature.name} is not one of {key.name}'s key")
    at = int.from_bytes(signature.signature[:_TIME_BYTES])
    if at > MAX_TIME:
        raise SignatureRefused(f"a cosignature of {key.name} has a time after 2^63 - 1")
    key.verify(signature.signature[_TIME_BYTES:], _message(checkpoint, key, at))
    return at


def _message(checkpoint: Checkpoint, key: VerifierKey, at: int) -> bytes:
    if key.kind == ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{checkpoint.text()}".encode()
    if key.kind == ML_DSA_44_COSIGNATURE:
        return _subtree(checkpoint, key.name, at)
    raise SignatureRefused(f"the key of {key.name} signs texts; it does not cosign")


def _subtree(checkpoint: Checkpoint, cosigner: str, at: int) -> bytes:
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            _LABEL,
            bytes([len(name)]) + name,
            struct.pack(">Q", at),
            bytes([len(origin)]) + origin,
            struct.pack(">QQ", 0, checkpoint.size),
            checkpoint.root,
        )
    )
