"""Signed notes: a text and the lines of those who signed it (C2SP signed-note)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.transparency.canonical import (
    base64_of,
    bytes_of,
    check_name,
    lines_of,
    text_of,
    utf8_of,
)
from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import ED25519, KEY_ID_BYTES, Ed25519Signer, VerifierKey

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SIGNATURES = 64
"""More than the 16 that every verifier must accept; keys are rotated and witnesses join."""
MAX_NOTE_BYTES = 512 * 1024
"""Room for `MAX_SIGNATURES` of the largest kind that there is (nearly 5 kB)."""

_DASH = "— "


class NoteSignature(msgspec.Struct, frozen=True):
    """One signature line: whose, with which key, and the bytes that follow the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name, "a signature's name")
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise Malformed(f"a signature of {self.name} is shorter than its key id and a byte")

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.signature)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it says that it is of this key: the name and the id together say so."""
        return self.name == key.name and self.key_id == key.id


class Note(msgspec.Struct, frozen=True):
    """A text that ends in a newline, and one or more signatures."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        text_of(utf8_of(self.text, "a note"), "a note", limit=MAX_NOTE_BYTES)
        if not self.text.endswith("\n"):
            raise Malformed("a note's text does not end in a newline")
        _check_count(self.signatures)

    def encode(self) -> bytes:
        return self.text.encode() + b"\n" + signature_lines(self.signatures)

    def by(self, key: VerifierKey) -> tuple[NoteSignature, ...]:
        """The signatures that say they are of this key, verified or not."""
        return tuple(signature for signature in self.signatures if signature.is_by(key))


def parse_note(data: bytes) -> Note:
    """Read what `Note.encode` writes; the last empty line parts the text from the signatures."""
    whole = text_of(data, "a note", limit=MAX_NOTE_BYTES)
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank:
        raise Malformed("a note has no empty line between its text and its signatures")
    return Note(text + "\n", _signatures(signatures))


def parse_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Read one or more signature lines: what a witness answers."""
    return _signatures(text_of(data, "signature lines", limit=MAX_NOTE_BYTES))


def signature_lines(signatures: Iterable[NoteSignature]) -> bytes:
    return "".join(signature.line() for signature in signatures).encode()


def with_signatures(note: Note, more: Iterable[NoteSignature]) -> Note:
    """The note with more signatures; one replaces the same key's, so none stands twice."""
    signatures = {
        (signature.name, signature.key_id): signature for signature in (*note.signatures, *more)
    }
    return Note(note.text, tuple(signatures.values()))


def sign_note(text: str, signer: Ed25519Signer) -> NoteSignature:
    """Sign a text with a key of type 0x01."""
    key = signer.verifier
    if key.kind != ED25519:
        raise Malformed(f"the key of {key.name} cosigns checkpoints; it does not sign texts")
    return NoteSignature(key.name, key.id, signer.sign(utf8_of(text, "a note")))


def verify_note(text: str, signature: NoteSignature, key: VerifierKey) -> None:
    """Raise `SignatureRefused` unless this key of type 0x01 has signed the text."""
    if key.kind != ED25519 or not signature.is_by(key):
        raise SignatureRefused(f"a signature of {signature.name} is not one of {key.name}'s key")
    key.verify(signature.signature, utf8_of(text, "a note"))


def _signatures(text: str) -> tuple[NoteSignature, ...]:
    lines = lines_of(text, "signature lines")
    _check_count(lines)
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> NoteSignature:
    if not line.startswith(_DASH):
        raise Malformed("a signature line does not start with an em dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = bytes_of(encoded, f"the signature of {name!r}")
    return NoteSignature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _check_count(signatures: tuple[NoteSignature, ...] | list[str]) -> None:
    if not 0 < len(signatures) <= MAX_SIGNATURES:
        raise Malformed(f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(signatures)}")
