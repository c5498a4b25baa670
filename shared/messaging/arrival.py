"""One entry of another log that a checkpoint has proved: read where it matters here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.catalog import EVENT_TYPES
from shared.ledger.entry import read_entry, recorded_of
from shared.ledger.errors import LedgerError
from shared.messaging.errors import LogBroken

if TYPE_CHECKING:
    from collections.abc import Collection

    from shared.ledger.recorded import Recorded
    from shared.messaging.unproved_entries import Arrived


class Arrival(msgspec.Struct, frozen=True):
    """The entry at `index`, and its leaf hash."""

    index: int
    leaf: bytes
    recorded: Recorded | None
    """Nothing for an entry of a type that nobody here reacts to."""


def arrival(arrived: Arrived, origin: str, index: int, types: Collection[str]) -> Arrival:
    """Read a proved entry. Raises `LogBroken` unless it can be read as `origin`'s at `index`.

    The log has signed it: what cannot be read is not a forgery, but an entry that is newer than
    this process, or one that should never have been written. A type that is not known here is not
    passed over: it may be another way for something to happen that is acted on.
    """
    try:
        attributes = read_entry(arrived.entry)
        if (attributes.source, attributes.sequence) != (origin, index):
            named = f"{attributes.source}#{attributes.sequence}"
            raise LogBroken(origin, index, f"the log has signed an entry that calls itself {named}")
        is_meant = attributes.type in types or attributes.type not in EVENT_TYPES
        recorded = recorded_of(attributes) if is_meant else None
    except (ValueError, LedgerError) as error:
        raise LogBroken(
            origin, index, f"what the log has signed cannot be read: {error}"
        ) from error
    return Arrival(index, arrived.leaf, recorded)
