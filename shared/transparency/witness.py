"""The witness protocol: what a log asks, and what a witness decides (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from shared.transparency.canonical import base64_of, hashes_of, lines_of, number_of, text_of
from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.cosignature import verify_cosignature
from shared.transparency.errors import Malformed, ProofRefused, SignatureRefused
from shared.transparency.keys import VerifierKey
from shared.transparency.note import (
    MAX_NOTE_BYTES,
    NoteSignature,
    parse_note,
    parse_signature_lines,
)
from shared.transparency.signed_checkpoint import SignedCheckpoint, open_checkpoint
from shared.transparency.verify import verify_consistency

TLOG_SIZE = "text/x.tlog.size"
"""The content type of a 409's body: the size that the witness last cosigned."""
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096
"""A note, and the old size and the proof before it."""

BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 400, 403, 404, 409, 422


class AddCheckpoint(msgspec.Struct, frozen=True):
    """A log's request: the size that was cosigned last, the way from there, and the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def origin(self) -> str:
        """The log that the checkpoint says it is of; nothing is verified."""
        return parse_checkpoint(parse_note(self.note).text).origin

    def encode(self) -> bytes:
        head = "".join(f"{line}\n" for line in (f"old {self.old}", *map(base64_of, self.proof), ""))
        return head.encode() + self.note


class Seen(msgspec.Struct, frozen=True):
    """What a witness last cosigned of a log; `Seen(0, EMPTY_ROOT)` before it cosigned any."""

    size: int
    root: bytes


class Accepted(msgspec.Struct, frozen=True):
    """A checkpoint to cosign, once it is stored as the last one seen (200)."""

    checkpoint: SignedCheckpoint

    @property
    def seen(self) -> Seen:
        """What to store, in place of exactly what was seen before and before answering."""
        return Seen(self.checkpoint.checkpoint.size, self.checkpoint.checkpoint.root)


class Refused(msgspec.Struct, frozen=True):
    """An answer without cosignature: its HTTP status, why, and a 409's size.

    A 409 with the size that was sent means another root at that size: two histories.
    """

    status: int
    detail: str
    size: int | None = None


Judged = Accepted | Refused


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read a request's body; `Malformed` is answered with 400."""
    text = text_of(body, "a request", limit=MAX_REQUEST_BYTES)
    head, blank, note = text.partition("\n\n")
    if not blank:
        raise Malformed("a request has no empty line before the checkpoint")
    first, *proof = head.split("\n")
    if not first.startswith("old "):
        raise Malformed("a request does not start with its old size")
    request = AddCheckpoint(
        number_of(first.removeprefix("old "), "an old size"),
        hashes_of(proof, "a consistency proof"),
        note.encode(),
    )
    parse_checkpoint(parse_note(request.note).text)
    return request


def judge(
    request: AddCheckpoint, seen: Seen, log_keys: Mapping[str, Sequence[VerifierKey]]
) -> Judged:
    """Decide on a request, given what was seen of its origin; the first broken rule answers.

    Of a log with several keys all must have signed (see `open_checkpoint`).
    """
    signed = open_request(request, log_keys)
    return signed if isinstance(signed, Refused) else judge_opened(request, signed, seen)


def open_request(
    request: AddCheckpoint, log_keys: Mapping[str, Sequence[VerifierKey]]
) -> SignedCheckpoint | Refused:
    """The checkpoint of a request, verified: nothing needs to be looked up before it is."""
    try:
        origin = request.origin
        if origin not in log_keys:
            return Refused(NOT_FOUND, f"no log {origin} is known here")
        return open_checkpoint(request.note, log_keys[origin], origin)
    except Malformed as error:
        return Refused(BAD_REQUEST, str(error))
    except SignatureRefused as error:
        return Refused(FORBIDDEN, str(error))


def judge_opened(request: AddCheckpoint, signed: SignedCheckpoint, seen: Seen) -> Judged:
    """Decide on a request whose log is known and has signed, given what was seen of it."""
    return _judge_sizes(request, seen, signed.checkpoint) or Accepted(signed)


def _judge_sizes(request: AddCheckpoint, seen: Seen, checkpoint: Checkpoint) -> Refused | None:
    old, size = request.old, checkpoint.size
    if old > size:
        return Refused(BAD_REQUEST, f"the old size {old} is larger than the checkpoint's {size}")
    if old != seen.size:
        return Refused(CONFLICT, f"the size cosigned last is {seen.size}, not {old}", seen.size)
    try:
        _check_consistent(request, seen, checkpoint)
    except ProofRefused as error:
        return Refused(UNPROCESSABLE, str(error))
    if old == size and checkpoint.root != seen.root:
        return Refused(CONFLICT, f"another root of size {size} was cosigned", seen.size)
    return None


def _check_consistent(request: AddCheckpoint, seen: Seen, checkpoint: Checkpoint) -> None:
    if request.old in {0, checkpoint.size}:
        if request.proof:
            raise ProofRefused("nothing is to be proved from size 0, or between equal sizes")
        return
    verify_consistency(
        old=request.old,
        new=checkpoint.size,
        old_root=seen.root,
        new_root=checkpoint.root,
        proof=request.proof,
    )


def read_cosignatures(
    body: bytes, checkpoint: Checkpoint, keys: Sequence[VerifierKey]
) -> tuple[NoteSignature, ...]:
    """A witness's answer (200): the cosignatures of its known keys, verified, and no others.

    Raises `Malformed`, or `SignatureRefused` if one of them does not verify.
    """
    known = [
        (signature, key)
        for signature in parse_signature_lines(body)
        for key in keys
        if signature.is_by(key)
    ]
    for signature, key in known:
        verify_cosignature(checkpoint, signature, key)
    return tuple(signature for signature, _ in known)


def encode_size(size: int) -> bytes:
    """The body of a 409."""
    return f"{size}\n".encode()


def parse_size(body: bytes) -> int:
    """The size in the body of a 409."""
    lines = lines_of(text_of(body, "a size", limit=32), "a size")
    return number_of(lines[0] if len(lines) == 1 else "", "a witness's size")
