"""Keys that sign notes and cosign checkpoints: Ed25519 and ML-DSA-44, with names (C2SP)."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from shared.transparency.canonical import base64_of, bytes_of, check_name
from shared.transparency.errors import Malformed, SignatureRefused

ED25519 = 0x01
"""Signs the text of a note."""
ED25519_COSIGNATURE = 0x04
"""Signs a checkpoint and a time."""
ML_DSA_44_COSIGNATURE = 0x06
"""Signs a checkpoint, a time and the signer's own name; holds against quantum computers."""

KEY_ID_BYTES = 4
SEED_BYTES = 32
_PUBLIC_BYTES = {ED25519: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1312}


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that name a key in a signature line (C2SP signed-note, Signatures)."""
    digest = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()
    return digest[:KEY_ID_BYTES]


class VerifierKey(msgspec.Struct, frozen=True):
    """A public key with its owner's name and the kind of signature that it verifies."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name, "a key's name")
        if self.kind not in _PUBLIC_BYTES:
            raise Malformed(f"a key of {self.name} has the unknown type {self.kind:#04x}")
        if len(self.public) != (wanted := _PUBLIC_BYTES[self.kind]):
            raise Malformed(f"a key of {self.name} has {len(self.public)} bytes, not {wanted}")

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def encode(self) -> str:
        """The verifier key as it stands in policies: `name+hex(id)+base64(type || public)`."""
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes([self.kind]) + self.public)}"

    @staticmethod
    def parse(text: str) -> VerifierKey:
        """Read what `encode` writes; a key id that is not the key's own is refused."""
        name, _, rest = text.partition("+")
        hex_id, _, material = rest.partition("+")
        typed = bytes_of(material, "a verifier key")
        if not typed:
            raise Malformed("a verifier key is name+id+key: this one has no key")
        key = VerifierKey(name, typed[0], typed[1:])
        if key.id.hex() != hex_id:
            raise Malformed(f"the key id {hex_id!r} is not that of the key of {name}")
        return key

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise `SignatureRefused` unless this key has signed exactly this message."""
        try:
            _public_key(self.kind, self.public).verify(signature, message)
        except InvalidSignature:
            raise SignatureRefused(f"a signature of {self.name} does not verify") from None


@lru_cache(maxsize=256)
def _public_key(kind: int, public: bytes) -> Ed25519PublicKey | MLDSA44PublicKey:
    if kind == ML_DSA_44_COSIGNATURE:
        return MLDSA44PublicKey.from_public_bytes(public)
    return Ed25519PublicKey.from_public_bytes(public)


class Ed25519Signer:
    """A named Ed25519 key that signs notes (0x01) or cosigns checkpoints (0x04)."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        if kind not in (ED25519, ED25519_COSIGNATURE):
            raise Malformed(f"an Ed25519 key cannot sign as type {kind:#04x}")
        _check_seed(name, seed)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, kind, self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


class MlDsa44Signer:
    """A named ML-DSA-44 key that cosigns checkpoints (0x06)."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        _check_seed(name, seed)
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.verifier = VerifierKey(name, ML_DSA_44_COSIGNATURE, public)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


def _check_seed(name: str, seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise Malformed(f"the seed of {name} has {len(seed)} bytes, not {SEED_BYTES}")
