"""A detached JWS is read in one way, or not at all (RFC 7515, RFC 7797)."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS

from shared.transparency.detached_jws import encoded, parse_detached, sign_detached
from shared.transparency.errors import Malformed, SignatureRefused
from tests.support.signing import public_of, seed_of

PAYLOAD = '{"agreement":"usa-slv-2025","parties":"·"}'.encode()
HEADER: dict[str, Any] = {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": "usa-1"}
MADE = sign_detached(PAYLOAD, seed_of("USA"), "usa-1")
SIGNATURE = MADE.split(".")[2]


def headed(header: bytes | object, signature: str = SIGNATURE) -> str:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return f"{encoded(raw)}..{signature}"


def test_what_is_signed_is_verified_over_the_very_bytes_and_by_the_very_key() -> None:
    signed = parse_detached(MADE)
    assert signed.key_id == "usa-1"
    signed.verify(public_of("USA"), PAYLOAD)
    for public, payload in ((public_of("USA"), PAYLOAD + b" "), (public_of("SLV"), PAYLOAD)):
        with pytest.raises(SignatureRefused, match="'usa-1' has not signed"):
            signed.verify(public, payload)


def test_it_is_what_another_library_makes_and_takes() -> None:
    """Checked by others' code: PyJWT verifies ours, and ours verifies what PyJWT signed."""
    private = Ed25519PrivateKey.from_private_bytes(seed_of("USA"))
    taken = PyJWS(algorithms=["EdDSA"]).decode_complete(
        MADE, private.public_key(), algorithms=["EdDSA"], detached_payload=PAYLOAD
    )
    assert taken["payload"] == PAYLOAD
    theirs = jwt.api_jws.encode(
        PAYLOAD,
        private,
        algorithm="EdDSA",
        headers={"b64": False, "crit": ["b64"], "kid": "usa-1", "typ": None},
        is_payload_detached=True,
    )
    parse_detached(theirs).verify(public_of("USA"), PAYLOAD)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({**HEADER, "alg": "none"}, "its alg is not EdDSA"),
        ({**HEADER, "alg": "HS256"}, "its alg is not EdDSA"),
        ({**HEADER, "b64": True}, "its b64 is not false"),
        ({**HEADER, "b64": 0}, "its b64 is not false"),
        ({"alg": "EdDSA", "crit": ["b64"], "kid": "usa-1"}, "its b64 is not false"),
        ({"alg": "EdDSA", "b64": False, "kid": "usa-1"}, 'its crit is not \\["b64"\\]'),
        ({**HEADER, "crit": ["b64", "exp"]}, 'its crit is not \\["b64"\\]'),
        ({**HEADER, "kid": ""}, "whose key made it"),
        ({**HEADER, "kid": 7}, "whose key made it"),
        ({**HEADER, "jwk": {"kty": "OKP"}}, "more than alg, b64, crit and kid: jwk"),
        (b'{"alg":"none","alg":"EdDSA"}', "says something twice"),
        ([["alg", "EdDSA"]], "not a JSON object"),
        (7, "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
    ],
)
def test_a_header_that_says_anything_else_is_refused(header: object, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_detached(headed(header))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not header..signature"),
        ("a.b", "not header..signature"),
        (MADE.replace("..", f".{encoded(PAYLOAD)}."), "leave the payload out"),
        (MADE.partition(".")[0] + "..", "its signature is not base64url"),
        (MADE[:-1], "ends with bits that mean nothing|is not base64url"),
        (MADE[:-2], "has 63 bytes, not 64|ends with bits"),
        (headed(HEADER, encoded(b"short")), "has 5 bytes, not 64"),
        (MADE + "=", "is not base64url"),
        (headed(HEADER, base64.b64encode(b"\xff" * 64).decode().rstrip("=")), "not base64url"),
        ("a" * 1025, "longer than 1024"),
    ],
)
def test_what_is_cut_off_padded_or_not_detached_is_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_detached(text)
