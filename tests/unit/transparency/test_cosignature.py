"""A cosignature binds a checkpoint, a time and a key; the ML-DSA-44 one its signer's name too."""

import pytest

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.cosignature import MAX_TIME, WitnessSigners, cosign, verify_cosignature
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import ED25519_COSIGNATURE, Ed25519Signer, MlDsa44Signer
from shared.transparency.note import NoteSignature
from tests.support.signers import LOG, SLV, USA, known_checkpoint

CHECKPOINT = known_checkpoint(3)
AT = 1679315147
KINDS = pytest.mark.parametrize("signer", [USA.ed25519, USA.ml_dsa_44])

Signer = Ed25519Signer | MlDsa44Signer


def altered(signature: NoteSignature, payload: bytes) -> NoteSignature:
    return NoteSignature(signature.name, signature.key_id, payload)


@KINDS
def test_a_cosignature_tells_when_it_was_made(signer: Signer) -> None:
    signature = cosign(CHECKPOINT, signer, AT)
    assert verify_cosignature(CHECKPOINT, signature, signer.verifier) == AT
    assert signature.signature[:8] == AT.to_bytes(8, "big")


def test_what_an_ed25519_cosignature_signs_is_spelled_as_the_specification_spells_it() -> None:
    signature = cosign(CHECKPOINT, USA.ed25519, AT)
    message = f"cosignature/v1\ntime 1679315147\n{CHECKPOINT.text()}".encode()
    USA.verifiers[0].verify(signature.signature[8:], message)


def test_what_an_ml_dsa_44_cosignature_signs_is_laid_out_as_the_specification_lays_it_out() -> None:
    signature = cosign(Checkpoint("abc", 5, bytes(range(32))), USA.ml_dsa_44, AT)
    message = (
        b"subtree/v1\n\0"
        b"\x18audit.usa.accord.example"
        b"\x00\x00\x00\x00\x64\x18\x50\xcb"
        b"\x03abc"
        b"\x00\x00\x00\x00\x00\x00\x00\x00"
        b"\x00\x00\x00\x00\x00\x00\x00\x05" + bytes(range(32))
    )
    USA.verifiers[1].verify(signature.signature[8:], message)


@KINDS
@pytest.mark.parametrize(
    "other",
    [
        known_checkpoint(4),
        Checkpoint(CHECKPOINT.origin, 4, CHECKPOINT.root),
        Checkpoint(CHECKPOINT.origin, 3, bytes(32)),
        Checkpoint("accord.example/billing/0", 3, CHECKPOINT.root),
    ],
)
def test_a_cosignature_is_of_one_checkpoint_only(signer: Signer, other: Checkpoint) -> None:
    with pytest.raises(SignatureRefused, match="does not verify"):
        verify_cosignature(other, cosign(CHECKPOINT, signer, AT), signer.verifier)


@KINDS
def test_a_cosignature_is_refused_when_its_time_or_any_other_byte_is_changed(
    signer: Signer,
) -> None:
    signature = cosign(CHECKPOINT, signer, AT)
    payload = signature.signature
    for index in range(len(payload)):
        changed = payload[:index] + bytes([payload[index] ^ 0x10]) + payload[index + 1 :]
        with pytest.raises(SignatureRefused):
            verify_cosignature(CHECKPOINT, altered(signature, changed), signer.verifier)


@KINDS
def test_a_cosignature_is_neither_shorter_nor_longer(signer: Signer) -> None:
    signature = cosign(CHECKPOINT, signer, AT)
    for payload in (signature.signature[:1], signature.signature[:8], signature.signature + b"\0"):
        with pytest.raises(SignatureRefused, match="does not verify"):
            verify_cosignature(CHECKPOINT, altered(signature, payload), signer.verifier)


@KINDS
def test_a_time_after_the_last_second_is_refused(signer: Signer) -> None:
    signature = cosign(CHECKPOINT, signer, MAX_TIME)
    assert verify_cosignature(CHECKPOINT, signature, signer.verifier) == MAX_TIME
    late = altered(signature, (MAX_TIME + 1).to_bytes(8, "big") + signature.signature[8:])
    with pytest.raises(SignatureRefused, match=r"after 2\^63 - 1"):
        verify_cosignature(CHECKPOINT, late, signer.verifier)


@pytest.mark.parametrize("at", [0, -1, MAX_TIME + 1])
def test_nobody_cosigns_without_saying_when(at: int) -> None:
    with pytest.raises(Malformed, match="seconds since 1970"):
        cosign(CHECKPOINT, USA.ed25519, at)


def test_a_cosignature_of_one_witness_is_not_one_of_the_other() -> None:
    for by_usa, key in zip(USA.cosign(CHECKPOINT, AT), SLV.verifiers, strict=True):
        with pytest.raises(SignatureRefused, match="is not one of"):
            verify_cosignature(CHECKPOINT, by_usa, key)


def test_an_ml_dsa_44_cosignature_names_its_cosigner() -> None:
    namesake = MlDsa44Signer("audit.elsewhere.example", bytes([2]) * 32)
    key = namesake.verifier
    assert key.public == USA.verifiers[1].public
    moved = NoteSignature(key.name, key.id, cosign(CHECKPOINT, USA.ml_dsa_44, AT).signature)
    with pytest.raises(SignatureRefused, match="does not verify"):
        verify_cosignature(CHECKPOINT, moved, key)


def test_the_key_with_which_a_log_signs_texts_does_not_cosign() -> None:
    with pytest.raises(SignatureRefused, match="does not cosign"):
        cosign(CHECKPOINT, LOG.ed25519, AT)


def test_the_two_keys_of_a_witness_are_of_one_witness_and_of_the_right_kinds() -> None:
    assert USA.name == "audit.usa.accord.example"
    assert [key.kind for key in USA.verifiers] == [0x04, 0x06]
    with pytest.raises(Malformed, match="one name"):
        WitnessSigners(Ed25519Signer("other", bytes(32), ED25519_COSIGNATURE), USA.ml_dsa_44)
    with pytest.raises(Malformed, match="does not cosign"):
        WitnessSigners(Ed25519Signer(USA.name, bytes(32)), USA.ml_dsa_44)
