"""Each party's published keys: what could let someone speak for another stops the start."""

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.web.identity.verifier import KeysWrong, Verifier, load_keys
from tests.unit.web.sample import MovingClock
from tests.unit.web.test_identity import CLAIMS


def es256_keys(folder: Path) -> tuple[Path, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    public = {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "p256"}
    path = folder / "jwks.json"
    path.write_text(json.dumps({"USA": {"keys": [public]}}))
    return path, key


def test_a_party_may_sign_with_es256(tmp_path: Path) -> None:
    path, key = es256_keys(tmp_path)
    token = jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": "p256"})
    identity, _ = Verifier(load_keys(path), MovingClock()).identify(b"Bearer " + token.encode())
    assert str(identity.actor) == "USA:intake-agency:desk-1"


def _public(kid: str | None = "k") -> dict[str, Any]:
    public = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True)
    return {**public, "kid": kid}


def _private_key() -> dict[str, Any]:
    return {**OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True), "kid": "k"}


def _rsa_key() -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "k"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"USA": {"keys": [_public()]}, "SLV": {"keys": [_public()]}}, "there twice"),
        ({"USA": {"keys": [_public(), _public()]}}, "there twice"),
        ({"USA": {"keys": [_private_key()]}}, "private key"),
        ({"USA": {"keys": [_rsa_key()]}}, "neither Ed25519 nor P-256"),
        ({"USA": {"keys": [{**_public(), "kid": ["k"]}]}}, "key id"),
        ({"USA": {"keys": [_public(None)]}}, "key id"),
        (
            {"USA": {"keys": [{"kid": "k", "kty": "OKP", "crv": "Ed25519", "x": "!"}]}},
            "cannot be read",
        ),
        ({"USA": {"keys": [{"kid": "k", "kty": "OKP", "crv": "Ed25519"}]}}, "cannot be read"),
        ({"USA": {"keys": [{"kid": "k", "kty": ["OKP"], "crv": {}}]}}, "neither"),
        ({"usa": {"keys": [_public()]}}, "not a party"),
        ({"USA": {"keys": []}}, "no key"),
        ({}, "no key"),
        ({"keys": [_public()]}, "not a file of keys"),
        ([], "not a file of keys"),
    ],
)
def test_keys_that_could_let_someone_speak_for_another_stop_the_start(
    tmp_path: Path, content: object, said: str
) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(content))
    with pytest.raises(KeysWrong, match=said):
        load_keys(path)


def test_a_missing_key_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeysWrong, match="not a file of keys"):
        load_keys(tmp_path / "none.json")
