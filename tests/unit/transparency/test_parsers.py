"""Whatever bytes come in, a parser reads the one way of writing something or raises `Malformed`.

Each test of any bytes is also a target for atheris, by hand and for as long as one likes: with
`pip install atheris`, and with this as `fuzz.py`, `python fuzz.py test_any_note`:

    import sys, atheris
    with atheris.instrument_imports(include=["shared.transparency"]):
        from tests.unit.transparency import test_parsers
    target = getattr(test_parsers, sys.argv.pop(1))
    atheris.Setup(sys.argv, target.hypothesis.fuzz_one_input)
    atheris.Fuzz()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.errors import Malformed
from shared.transparency.keys import VerifierKey
from shared.transparency.note import (
    Note,
    NoteSignature,
    parse_note,
    parse_signature_lines,
    signature_lines,
)
from shared.transparency.policy import parse_policy
from shared.transparency.tlog_proof import TlogProof, parse_tlog_proof
from shared.transparency.witness import (
    AddCheckpoint,
    encode_size,
    parse_add_checkpoint,
    parse_size,
)
from tests.support.signers import ORIGIN, POLICY, USA

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Value = TypeVar("Value")

HASHES = st.binary(min_size=32, max_size=32)
SIZES = st.integers(0, 2**63 - 1)
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Z"), exclude_characters="+"),
                min_size=1, max_size=60)  # fmt: skip
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
MANY_SIGNATURES = st.lists(SIGNATURES, min_size=1, max_size=64).map(tuple)
CHECKPOINTS = st.builds(
    Checkpoint, LINES.filter(lambda line: 0 < len(line.encode()) < 256), SIZES, HASHES
)
NOTES = st.builds(
    Note, st.lists(LINES, min_size=1).map(lambda lines: "\n".join(lines) + "\n"), MANY_SIGNATURES
)
CHECKPOINT_NOTES = st.builds(
    lambda checkpoint, signatures: Note(checkpoint.text(), signatures).encode(),
    CHECKPOINTS,
    MANY_SIGNATURES,
)
PROOFS = st.lists(HASHES, max_size=63).map(tuple)
REQUESTS = st.builds(AddCheckpoint, SIZES, PROOFS, CHECKPOINT_NOTES)
TLOG_PROOFS = st.builds(
    TlogProof, SIZES, PROOFS, CHECKPOINT_NOTES, st.none() | st.binary(max_size=200)
)
KEYS = st.builds(
    VerifierKey, NAMES, st.just(1), HASHES
) | st.builds(VerifierKey, NAMES, st.just(4), HASHES)  # fmt: skip

SIGNATURE = NoteSignature(ORIGIN, b"\x01\x02\x03\x04", bytes(range(64)))
EXAMPLE = Note(Checkpoint(ORIGIN, 109482, bytes(range(32))).text(), (SIGNATURE,)).encode()
PIECES = (b"", b"\n", b"\n\n", b" ", b"\t", b"\r", b"0", b"=", b"+", b"\x00", b"\xff", b"\xc2\x85",
          b"\xe2\x80\xa8", "— ".encode(), b"old ", b"index ", b"extra ", b"AAAA\n")  # fmt: skip


@st.composite
def nearly(draw: st.DrawFn, valid: bytes) -> bytes:
    """Valid bytes in which a few places were replaced, doubled or lost."""
    data = valid
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.sampled_from((0, 0, 1, 1, 2, 40)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


def anything_like(*valid: bytes) -> st.SearchStrategy[bytes]:
    return st.one_of(st.binary(), *map(nearly, valid))


def text_of(data: bytes) -> str:
    """What a parser of text may be given: lone surrogates too."""
    return data.decode(errors="surrogateescape")


def has_one_spelling(
    parse: Callable[[bytes], Value], encode: Callable[[Value], bytes], data: bytes
) -> None:
    """It is refused, or writing what was read gives the same bytes again."""
    try:
        value = parse(data)
    except Malformed:
        return
    assert encode(value) == data


@given(anything_like(EXAMPLE))
def test_any_note(data: bytes) -> None:
    has_one_spelling(parse_note, Note.encode, data)


@given(NOTES)
def test_a_note_is_read_as_it_is_written(note: Note) -> None:
    assert parse_note(note.encode()) == note


@given(anything_like(SIGNATURE.line().encode() * 2))
def test_any_signature_lines(data: bytes) -> None:
    has_one_spelling(parse_signature_lines, signature_lines, data)


@given(MANY_SIGNATURES)
def test_signature_lines_are_read_as_they_are_written(
    signatures: tuple[NoteSignature, ...],
) -> None:
    assert parse_signature_lines(signature_lines(signatures)) == signatures


@given(anything_like(EXAMPLE.partition(b"\n\n")[0] + b"\n"))
def test_any_checkpoint(data: bytes) -> None:
    has_one_spelling(
        lambda data: parse_checkpoint(text_of(data)), lambda value: value.text().encode(), data
    )


@given(CHECKPOINTS)
def test_a_checkpoint_is_read_as_it_is_written(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(checkpoint.text()) == checkpoint


@given(anything_like(*(key.encode().encode() for key in USA.verifiers)))
def test_any_verifier_key(data: bytes) -> None:
    has_one_spelling(
        lambda data: VerifierKey.parse(text_of(data)), lambda key: key.encode().encode(), data
    )


@given(KEYS)
def test_a_verifier_key_is_read_as_it_is_written(key: VerifierKey) -> None:
    assert VerifierKey.parse(key.encode()) == key


@given(anything_like(AddCheckpoint(3, (bytes(32), b"x" * 32), EXAMPLE).encode()))
def test_any_witness_request(data: bytes) -> None:
    has_one_spelling(parse_add_checkpoint, AddCheckpoint.encode, data)


@given(REQUESTS)
def test_a_witness_request_is_read_as_it_is_written(request: AddCheckpoint) -> None:
    assert parse_add_checkpoint(request.encode()) == request


@given(anything_like(TlogProof(7, (bytes(32), b"x" * 32), EXAMPLE, b"extra").encode()))
def test_any_kept_proof(data: bytes) -> None:
    has_one_spelling(parse_tlog_proof, TlogProof.encode, data)


@given(TLOG_PROOFS)
def test_a_kept_proof_is_read_as_it_is_written(proof: TlogProof) -> None:
    assert parse_tlog_proof(proof.encode()) == proof


@given(anything_like(b"109482\n"))
def test_any_size(data: bytes) -> None:
    has_one_spelling(parse_size, encode_size, data)


@given(anything_like(POLICY.encode().encode(), POLICY.encode().encode().partition(b"witness")[0]))
def test_any_policy(data: bytes) -> None:
    try:
        policy = parse_policy(text_of(data))
    except Malformed:
        return
    assert parse_policy(policy.encode()) == policy
