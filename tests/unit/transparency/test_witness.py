"""A witness answers as C2SP says, and never cosigns a shorter or another history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.merkle import EMPTY_ROOT, root_of
from shared.transparency.note import Note, signature_lines
from shared.transparency.signed_checkpoint import LogSigners, sign_checkpoint
from shared.transparency.witness import (
    Accepted,
    AddCheckpoint,
    Judged,
    Refused,
    Seen,
    encode_size,
    judge,
    parse_add_checkpoint,
    parse_size,
    read_cosignatures,
)
from tests.support.signers import (
    LOG,
    ORIGIN,
    SIGNED_AT,
    SLV,
    USA,
    known_checkpoint,
    log_signers,
    signed,
)
from tests.support.trees import GrownLog, known_entries, known_leaves

KEYS = {ORIGIN: LOG.verifiers}
NOTHING = Seen(0, EMPTY_ROOT)
OTHER_ROOT = root_of([*known_leaves(4), b"x" * 32])


def seen(size: int) -> Seen:
    return Seen(size, root_of(known_leaves(size)))


def request(old: int, new: int, *, log: LogSigners = LOG) -> AddCheckpoint:
    """What an honest log sends."""
    grown = GrownLog()
    grown.grow(known_entries(new))
    proof = tuple(grown.consistency(old)) if 0 < old < new else ()
    return AddCheckpoint(old, proof, signed(known_checkpoint(new), log=log).encoded)


def of_root(size: int, root: bytes) -> bytes:
    return signed(Checkpoint(ORIGIN, size, root)).encoded


def status(judged: Judged) -> int:
    return judged.status if isinstance(judged, Refused) else 200


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 5), (3, 3), (3, 5), (4, 8), (7, 700)])
def test_a_history_that_only_grew_is_accepted(old: int, new: int) -> None:
    judged = judge(request(old, new), seen(old), KEYS)
    assert isinstance(judged, Accepted)
    assert judged.checkpoint.checkpoint == known_checkpoint(new)
    assert judged.seen == seen(new)


def test_an_unknown_log_is_answered_with_404() -> None:
    assert status(judge(request(0, 5), NOTHING, {"accord.example/billing/0": LOG.verifiers})) == 404
    assert status(judge(request(0, 5), NOTHING, {})) == 404


def test_a_checkpoint_that_no_trusted_key_signed_is_answered_with_403() -> None:
    assert status(judge(request(0, 5, log=log_signers(first_byte=9)), NOTHING, KEYS)) == 403
    assert status(judge(request(0, 5), NOTHING, {ORIGIN: ()})) == 403


@pytest.mark.parametrize("kept", [0, 1])
def test_a_checkpoint_that_one_of_the_logs_keys_did_not_sign_is_answered_with_403(
    kept: int,
) -> None:
    whole = sign_checkpoint(known_checkpoint(5), LOG, SIGNED_AT)
    half = AddCheckpoint(0, (), Note(whole.text, (whole.signatures[kept],)).encode())
    assert status(judge(half, NOTHING, KEYS)) == 403


def test_a_forged_signature_is_answered_with_403_whatever_the_sizes() -> None:
    note = request(0, 5).note.replace(b"\n5\n", b"\n2\n")
    assert status(judge(AddCheckpoint(3, (), note), seen(3), KEYS)) == 403


def test_an_old_size_above_the_checkpoints_is_answered_with_400() -> None:
    for old in (4, 5):
        shorter = AddCheckpoint(old, (), request(0, 3).note)
        assert status(judge(shorter, seen(old), KEYS)) == 400
        assert status(judge(shorter, seen(3), KEYS)) == 400


def test_a_note_that_is_no_checkpoint_is_answered_with_400() -> None:
    assert status(judge(AddCheckpoint(0, (), b"nonsense"), NOTHING, KEYS)) == 400


@pytest.mark.parametrize(("old", "last"), [(0, 3), (3, 0), (3, 4), (4, 3), (5, 6)])
def test_an_old_size_that_was_not_cosigned_last_is_answered_with_409_and_the_one_that_was(
    old: int, last: int
) -> None:
    judged = judge(request(old, 5), seen(last), KEYS)
    assert isinstance(judged, Refused)
    assert (judged.status, judged.size) == (409, last)


def test_a_witness_never_cosigns_a_shorter_history() -> None:
    judged = judge(request(3, 5), seen(8), KEYS)
    assert isinstance(judged, Refused)
    assert (judged.status, judged.size) == (409, 8)


@pytest.mark.parametrize("size", [0, 5])
def test_another_root_at_the_size_that_was_cosigned_is_answered_with_409(size: int) -> None:
    second = AddCheckpoint(size, (), of_root(size, OTHER_ROOT))
    judged = judge(second, seen(size), KEYS)
    assert isinstance(judged, Refused)
    assert (judged.status, judged.size) == (409, size)
    assert "another root" in judged.detail


def test_a_history_that_was_rewritten_is_answered_with_422() -> None:
    honest = request(4, 8)
    rewritten = AddCheckpoint(4, honest.proof, of_root(8, OTHER_ROOT))
    assert status(judge(rewritten, seen(4), KEYS)) == 422
    assert status(judge(honest, Seen(4, OTHER_ROOT), KEYS)) == 422


def test_a_proof_that_lacks_a_hash_or_has_one_more_is_answered_with_422() -> None:
    honest = request(3, 7)
    for proof in ((), honest.proof[:-1], (*honest.proof, bytes(32))):
        assert status(judge(AddCheckpoint(3, proof, honest.note), seen(3), KEYS)) == 422


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (0, 0)])
def test_a_proof_where_nothing_is_to_be_proved_is_answered_with_422(old: int, new: int) -> None:
    needless = AddCheckpoint(old, (bytes(32),), request(old, new).note)
    assert status(judge(needless, seen(old), KEYS)) == 422


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_only_a_request_that_starts_where_the_witness_is_and_goes_on_is_accepted(
    old: int, new: int, last: int
) -> None:
    answer = status(judge(request(old, new), seen(last), KEYS))
    assert answer == (400 if old > new else 409 if old != last else 200)


def test_a_request_is_read_as_it_is_written() -> None:
    honest = request(3, 700)
    body = honest.encode()
    assert body.startswith(b"old 3\n")
    assert parse_add_checkpoint(body) == honest
    assert honest.origin == ORIGIN


def test_a_request_without_a_proof_has_an_empty_line_after_its_old_size() -> None:
    first = request(0, 5)
    assert first.encode() == b"old 0\n\n" + first.note
    assert parse_add_checkpoint(first.encode()) == first


BODY = request(3, 5).encode()
HASH = b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_a_proof_of_63_hashes_is_read_and_one_of_64_is_not() -> None:
    head, note = b"old 3\n", request(0, 5).note
    assert len(parse_add_checkpoint(head + HASH * 63 + b"\n" + note).proof) == 63
    with pytest.raises(Malformed, match="at most 63"):
        parse_add_checkpoint(head + HASH * 64 + b"\n" + note)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no empty line"),
        (b"\n\n" + BODY, "does not start with its old size"),
        (BODY.replace(b"old 3", b"old"), "does not start with its old size"),
        (BODY.replace(b"old 3", b"Old 3"), "does not start with its old size"),
        (BODY.replace(b"old 3", b"old  3"), "leading zeros"),
        (BODY.replace(b"old 3", b"old 03"), "leading zeros"),
        (BODY.replace(b"old 3", b"old 3 "), "leading zeros"),
        (BODY.replace(b"old 3\n", b"old 3\r\n"), "control character"),
        (BODY.replace(b"old 3\n", b"old 3\n" + HASH[:-3] + b"V=\n"), "not canonical"),
        (BODY.replace(b"old 3\n", b"old 3\n" + HASH[4:]), "29 bytes"),
        (BODY.replace(b"old 3\n", b"old 3\n\n"), "not 8 lines"),
        (BODY + b"\n", "newline"),
        (BODY + b"x", "newline"),
        (BODY[:-1], "newline"),
        (BODY.replace(b"\n5\n", b"\n05\n"), "leading zeros"),
        (BODY + b"\xff", "not UTF-8"),
    ],
)
def test_a_request_that_is_written_otherwise_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_add_checkpoint(body)


def test_a_request_has_a_largest_size() -> None:
    with pytest.raises(Malformed, match="more than"):
        parse_add_checkpoint(BODY + b"x" * 600_000)


def test_of_a_witnesss_answer_the_cosignatures_of_known_keys_count_and_no_others() -> None:
    checkpoint = known_checkpoint(5)
    by_usa, by_slv = USA.cosign(checkpoint, SIGNED_AT), SLV.cosign(checkpoint, SIGNED_AT)
    answer = signature_lines((*by_usa, *by_slv))
    assert read_cosignatures(answer, checkpoint, USA.verifiers) == by_usa
    assert read_cosignatures(answer, checkpoint, USA.verifiers[1:]) == by_usa[1:]
    assert read_cosignatures(answer, checkpoint, ()) == ()


def test_a_witnesss_cosignature_of_another_checkpoint_is_refused() -> None:
    answer = signature_lines(USA.cosign(known_checkpoint(4), SIGNED_AT))
    with pytest.raises(SignatureRefused, match="does not verify"):
        read_cosignatures(answer, known_checkpoint(5), USA.verifiers)


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", b"\xff"])
def test_a_witnesss_nonsense_is_refused(answer: bytes) -> None:
    with pytest.raises(Malformed):
        read_cosignatures(answer, known_checkpoint(5), USA.verifiers)


@pytest.mark.parametrize("size", [0, 7, 2**63 - 1])
def test_a_conflicts_size_is_read_as_it_is_written(size: int) -> None:
    assert encode_size(size) == b"%d\n" % size
    assert parse_size(encode_size(size)) == size


@pytest.mark.parametrize("body", [b"", b"7", b"07\n", b"7\n\n", b"7\n8\n", b"-7\n", b"7" * 40])
def test_a_conflicts_size_that_is_written_otherwise_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_size(body)
