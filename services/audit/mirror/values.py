"""What the mirror holds of a log, and what a proved page adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from shared.transparency.tiles import TileGrowth


class Head(msgspec.Struct, frozen=True):
    """How much of a log the mirror holds, and what proved it."""

    log: int
    """What the log is called in the other tables."""
    origin: str
    size: int
    root: bytes
    note: bytes
    """The checkpoint, signed by the log, that proved it; empty before the first."""
    recorded_at: datetime
    next_offset: int
    final_size: int
    final_note: bytes
    """The newest checkpoint that both governments have cosigned, as far as it is known here."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One proved entry and what it is found by."""

    entry: bytes
    leaf: bytes
    type: str
    time: datetime
    recorded_at: datetime
    tags: tuple[str, ...]


class Page(msgspec.Struct, frozen=True):
    """Proved entries, and where the mirror stands with them."""

    rows: Sequence[Row]
    growth: Sequence[TileGrowth]
    root: bytes
    note: bytes
    next_offset: int
