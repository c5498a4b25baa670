"""Keys have the ids and the spelling that others' verifiers expect, and sign what they say."""

import base64

import pytest

from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import (
    ED25519,
    ED25519_COSIGNATURE,
    ML_DSA_44_COSIGNATURE,
    Ed25519Signer,
    MlDsa44Signer,
    VerifierKey,
    key_id,
)
from tests.support.signers import LOG, USA

GOLDEN_LOG = "ledger.example/gb-jm+2515fb8d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
GOLDEN_WITNESS = "witness.example/jm+200e772c+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
KEYS = (*LOG.verifiers, *USA.verifiers)


def test_the_log_key_of_a_known_seed_is_spelled_as_independent_implementations_spell_it() -> None:
    signer = Ed25519Signer("ledger.example/gb-jm", bytes(range(32)))
    assert signer.verifier.encode() == GOLDEN_LOG


def test_the_witness_key_of_a_known_seed_is_spelled_as_independent_implementations_spell_it() -> (
    None
):
    signer = Ed25519Signer("witness.example/jm", bytes(range(32, 64)), ED25519_COSIGNATURE)
    assert signer.verifier.encode() == GOLDEN_WITNESS


@pytest.mark.parametrize("text", [GOLDEN_LOG, GOLDEN_WITNESS, *(key.encode() for key in KEYS)])
def test_a_key_is_read_as_it_is_written(text: str) -> None:
    assert VerifierKey.parse(text).encode() == text


def test_one_public_key_has_another_id_for_every_name_and_every_kind() -> None:
    public = LOG.ed25519.verifier.public
    assert len({key_id(name, kind, public) for name in "ab" for kind in (1, 4, 6)}) == 6


def test_the_sizes_of_ml_dsa_44_are_those_of_fips_204() -> None:
    assert len(LOG.ml_dsa_44.verifier.public) == 1312
    assert len(LOG.ml_dsa_44.sign(b"text")) == 2420


@pytest.mark.parametrize("signer", [LOG.ed25519, LOG.ml_dsa_44])
def test_a_key_verifies_what_it_signed_and_nothing_else(
    signer: Ed25519Signer | MlDsa44Signer,
) -> None:
    signature = signer.sign(b"text")
    signer.verifier.verify(signature, b"text")
    for forged, message in ((signature, b"test"), (signature[:-1], b"text"), (b"", b"text")):
        with pytest.raises(SignatureRefused, match="does not verify"):
            signer.verifier.verify(forged, message)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no key"),
        ("name", "has no key"),
        ("name+2515fb8d", "has no key"),
        (GOLDEN_LOG.replace("2515fb8d", "2515fb8e"), "not that of the key"),
        (GOLDEN_LOG.replace("2515fb8d", "2515FB8D"), "not that of the key"),
        (GOLDEN_LOG.replace("2515fb8d", ""), "not that of the key"),
        (GOLDEN_LOG.replace("gb-jm", "gb-jn"), "not that of the key"),
        (GOLDEN_LOG.replace("ledger.example/gb-jm", ""), "is empty"),
        (GOLDEN_LOG.replace("gb-jm", "gb jm"), "has a space or a plus"),
        (GOLDEN_LOG.replace("gb-jm", "gb\u2003jm"), "has a space or a plus"),
        (GOLDEN_LOG.replace("gb-jm", "gb\x01jm"), "control character"),
        (GOLDEN_LOG.replace("gb-jm", "gb\ud800jm"), "not valid Unicode"),
        (GOLDEN_LOG.replace("gb-jm", "g" * 256), "longer than 255"),
        (GOLDEN_LOG + "\n", "not base64"),
        (GOLDEN_LOG[:-1] + "é", "not base64"),
        (GOLDEN_LOG[:-4] + "VTG=", "not canonical base64"),
        (GOLDEN_LOG[:-4] + "VTA=", "has 31 bytes, not 32"),
        (f"name+00000000+{base64.b64encode(bytes([2]) + bytes(32)).decode()}", "unknown type 0x02"),
    ],
)
def test_a_key_that_is_written_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("kind", "length"), [(ED25519, 31), (ED25519_COSIGNATURE, 33), (ML_DSA_44_COSIGNATURE, 1311)]
)
def test_a_public_key_of_another_length_is_refused(kind: int, length: int) -> None:
    with pytest.raises(Malformed, match=f"has {length} bytes"):
        VerifierKey("name", kind, bytes(length))


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(Malformed, match="31 bytes, not 32"):
        Ed25519Signer("name", bytes(31))
    with pytest.raises(Malformed, match="33 bytes, not 32"):
        MlDsa44Signer("name", bytes(33))


def test_an_ed25519_key_signs_notes_or_cosigns_and_nothing_else() -> None:
    with pytest.raises(Malformed, match="type 0x06"):
        Ed25519Signer("name", bytes(32), ML_DSA_44_COSIGNATURE)


@pytest.mark.parametrize("signer", [LOG.ed25519, LOG.ml_dsa_44])
def test_a_signer_never_shows_its_seed(signer: Ed25519Signer | MlDsa44Signer) -> None:
    assert not hasattr(signer, "seed")
    assert "\\x01" not in repr(signer)
