"""How far a log is recorded, sealed, published and final."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

from shared.transparency.merkle import EMPTY_ROOT

Status = Literal["recorded", "sealed", "final"]
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SealedHead(msgspec.Struct, frozen=True):
    """The newest tree that the log has signed. Its note is empty as long as none was."""

    size: int
    root: bytes
    note: bytes
    sealed_at: datetime


EMPTY_HEAD = SealedHead(0, EMPTY_ROOT, b"", NEVER)


class Published(msgspec.Struct, frozen=True):
    """A checkpoint with the cosignatures that it has, and whether both governments are among them.

    `cosigned_at` is when the last of them had arrived.
    """

    size: int
    note: bytes
    is_final: bool
    cosigned_at: datetime


class Sizes(msgspec.Struct, frozen=True):
    """How many entries are in a signed checkpoint, in a published one, and in a final one."""

    sealed: int = 0
    published: int = 0
    final: int = 0

    def status_of(self, sequence: int) -> Status:
        """How far an entry has come that is recorded: sealed, then final."""
        if sequence < self.final:
            return "final"
        return "sealed" if sequence < self.sealed else "recorded"
