"""States' agreement keys that everybody may know, and their signatures over terms."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.agreement import AgreementDocument
from shared.contracts.canonical_json import canonical
from shared.transparency.agreement_keys import AgreementKeys
from shared.transparency.detached_jws import encoded, sign_detached

STATES = ("USA", "SLV", "RWA", "NLD", "VEN", "GBR", "AAA", "BBB", "CCC")


def seed_of(state: str) -> bytes:
    """The private key with which a state signs agreements in tests."""
    return hashlib.sha256(f"agreement key of {state}".encode()).digest()


def key_id(state: str) -> str:
    return f"{state.lower()}-agreements"


def public_of(state: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed_of(state)).public_key().public_bytes_raw()


KEYS = AgreementKeys({state: {key_id(state): public_of(state)} for state in STATES})


def signature_of(document: AgreementDocument, state: str) -> str:
    """A state's detached JWS over the terms."""
    return sign_detached(canonical(document), seed_of(state), key_id(state))


def published(state: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a JWK
    """A state's public key as the file of the parties' keys has it, with some of it changed."""
    public = {"kty": "OKP", "crv": "Ed25519", "x": encoded(public_of(state))}
    return {**public, "kid": key_id(state), **changed}


def key_file(folder: Path) -> Path:
    """A file of the parties' keys that has every state's agreement key."""
    path = folder / "parties.json"
    sets = {state: {"agreement_keys": [published(state)]} for state in STATES}
    path.write_text(json.dumps(sets), encoding="utf-8")
    return path
