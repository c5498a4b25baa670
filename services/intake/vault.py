"""The vault: who a person is, encrypted under a key of the person's own (AES-256-GCM).

That key is itself encrypted under the key-encryption key, which can be replaced (`key_rotation`).
Both bind the pseudonym, so that no row can be passed off as another person's. The salt of the
commitment is sealed with the identity: who destroys the row erases the person, and the commitment
in the log stays valid and says nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import date
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake import spelling
from services.intake.vault_keys import KEY_BYTES, KeySource
from shared.contracts.intake import HeldDocument
from shared.kernel.codes import Country, DocumentKind, Sha256
from shared.kernel.ids import PersonId

NONCE_BYTES = 12
SALT_BYTES = 32


class IdentityDocument(msgspec.Struct, frozen=True):
    """A paper that says who somebody is."""

    kind: DocumentKind
    number: str
    issued_by: Country


class Identity(msgspec.Struct, frozen=True):
    """Who a person is, as far as whoever registered them knows. Never in an entry, a log line or an
    error. A name comes with its birth date; there is that, or a document.
    """

    name: str | None
    birth_date: date | None
    sex: Literal["female", "male", "unspecified"]
    documents: tuple[IdentityDocument, ...]


class SealedPerson(msgspec.Struct, frozen=True):
    """What the vault keeps of a person, and which key-encryption key it takes to read it."""

    person: PersonId
    key_encryption_key: str
    sealed_key: bytes
    sealed_identity: bytes


class IdentityKeys(msgspec.Struct, frozen=True):
    """What a person is found again by, without saying who it is: keyed hashes (G9)."""

    alike: frozenset[bytes]
    """Of the birth date with each form of the name, and of a document's look, whatever its kind."""
    documents: frozenset[bytes]
    """Of each document's kind, issuer and number, whichever state registers it."""

    def every(self) -> list[bytes]:
        """All of them, sorted."""
        return sorted({*self.alike, *self.documents})


class IndexedPerson(msgspec.Struct, frozen=True):
    """One of a person's keys; `place` counts those who have it, so that it is claimed once."""

    person: PersonId
    key: bytes
    place: int


class _Kept(msgspec.Struct, frozen=True):
    """What is encrypted under a person's own key."""

    salt: bytes
    identity: Identity


class Committed(msgspec.Struct, frozen=True):
    """What an entry says of a person, so that the vault cannot say anything else later."""

    commitment: Sha256
    documents: tuple[HeldDocument, ...]


class Added(msgspec.Struct, frozen=True):
    """A person's row with one more document, and what the entry says of it."""

    sealed: SealedPerson
    before: Sha256
    """The commitment of the identity without it."""
    commitment: Sha256
    document: HeldDocument


class VaultSealedOtherwise(Exception):
    """A row was sealed under a key-encryption key that is not the vault's, or was changed since."""


