"""The public keys with which states sign agreements, and what they say of a signature (F8).

They stand in the file of the parties' keys, beside those that tokens are checked with:
`{"USA": {"keys": […], "agreement_keys": […]}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.contracts.agreement_signature import SignatureFault
from shared.transparency.detached_jws import decoded, parse_detached
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import SEED_BYTES

KeySet = Mapping[str, Any]


class AgreementKeys(msgspec.Struct, frozen=True):
    """Each state's public Ed25519 keys by their ids; a state may have several, old ones too."""

    keys: dict[str, dict[str, bytes]] = {}

    def fault(self, party: str, terms: bytes, signature: str) -> SignatureFault | None:
        """What is wrong with a state's signature over these bytes; nothing if it is good."""
        own = self.keys.get(party)
        if not own:
            said = f"no key with which {party} signs agreements was given here (agreement_keys)"
            return SignatureFault("no key", said)
        try:
            signed = parse_detached(signature)
        except Malformed as error:
            return SignatureFault("form", str(error))
        public = own.get(signed.key_id)
        if public is None:
            said = f"it names the key {signed.key_id!r}, with which {party} signs no agreement"
            return SignatureFault("another's key", said)
        try:
            signed.verify(public, terms)
        except SignatureRefused as error:
            return SignatureFault("other terms", str(error))
        return None


def parse_agreement_keys(document: bytes) -> AgreementKeys:
    """Read them from the file of all parties' keys; a party without any has none.

    Raises `Malformed` for what could let a key speak for another, or for another purpose.
    """
    try:
        parties = msgspec.json.decode(document, type=dict[str, dict[str, list[dict[str, Any]]]])
    except msgspec.DecodeError as error:
        raise Malformed(f"it is not a file of keys by party: {error}") from None
    for_tokens = {
        written.get("x") for key_set in parties.values() for written in key_set.get("keys", [])
    }
    ids: set[str] = set()
    publics: set[bytes] = set()
    keys: dict[str, dict[str, bytes]] = {}
    for party, key_set in parties.items():
        for written in key_set.get("agreement_keys", []):
            key_id, public = _public(party, written)
            if key_id in ids or public in publics:
                raise Malformed(f"the agreement key {key_id!r} of {party} is there twice")
            if written["x"] in for_tokens:
                raise Malformed(f"the agreement key {key_id!r} of {party} signs tokens too")
            ids.add(key_id)
            publics.add(public)
            keys.setdefault(party, {})[key_id] = public
    return AgreementKeys(keys)


def _public(party: str, written: KeySet) -> tuple[str, bytes]:
    key_id, x = written.get("kid"), written.get("x")
    if not isinstance(key_id, str) or not key_id:
        raise Malformed(f"an agreement key of {party} has no key id (kid)")
    if "d" in written:
        raise Malformed(f"the agreement key {key_id!r} of {party} is private: give its public half")
    if (written.get("kty"), written.get("crv")) != ("OKP", "Ed25519") or not isinstance(x, str):
        raise Malformed(f"the agreement key {key_id!r} of {party} is not Ed25519 (RFC 8037)")
    public = decoded(x, f"the agreement key {key_id!r} of {party}")
    if len(public) != SEED_BYTES:
        raise Malformed(f"the agreement key {key_id!r} of {party} has {len(public)} bytes, not 32")
    return key_id, public
