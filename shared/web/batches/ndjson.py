"""NDJSON as it arrives: lines of a body that is read in parts, plain or gzip, within limits.

What is wrong with one line is said of that line, and the next is read. What is wrong with the body
itself (too much of it, a torn gzip stream) ends the reading: what was read before it stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec

from shared.web.problems import Problem, Refused, problem

NDJSON_TYPE = "application/x-ndjson"
MOST_LINES = 10_000
MOST_BYTES = 16 << 20
"""Of a whole body, as it comes and when it is unpacked."""
_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r"
_UNPACKED_AT_ONCE = 1 << 16
_BEFORE = "What stands before this line is answered"


class Line(msgspec.Struct, frozen=True):
    """One line by its number, from 1: its content, or why it is not read."""

    number: int
    content: bytes = b""
    problem: Problem | None = None


class LineReader:
    """Gives the lines of a body part by part; lines with nothing in them are left out."""

    def __init__(self, longest_line: int, *, gzipped: bool = False) -> None:
        """Read lines of at most so many bytes."""
        self._longest = longest_line
        self._gunzip = Gunzip() if gzipped else None
        self._arrived = self._unpacked = self._number = 0
        self._begun = bytearray()
        self._is_overlong = False
        self._is_empty = True
        self.stopped = False
        """Whether nothing more is read, as the body itself is wrong."""

    def feed(self, part: bytes) -> Iterator[Line]:
        """The lines that end in the next part of the body."""
        try:
            self._arrived = _within(self._arrived + len(part))
            for plain in self._gunzip.feed(part) if self._gunzip else (part,):
                self._unpacked = _within(self._unpacked + len(plain))
                yield from self._lines_in(plain)
        except Refused as refused:
            yield self._stop(refused)

    def end(self) -> Iterator[Line]:
        """The last line, which needs no newline; refused where the body ended too early."""
        if self.stopped:
            return
        try:
            if self._gunzip:
                self._gunzip.end()
            if self._begun or self._is_overlong:
                yield from self._line_ended()
            self._refuse_empty()
        except Refused as refused:
            yield self._stop(refused)

    def _lines_in(self, plain: bytes) -> Iterator[Line]:
        start = 0
        while (newline := plain.find(b"\n", start)) >= 0:
            self._grow(plain[start:newline])
            yield from self._line_ended()
            start = newline + 1
        self._grow(plain[start:])

    def _grow(self, piece: bytes) -> None:
        if len(self._begun) + len(piece) > self._longest:
            self._is_overlong = True
        if self._is_overlong:
            self._begun.clear()
        else:
            self._begun += piece

    def _line_ended(self) -> Iterator[Line]:
        if self._number == MOST_LINES:
            detail = f"A batch has at most {MOST_LINES:,} lines. {_BEFORE}; send the others anew."
            raise Refused(problem(413, "BatchTooLong", detail))
        self._number += 1
        content, overlong = bytes(self._begun), self._is_overlong
        self._begun.clear()
        self._is_overlong = False
        if self._number == 1:
            content = content.removeprefix(_BOM)
        if overlong:
            self._is_empty = False
            detail = f"A line has at most {self._longest:,} bytes: send what it asks by itself."
            yield Line(self._number, problem=problem(413, "LineTooLong", detail))
        elif content := content.strip(_SPACE):
            self._is_empty = False
            yield Line(self._number, content)

    def _refuse_empty(self) -> None:
        if self._is_empty:
            detail = "The batch has no line: send a command a line, each with its own key."
            raise Refused(problem(400, "BatchEmpty", detail))

    def _stop(self, refused: Refused) -> Line:
        self.stopped = True
        self._begun.clear()
        return Line(self._number + 1, problem=refused.problem)


class Gunzip:
    """Unpacks a gzip stream (RFC 1952) of one member or more, never more than asked for at once."""

    def __init__(self) -> None:
        """Start before the first member."""
        self._owes = False
        self._begin()

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What the next part unpacks to, in pieces. Raises `Refused` (400) for what is no gzip."""
        while packed or self._owes:
            self._is_between = False
            try:
                plain = self._member.decompress(packed, _UNPACKED_AT_ONCE)
            except zlib.error:
                raise _torn("The gzip stream is damaged") from None
            packed, self._owes = self._member.unconsumed_tail, len(plain) == _UNPACKED_AT_ONCE
            if self._member.eof:
                packed = self._member.unused_data
                self._begin()
            yield plain

    def _begin(self) -> None:
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._is_between = True
        self._owes = False

    def end(self) -> None:
        """Raises `Refused` (400) where a member has not ended."""
        if not self._is_between:
            raise _torn("The gzip stream ends too early")


def _within(size: int) -> int:
    if size > MOST_BYTES:
        detail = (
            f"A batch has at most {MOST_BYTES >> 20} MiB, unpacked. {_BEFORE}; send the rest of"
            " the lines in another batch."
        )
        raise Refused(problem(413, "BatchTooLarge", detail))
    return size


def _torn(what: str) -> Refused:
    detail = f"{what}. {_BEFORE}; send all lines again: each with its key is carried out once."
    return Refused(problem(400, "BatchTorn", detail))
