"""JSON as it should be (RFC 8259 and I-JSON, RFC 7493): what two readers could read differently."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

Place = tuple[int | str, ...]
Kind = Literal["repeated_key", "nul_character", "lone_surrogate", "not_a_number"]
MEANINGS: dict[Kind, str] = {
    "repeated_key": "A key may stand in an object once: another reader would take the other value.",
    "nul_character": "Text may not contain the NUL character (U+0000).",
    "lone_surrogate": "Half of a surrogate pair is no character.",
    "not_a_number": "NaN, Infinity and what is larger than a number can be are no JSON numbers.",
}
LONGEST_NUMBER = 400
"""Digits: no whole number has more, whichever way a reader keeps numbers."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Fault(msgspec.Struct, frozen=True):
    """Something in a document that no two readers are sure to read alike, and where."""

    at: Place
    kind: Kind


class _Repeating(dict[str, object]):
    """An object in which keys stand more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.repeated = sorted(name for name, count in counts.items() if count > 1)


class _NoNumber:
    """What stands where a number should be."""


class _Reading:
    """Makes a document's values, and notes whether there is anything to look for in them."""

    def __init__(self, document: bytes) -> None:
        self.odd = b"\\u0000" in document or b"\\ud" in document.lower()

    def of_pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        self.odd = True
        return _Repeating(pairs)

    def of_float(self, text: str) -> object:
        number = float(text)
        return number if math.isfinite(number) else self.of_constant(text)

    def of_int(self, text: str) -> object:
        return int(text) if len(text) <= LONGEST_NUMBER else self.of_constant(text)

    def of_constant(self, _name: str) -> object:
        self.odd = True
        return _NoNumber()


def faults(document: bytes) -> list[Fault]:
    """Every such place in a document; none where it is no JSON, which its own reader refuses."""
    reading = _Reading(document)
    try:
        value = json.loads(
            document.decode(),
            object_pairs_hook=reading.of_pairs,
            parse_constant=reading.of_constant,
            parse_float=reading.of_float,
            parse_int=reading.of_int,
        )
    except (ValueError, RecursionError):
        return []
    return [*_faults_in(value)] if reading.odd else []


def _faults_in(value: object) -> Iterator[Fault]:
    waiting: list[tuple[Place, object]] = [((), value)]
    while waiting:
        at, part = waiting.pop()
        if isinstance(part, str):
            yield from _of_text(at, part)
        elif isinstance(part, dict):
            if isinstance(part, _Repeating):
                yield from (Fault((*at, name), "repeated_key") for name in part.repeated)
            for name, item in part.items():
                yield from _of_text((*at, name), name)
                waiting.append(((*at, name), item))
        elif isinstance(part, list):
            waiting.extend(((*at, index), item) for index, item in enumerate(part))
        elif isinstance(part, _NoNumber):
            yield Fault(at, "not_a_number")


def _of_text(at: Place, text: str) -> Iterator[Fault]:
    if "\0" in text:
        yield Fault(at, "nul_character")
    if not text.isascii() and _SURROGATE.search(text):
        yield Fault(at, "lone_surrogate")
