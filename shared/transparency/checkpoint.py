"""Checkpoints: a log's origin, size and root (C2SP tlog-checkpoint)."""

from __future__ import annotations

import msgspec

from shared.transparency.canonical import (
    base64_of,
    check_length,
    check_line,
    hash_of,
    lines_of,
    number_of,
)
from shared.transparency.errors import Malformed
from shared.transparency.merkle import HASH_SIZE, MAX_SIZE

_LINES = 3


class Checkpoint(msgspec.Struct, frozen=True):
    """A log's tree head: this origin's tree of this many entries has this root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_line(self.origin, "a checkpoint's origin")
        check_length(self.origin, "a checkpoint's origin")
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed(f"a checkpoint's size is not between 0 and 2^63 - 1: {self.size}")
        if len(self.root) != HASH_SIZE:
            raise Malformed(f"a checkpoint's root has {len(self.root)} bytes, not {HASH_SIZE}")

    def text(self) -> str:
        """The text of its note, to the last newline."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read what `Checkpoint.text` writes; extension lines, which nobody audits, are refused."""
    lines = lines_of(text, "a checkpoint")
    if len(lines) != _LINES:
        raise Malformed(f"a checkpoint has the lines origin, size and root, not {len(lines)} lines")
    origin, size, root = lines
    return Checkpoint(
        origin, number_of(size, "a checkpoint's size"), hash_of(root, "a checkpoint's root")
    )
