"""The vault: who a person is, encrypted under a key of the person's own (AES-256-GCM).

That key is itself encrypted under the key-encryption key. Both bind the pseudonym, so that no row
can be passed off as another person's. The salt of the commitment is sealed with the identity: who
destroys the row erases the person, and the commitment in the log stays valid and says nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake import spelling
from shared.contracts.intake import HeldDocument
from shared.kernel.codes import Country, DocumentKind, Sha256
from shared.kernel.ids import PersonId

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 32
_INDEX = b"accord identity index, first version"


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


class VaultKeyWrong(ValueError):
    """A key-encryption key is not 32 bytes in base64."""


class VaultSealedOtherwise(Exception):
    """A row was sealed under another key-encryption key, or was changed since."""


def read_key(path: Path) -> bytes:
    """The key-encryption key in a file: 32 bytes in base64. Raises `VaultKeyWrong`."""
    try:
        key = base64.b64decode(path.read_text("ascii").strip(), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        raise VaultKeyWrong(f"{path} holds no key: 32 random bytes in base64") from error
    if len(key) != KEY_BYTES:
        raise VaultKeyWrong(f"{path} holds {len(key)} bytes where a key has {KEY_BYTES}")
    return key


class Vault:
    """Seals and opens identities with one key-encryption key."""

    def __init__(self, key: bytes) -> None:
        """Use a key-encryption key of 32 bytes."""
        self._wrapping = AESGCM(key)
        self._index = hmac.digest(key, _INDEX, "sha256")
        self.key_id = hashlib.sha256(b"accord key-encryption key\n" + key).hexdigest()[:16]
        """Names the key without telling it."""

    def seal(self, person: PersonId, identity: Identity) -> tuple[SealedPerson, Committed]:
        """The row for the vault, and what the entry says of it."""
        key, salt = os.urandom(KEY_BYTES), os.urandom(SALT_BYTES)
        kept = msgspec.json.encode(_Kept(salt, identity), order="deterministic")
        sealed = SealedPerson(
            person=person,
            key_encryption_key=self.key_id,
            sealed_key=_encrypt(self._wrapping, key, person),
            sealed_identity=_encrypt(AESGCM(key), kept, person),
        )
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
            msgspec.structs.replace(sealed, sealed_identity=changed),
            commitment(kept.salt, kept.identity),
            commitment(kept.salt, identity),
            HeldDocument(document.kind, _paper(kept.salt, document)),
        )

    def _opened(self, sealed: SealedPerson) -> tuple[bytes, _Kept]:
        try:
            key = _decrypt(self._wrapping, sealed.sealed_key, sealed.person)
            plain = _decrypt(AESGCM(key), sealed.sealed_identity, sealed.person)
        except InvalidTag:
            detail = f"person {sealed.person} is sealed under key {sealed.key_encryption_key}"
            raise VaultSealedOtherwise(detail) from None
        return key, msgspec.json.decode(plain, type=_Kept)

    def keys(self, identity: Identity) -> IdentityKeys:
        """What the index finds a person by. Without the key-encryption key nobody can tell."""
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
        return hmac.digest(self._index, msgspec.json.encode(parts), "sha256")


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
