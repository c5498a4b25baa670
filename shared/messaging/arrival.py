"""One entry of another log as it arrives: checked to be the next, and read where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.ledger.entry import read_entry, recorded_of
from shared.ledger.errors import LedgerError
from shared.messaging.errors import LogBroken

if TYPE_CHECKING:
    from collections.abc import Collection

    from shared.ledger.recorded import Recorded


class Arrival(msgspec.Struct, frozen=True):
    """The entry at `index`; after it, the topic is read on at `next_offset`."""

    index: int
    next_offset: int
    recorded: Recorded | None
    """Nothing for an entry of a type that nobody here reacts to."""


def arrival(
    entry: bytes, origin: str, index: int, next_offset: int, types: Collection[str]
) -> Arrival:
    """Check an entry's bytes. Raises `LogBroken` unless they are `origin`'s entry at `index`."""
    try:
        attributes = read_entry(entry)
        if attributes.sequence != index:
            raise LogBroken(origin, index, f"what arrived calls itself entry {attributes.sequence}")
        if attributes.source != origin:
            raise LogBroken(origin, index, f"what arrived is an entry of {attributes.source}")
        recorded = recorded_of(attributes) if attributes.type in types else None
    except (ValueError, LedgerError) as error:
        raise LogBroken(origin, index, f"what arrived cannot be read: {error}") from error
    return Arrival(index, next_offset, recorded)
