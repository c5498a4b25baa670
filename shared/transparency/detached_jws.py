"""A detached JWS: a signature over bytes that lie elsewhere (RFC 7515 appendix F, RFC 7797).

One form alone is written and read: `header..signature` with `alg` EdDSA, `b64` false, `crit` that
names it, and the key's id. So the bytes that are signed are the document's own, and nothing in the
header chooses how it is verified.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.contracts.agreement_signature import LONGEST_SIGNATURE
from shared.transparency.errors import Malformed, SignatureRefused

MEMBERS = {"alg", "b64", "crit", "kid"}
_PARTS = 3
_SIGNATURE_BYTES = 64
_PART = re.compile(r"[A-Za-z0-9_-]+")


class DetachedSignature(msgspec.Struct, frozen=True):
    """A detached JWS, read and not yet verified."""

    header: str
    """As it was written, in base64url: these characters are signed."""
    key_id: str
    signature: bytes

    def verify(self, public: bytes, payload: bytes) -> None:
        """Raise `SignatureRefused` unless this Ed25519 key has signed exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(
                self.signature, _signed(self.header, payload)
            )
        except InvalidSignature:
            raise SignatureRefused(f"the key {self.key_id!r} has not signed these bytes") from None


def sign_detached(payload: bytes, seed: bytes, key_id: str) -> str:
    """The detached JWS over a payload by an Ed25519 key, which is its seed of 32 bytes."""
    said = {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": key_id}
    header = encoded(json.dumps(said, separators=(",", ":")).encode())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return f"{header}..{encoded(private.sign(_signed(header, payload)))}"


def parse_detached(text: str) -> DetachedSignature:
    """Read a detached JWS. Raises `Malformed`, which says what has to be otherwise."""
    if len(text) > LONGEST_SIGNATURE:
        raise Malformed(f"it is longer than {LONGEST_SIGNATURE} characters")
    parts = text.split(".")
    if len(parts) != _PARTS or parts[1]:
        raise Malformed("it is not header..signature: leave the payload out (RFC 7515 appendix F)")
    header, _, signature = parts
    key_id = _key_id(_members(decoded(header, "its header")))
    made = decoded(signature, "its signature")
    if len(made) != _SIGNATURE_BYTES:
        raise Malformed(f"its signature has {len(made)} bytes, not {_SIGNATURE_BYTES}")
    return DetachedSignature(header, key_id, made)


def encoded(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decoded(text: str, what: str) -> bytes:
    """The bytes of base64url in the one spelling that there is of it. Raises `Malformed`."""
    if _PART.fullmatch(text) is None or len(text) % 4 == 1:
        raise Malformed(f"{what} is not base64url without padding (RFC 7515 §2)")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(data) != text:
        raise Malformed(f"{what} ends with bits that mean nothing (RFC 4648 §3.5)")
    return data


def _signed(header: str, payload: bytes) -> bytes:
    return header.encode("ascii") + b"." + payload


def _members(header: bytes) -> dict[str, Any]:
    try:
        pairs = json.loads(header.decode("utf-8"), object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise Malformed("its header is not JSON in UTF-8") from None
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise Malformed("its header is not a JSON object")
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("its header says something twice")
    return members


def _key_id(members: dict[str, Any]) -> str:
    if members.get("alg") != "EdDSA":
        raise Malformed("its alg is not EdDSA")
    if members.get("b64") is not False:
        raise Malformed("its b64 is not false: the terms' own bytes are signed (RFC 7797 §3)")
    if members.get("crit") != ["b64"]:
        raise Malformed('its crit is not ["b64"] (RFC 7797 §6)')
    key_id = members.get("kid")
    if not isinstance(key_id, str) or not key_id:
        raise Malformed("it does not say whose key made it (kid)")
    if further := sorted(members.keys() - MEMBERS):
        raise Malformed(f"its header says more than alg, b64, crit and kid: {', '.join(further)}")
    return key_id
