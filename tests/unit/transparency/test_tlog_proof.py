"""A proof that one keeps: offline, the entry, the log and both governments' word for it."""

from __future__ import annotations

from functools import cache

import pytest

from shared.transparency.errors import (
    Malformed,
    PolicyUnmet,
    ProofRefused,
    SignatureRefused,
    TransparencyError,
)
from shared.transparency.note import with_signatures
from shared.transparency.policy import bilateral
from shared.transparency.signed_checkpoint import SignedCheckpoint
from shared.transparency.tlog_proof import (
    MAX_PROOF_BYTES,
    TlogProof,
    parse_tlog_proof,
    verify_tlog_proof,
)
from tests.support.signers import (
    POLICY,
    SIGNED_AT,
    SLV,
    STRANGER,
    USA,
    known_checkpoint,
    log_signers,
    signed,
)
from tests.support.trees import GrownLog, known_entries

SIZE = 300


@cache
def grown() -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(SIZE))
    return log


@cache
def final() -> SignedCheckpoint:
    return signed(known_checkpoint(SIZE), USA, SLV)


def proof_of(
    index: int, head: SignedCheckpoint | None = None, extra: bytes | None = None
) -> TlogProof:
    return TlogProof(index, tuple(grown().inclusion(index)), (head or final()).encoded, extra)


@pytest.mark.parametrize("index", [0, 1, 255, 256, SIZE - 1])
def test_an_entry_of_a_final_checkpoint_is_proved(index: int) -> None:
    proof = parse_tlog_proof(proof_of(index).encode())
    assert verify_tlog_proof(proof, b"entry %d" % index, POLICY) == final()


def test_a_proof_is_written_as_the_specification_says() -> None:
    lines = proof_of(7, extra=b"extra data").encode().split(b"\n")
    assert lines[:3] == [b"c2sp.org/tlog-proof@v1", b"extra ZXh0cmEgZGF0YQ==", b"index 7"]
    assert lines[3 + len(grown().inclusion(7))] == b""
    assert b"extra" not in proof_of(7).encode()


@pytest.mark.parametrize("extra", [None, b"", b"\x00\xff", b"x" * 60_000])
def test_a_proof_is_read_as_it_is_written(extra: bytes | None) -> None:
    proof = proof_of(7, extra=extra)
    assert parse_tlog_proof(proof.encode()) == proof


def test_the_only_entry_of_a_log_needs_no_hashes() -> None:
    head = signed(known_checkpoint(1), USA, SLV)
    proof = parse_tlog_proof(TlogProof(0, (), head.encoded).encode())
    assert verify_tlog_proof(proof, b"entry 0", POLICY) == head


def test_another_entry_or_another_place_is_not_proved() -> None:
    proof = proof_of(7)
    moved = TlogProof(6, proof.proof, proof.checkpoint)
    outside = TlogProof(SIZE, proof.proof, proof.checkpoint)
    for claim, entry in ((proof, b"entry 8"), (moved, b"entry 7"), (outside, b"entry 7")):
        with pytest.raises(ProofRefused):
            verify_tlog_proof(claim, entry, POLICY)


@pytest.mark.parametrize("witnesses", [(), (USA,), (SLV, STRANGER)])
def test_a_proof_without_both_governments_is_none(witnesses: tuple[object, ...]) -> None:
    named = [witness for witness in (USA, SLV, STRANGER) if witness in witnesses]
    head = signed(known_checkpoint(SIZE), *named)
    with pytest.raises(PolicyUnmet, match=r"asks for bilateral; cosigned by (nobody|audit)"):
        verify_tlog_proof(proof_of(7, head), b"entry 7", POLICY)


def test_a_log_that_the_policy_does_not_name_proves_nothing() -> None:
    other = bilateral([], [(key, None) for witness in (USA, SLV) for key in witness.verifiers])
    with pytest.raises(PolicyUnmet, match="names no log"):
        verify_tlog_proof(proof_of(7), b"entry 7", other)


def test_a_checkpoint_that_the_log_did_not_sign_proves_nothing() -> None:
    head = signed(known_checkpoint(SIZE), USA, SLV, log=log_signers(first_byte=9))
    with pytest.raises(SignatureRefused, match="has not signed"):
        verify_tlog_proof(proof_of(7, head), b"entry 7", POLICY)


def test_a_forged_cosignature_proves_nothing() -> None:
    note = with_signatures(final().note, USA.cosign(known_checkpoint(4), SIGNED_AT))
    head = SignedCheckpoint(final().checkpoint, note)
    with pytest.raises(SignatureRefused, match="does not verify"):
        verify_tlog_proof(proof_of(7, head), b"entry 7", POLICY)


def read_and_verify(data: bytes) -> SignedCheckpoint:
    return verify_tlog_proof(parse_tlog_proof(data), b"entry 7", POLICY)


def test_every_byte_of_a_proof_counts() -> None:
    data = proof_of(7).encode()
    assert read_and_verify(data) == final()
    signatures = data.index("—".encode())
    # Of the signatures one byte in seven: all of them are tried where they are verified.
    for index in (*range(signatures), *range(signatures, len(data), 7)):
        changed = bytearray(data)
        changed[index] ^= 1 << index % 8
        with pytest.raises(TransparencyError):
            read_and_verify(bytes(changed))


DATA = proof_of(7, extra=b"extra data").encode()
HASH = b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "starts with"),
        (DATA.replace(b"@v1", b"@v2"), "starts with"),
        (b"\n" + DATA, "starts with"),
        (DATA.partition(b"\n\n")[0] + b"\n", "starts with"),
        (DATA.replace(b"index 7\n", b""), "no index line"),
        (DATA.replace(b"index 7", b"index"), "no index line"),
        (b"c2sp.org/tlog-proof@v1\n\nx", "no index line"),
        (b"c2sp.org/tlog-proof@v1\nextra \n\nx", "no index line"),
        (DATA.replace(b"index 7", b"index 07"), "leading zeros"),
        (DATA.replace(b"index 7", b"index  7"), "leading zeros"),
        (DATA.replace(b"index 7", b"index -7"), "leading zeros"),
        (DATA.replace(b"extra Z", b"extra "), "not base64"),
        (DATA.replace(b"extra Z", b"extra  Z"), "not base64"),
        (DATA.replace(b"extra", b"extra extra"), "not base64"),
        (DATA.replace(b"extra Z", b"Extra Z"), "no index line"),
        (DATA.replace(b"index 7\n", b"index 7\n" + HASH[4:]), "29 bytes"),
        (DATA.replace(b"index 7\n", b"index 7\n" + HASH * 60), "at most 63"),
        (DATA + b"\n", "newline"),
        (DATA[:-1], "newline"),
        (DATA.replace(b"index 7\n", b"index 7\r\n"), "control character"),
        (DATA.replace(b"\n300\n", b"\n0300\n"), "leading zeros"),
    ],
)
def test_a_proof_that_is_written_otherwise_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_tlog_proof(data)


def test_a_proof_has_a_largest_size() -> None:
    with pytest.raises(Malformed, match="more than"):
        parse_tlog_proof(DATA + b"x" * MAX_PROOF_BYTES)
