"""Checkpoints that their log has signed, with both of its keys (C2SP tlog-checkpoint)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.cosignature import cosign, verify_cosignature
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import ED25519, Ed25519Signer, MlDsa44Signer, VerifierKey
from shared.transparency.note import Note, parse_note, sign_note, verify_note


class SignedCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint that its log has signed, with the note that proves it."""

    checkpoint: Checkpoint
    note: Note

    @property
    def encoded(self) -> bytes:
        """The note's bytes, the same as those that were opened: a note has one spelling."""
        return self.note.encode()


class LogSigners:
    """A log's two keys, which sign every checkpoint together."""

    __slots__ = ("ed25519", "ml_dsa_44")

    def __init__(self, ed25519: Ed25519Signer, ml_dsa_44: MlDsa44Signer) -> None:
        if ed25519.verifier.kind != ED25519:
            raise Malformed(f"the Ed25519 key of {ed25519.verifier.name} does not sign notes")
        if ed25519.verifier.name != ml_dsa_44.verifier.name:
            raise Malformed("the two keys of a log have one name, its origin")
        self.ed25519 = ed25519
        self.ml_dsa_44 = ml_dsa_44

    @property
    def origin(self) -> str:
        return self.ed25519.verifier.name

    @property
    def verifiers(self) -> tuple[VerifierKey, VerifierKey]:
        return self.ed25519.verifier, self.ml_dsa_44.verifier


def sign_checkpoint(checkpoint: Checkpoint, signers: LogSigners, at: int) -> Note:
    """Sign with both keys; `at`, in seconds since 1970, is in the ML-DSA-44 signature."""
    if checkpoint.origin != signers.origin:
        raise Malformed(f"{signers.origin} does not sign checkpoints of {checkpoint.origin}")
    text = checkpoint.text()
    by_ed25519 = sign_note(text, signers.ed25519)
    return Note(text, (by_ed25519, cosign(checkpoint, signers.ml_dsa_44, at)))


def open_checkpoint(data: bytes, keys: Sequence[VerifierKey], origin: str) -> SignedCheckpoint:
    """A checkpoint of this origin that every one of its log's keys has signed.

    C2SP asks for one of them. Accord asks for all: the second is there for the day on which the
    first can be forged. Raises `Malformed` or `SignatureRefused`.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise SignatureRefused(f"a checkpoint of {checkpoint.origin} is not one of {origin}")
    if not keys:
        raise SignatureRefused(f"no key of {origin} is known")
    for key in keys:
        _check_signed(checkpoint, note, key)
    return SignedCheckpoint(checkpoint, note)


def _check_signed(checkpoint: Checkpoint, note: Note, key: VerifierKey) -> None:
    signatures = note.by(key)
    if not signatures:
        raise SignatureRefused(f"{key.name} has not signed with its key {key.id.hex()}")
    for signature in signatures:
        if key.kind == ED25519:
            verify_note(note.text, signature, key)
        else:
            verify_cosignature(checkpoint, signature, key)