class Vault:
    """Seals identities with the current key-encryption key, and opens them with each it has."""

    def __init__(self, keys: KeySource) -> None:
        """Use these keys, whichever they are at the moment."""
        self._keys = keys

    @property
    def key_id(self) -> str:
        """Names the current key without telling it."""
        return self._keys().current_id

    def seal(self, person: PersonId, identity: Identity) -> tuple[SealedPerson, Committed]:
        """The row for the vault, and what the entry says of it."""
        key, salt = os.urandom(KEY_BYTES), os.urandom(SALT_BYTES)
        kept = msgspec.json.encode(_Kept(salt, identity), order="deterministic")
        sealed = self._wrapped(person, key, _encrypt(AESGCM(key), kept, person))
        return sealed, Committed(commitment(salt, identity), held_documents(salt, identity))

    def open(self, sealed: SealedPerson) -> tuple[Identity, Sha256]:
        """Who it is, and the commitment that it must have. Raises `VaultSealedOtherwise`."""
        _, kept = self._opened(sealed)
        return kept.identity, commitment(kept.salt, kept.identity)

    def add(self, sealed: SealedPerson, document: IdentityDocument) -> Added:
        """The row with one more document, under the person's own key. Raises
        `VaultSealedOtherwise`.
        """
        key, kept = self._opened(sealed)
        identity = msgspec.structs.replace(
            kept.identity, documents=(*kept.identity.documents, document)
        )
        plain = msgspec.json.encode(_Kept(kept.salt, identity), order="deterministic")
        changed = _encrypt(AESGCM(key), plain, sealed.person)
        return Added(
            self._wrapped(sealed.person, key, changed),
            commitment(kept.salt, kept.identity),
            commitment(kept.salt, identity),
            HeldDocument(document.kind, _paper(kept.salt, document)),
        )

    def rewrapped(self, sealed: SealedPerson) -> SealedPerson:
        """The row with the person's own key under the current key. Raises `VaultSealedOtherwise`.

        The identity stays as it is: nobody reads it for that.
        """
        return self._wrapped(sealed.person, self._key_of(sealed), sealed.sealed_identity)

    def _wrapped(self, person: PersonId, key: bytes, sealed_identity: bytes) -> SealedPerson:
        keys = self._keys()
        return SealedPerson(
            person=person,
            key_encryption_key=keys.current_id,
            sealed_key=_encrypt(keys.wrapping[keys.current_id], key, person),
            sealed_identity=sealed_identity,
        )

    def _opened(self, sealed: SealedPerson) -> tuple[bytes, _Kept]:
        key = self._key_of(sealed)
        try:
            plain = _decrypt(AESGCM(key), sealed.sealed_identity, sealed.person)
        except InvalidTag:
            raise _otherwise(sealed) from None
        return key, msgspec.json.decode(plain, type=_Kept)

    def _key_of(self, sealed: SealedPerson) -> bytes:
        """The person's own key."""
        wrapping = self._keys().wrapping.get(sealed.key_encryption_key)
        if wrapping is None:
            raise _otherwise(sealed)
        try:
            return _decrypt(wrapping, sealed.sealed_key, sealed.person)
        except InvalidTag:
            raise _otherwise(sealed) from None

    def keys(self, identity: Identity) -> IdentityKeys:
        """What the index finds a person by. Without the index key nobody can tell."""
        shown = [self.keys_of_document(document) for document in identity.documents]
        named = frozenset[bytes]()
        if identity.name is not None and identity.birth_date is not None:
            named = self.keys_of_name(identity.name, identity.birth_date)
        return IdentityKeys(
            named.union(*(keys.alike for keys in shown)),
            frozenset[bytes]().union(*(keys.documents for keys in shown)),
        )

    def keys_of_name(self, name: str, birth_date: date) -> frozenset[bytes]:
        """What the index finds whoever has this name and birth date by, however it is spelt."""
        day = birth_date.isoformat()
        return frozenset(self._key("name", form, day) for form in spelling.forms_of_name(name))

    def keys_of_document(self, document: IdentityDocument) -> IdentityKeys:
        """What the index finds whoever was registered with this document by."""
        kind, number, issuer = document.kind, document.number, document.issued_by
        numbers = {spelling.number(number), spelling.number_by_value(number)}
        return IdentityKeys(
            frozenset({self._key("looks", issuer, spelling.number_by_look(number))}),
            frozenset(self._key("document", kind, issuer, same) for same in numbers),
        )

    def _key(self, *parts: str) -> bytes:
        return hmac.digest(self._keys().index, msgspec.json.encode(parts), "sha256")


def _otherwise(sealed: SealedPerson) -> VaultSealedOtherwise:
    """What is said of a row that no key of the vault opens."""
    key = sealed.key_encryption_key
    return VaultSealedOtherwise(
        f"person {sealed.person} is sealed under key {key}, and the vault's keys do not open it"
    )


def commitment(salt: bytes, identity: Identity) -> Sha256:
    """Salted SHA-256 over the identity's canonical JSON, in hexadecimal."""
    canonical = msgspec.json.encode(identity, order="deterministic")
    return hashlib.sha256(salt + canonical).hexdigest()


def held_documents(salt: bytes, identity: Identity) -> tuple[HeldDocument, ...]:
    """The documents of an identity for its entry, each once and in an order that says nothing.

    Two spellings of a number, and two that look the same, are one paper: they confirm nothing
    twice.
    """
    held = {HeldDocument(document.kind, _paper(salt, document)) for document in identity.documents}
    return tuple(sorted(held, key=lambda document: (document.kind, document.paper)))


def _paper(salt: bytes, document: IdentityDocument) -> Sha256:
    said = ("document", document.issued_by, spelling.number_by_look(document.number))
    return hashlib.sha256(salt + msgspec.json.encode(said)).hexdigest()


def _encrypt(cipher: AESGCM, plain: bytes, person: PersonId) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, person.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, person: PersonId) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person.encode())
