"""The one way in which C2SP's formats write a number, a hash and a line; no other is read.

A format with two spellings of one thing lets two parsers disagree about what was signed.
"""

import base64
import binascii
import re
from collections.abc import Sequence

from shared.transparency.errors import Malformed
from shared.transparency.merkle import HASH_SIZE, MAX_SIZE

MAX_PROOF_HASHES = 63
"""As many as a proof in a tree of the largest size can need; C2SP tlog-witness says so too."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x1f]")


def number_of(text: str, what: str) -> int:
    """A decimal without sign, leading zero or other digits than ASCII's; at most `MAX_SIZE`."""
    if _NUMBER.fullmatch(text) is None or (number := int(text)) > MAX_SIZE:
        raise Malformed(f"{what} is not a decimal number without leading zeros up to 2^63 - 1")
    return number


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def bytes_of(text: str, what: str) -> bytes:
    """The bytes of padded standard base64 (RFC 4648 §4), its unused bits zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise Malformed(f"{what} is not base64") from None
    if base64_of(data) != text:
        raise Malformed(f"{what} is not canonical base64")
    return data


def hash_of(text: str, what: str) -> bytes:
    """The 32 bytes of a SHA-256 hash in base64."""
    data = bytes_of(text, what)
    if len(data) != HASH_SIZE:
        raise Malformed(f"{what} has {len(data)} bytes, not {HASH_SIZE}")
    return data


def hashes_of(lines: Sequence[str], what: str) -> tuple[bytes, ...]:
    """The hashes of a proof, one a line."""
    if len(lines) > MAX_PROOF_HASHES:
        raise Malformed(f"{what} has at most {MAX_PROOF_HASHES} hashes, not {len(lines)}")
    return tuple(hash_of(line, f"a hash of {what}") for line in lines)


def utf8_of(text: str, what: str) -> bytes:
    """The UTF-8 of a text, which a lone surrogate does not have."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Malformed(f"{what} is not valid Unicode") from None


def text_of(data: bytes, what: str, *, limit: int) -> str:
    """The UTF-8 text of at most `limit` bytes, without control characters but newline."""
    if len(data) > limit:
        raise Malformed(f"{what} has {len(data)} bytes, more than {limit}")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not UTF-8") from None
    if _CONTROL.search(text.replace("\n", "")):
        raise Malformed(f"{what} has a control character")
    return text


def lines_of(text: str, what: str) -> list[str]:
    """The lines of a text in which every line ends in a newline."""
    if not text.endswith("\n"):
        raise Malformed(f"{what} does not end in a newline")
    return text[:-1].split("\n")


def check_line(text: str, what: str) -> None:
    """Refuse an empty line, and one with a control character: a newline is one too."""
    if text == "" or _CONTROL.search(text):
        raise Malformed(f"{what} is empty or has a control character")
    utf8_of(text, what)


def check_name(name: str, what: str) -> None:
    """Refuse what cannot be a key's name: empty, over 255 bytes, with a space, plus or control."""
    check_line(name, what)
    if "+" in name or any(character.isspace() for character in name):
        raise Malformed(f"{what} has a space or a plus: {name!r}")
    check_length(name, what)


def check_length(name: str, what: str) -> None:
    """Refuse a name that an ML-DSA-44 cosignature cannot commit to: its length is one byte."""
    if len(utf8_of(name, what)) > 255:  # noqa: PLR2004 - the largest value of the length's byte
        raise Malformed(f"{what} is longer than 255 bytes")
