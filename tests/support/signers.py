"""A log, both governments' witnesses and their policy, with keys that everybody may know."""

from __future__ import annotations

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.cosignature import WitnessSigners
from shared.transparency.keys import ED25519_COSIGNATURE, Ed25519Signer, MlDsa44Signer
from shared.transparency.merkle import root_of
from shared.transparency.note import with_signatures
from shared.transparency.policy import LogEntry, bilateral
from shared.transparency.signed_checkpoint import LogSigners, SignedCheckpoint, sign_checkpoint
from tests.support.trees import known_leaves

ORIGIN = "accord.example/intake/0"
SIGNED_AT = 1_743_508_800
"""2025-04-01, noon UTC."""


def log_signers(origin: str = ORIGIN, first_byte: int = 1) -> LogSigners:
    return LogSigners(
        Ed25519Signer(origin, bytes([first_byte]) * 32),
        MlDsa44Signer(origin, bytes([first_byte]) * 32),
    )


def witness_signers(name: str, first_byte: int) -> WitnessSigners:
    return WitnessSigners(
        Ed25519Signer(name, bytes([first_byte]) * 32, ED25519_COSIGNATURE),
        MlDsa44Signer(name, bytes([first_byte]) * 32),
    )


LOG = log_signers()
USA = witness_signers("audit.usa.accord.example", 2)
SLV = witness_signers("audit.slv.accord.example", 3)
STRANGER = witness_signers("audit.elsewhere.example", 4)
POLICY = bilateral(
    [LogEntry(key, "http://127.0.0.1:8001") for key in LOG.verifiers],
    [(key, f"http://{key.name}:8004") for witness in (USA, SLV) for key in witness.verifiers],
)


def known_checkpoint(size: int, origin: str = ORIGIN) -> Checkpoint:
    """The head of a log of the entries `entry 0`, `entry 1` …"""
    return Checkpoint(origin, size, root_of(known_leaves(size)))


def signed(
    checkpoint: Checkpoint, *witnesses: WitnessSigners, log: LogSigners = LOG
) -> SignedCheckpoint:
    """A checkpoint signed by its log and cosigned, a second later, by these witnesses."""
    note = sign_checkpoint(checkpoint, log, SIGNED_AT)
    more = [line for witness in witnesses for line in witness.cosign(checkpoint, SIGNED_AT + 1)]
    return SignedCheckpoint(checkpoint, with_signatures(note, more))
