"""A proof that one can keep: an entry is in a log, and the witnesses saw it (C2SP tlog-proof)."""

from __future__ import annotations

import msgspec

from shared.transparency.canonical import (
    base64_of,
    bytes_of,
    hashes_of,
    number_of,
    text_of,
)
from shared.transparency.checkpoint import parse_checkpoint
from shared.transparency.errors import Malformed, PolicyUnmet
from shared.transparency.merkle import leaf_hash
from shared.transparency.note import MAX_NOTE_BYTES, parse_note
from shared.transparency.policy import Policy
from shared.transparency.signed_checkpoint import SignedCheckpoint
from shared.transparency.verify import verify_inclusion

MEDIA_TYPE = "text/x.tlog.proof"
"""The content type of a proof, for `Accept`."""
MAX_EXTRA_BYTES = 64 * 1024
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES
"""A checkpoint with its signatures; before it the hashes and the extra data in base64."""

_HEADER = "c2sp.org/tlog-proof@v1"


class TlogProof(msgspec.Struct, frozen=True):
    """Where the entry stands, the hashes from it up to the root, and the signed checkpoint."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None
    """Nobody has signed it."""

    def encode(self) -> bytes:
        extra = [] if self.extra is None else [f"extra {base64_of(self.extra)}"]
        head = [_HEADER, *extra, f"index {self.index}", *map(base64_of, self.proof), ""]
        return "".join(f"{line}\n" for line in head).encode() + self.checkpoint


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Read what `TlogProof.encode` writes; the checkpoint is well-formed, and not yet verified."""
    head, blank, checkpoint = text_of(data, "a proof", limit=MAX_PROOF_BYTES).partition("\n\n")
    header, *lines = head.split("\n")
    if not blank or header != _HEADER:
        raise Malformed(f"a proof starts with {_HEADER} and has an empty line after its hashes")
    extra = _extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise Malformed("a proof has no index line")
    proof = TlogProof(
        number_of(lines[0].removeprefix("index "), "a proof's index"),
        hashes_of(lines[1:], "an inclusion proof"),
        checkpoint.encode(),
        extra,
    )
    parse_checkpoint(parse_note(proof.checkpoint).text)
    return proof


def verify_tlog_proof(proof: TlogProof, entry: bytes, policy: Policy) -> SignedCheckpoint:
    """The checkpoint that has the entry and that the policy's quorum has cosigned.

    Raises `SignatureRefused` for a signature that is missing or wrong (its log's, or a known
    witness's), `PolicyUnmet` for a log or a quorum that the policy does not accept, and
    `ProofRefused` for an entry that is not where the proof says.
    """
    origin = parse_checkpoint(parse_note(proof.checkpoint).text).origin
    if origin not in policy.origins:
        raise PolicyUnmet(f"the policy names no log {origin}")
    signed = policy.open(proof.checkpoint, origin)
    verdict = policy.judge(signed)
    if not verdict.satisfied:
        by = ", ".join(verdict.by) or "nobody"
        raise PolicyUnmet(f"the policy asks for {policy.quorum}; cosigned by {by}")
    verify_inclusion(
        index=proof.index,
        size=signed.checkpoint.size,
        leaf=leaf_hash(entry),
        proof=proof.proof,
        root=signed.checkpoint.root,
    )
    return signed


def _extra(line: str) -> bytes:
    return bytes_of(line.removeprefix("extra "), "a proof's extra data")
