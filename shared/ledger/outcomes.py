"""From entries to what a command's caller is told: events and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.ledger.entry import decode
from shared.ledger.receipt import Receipt
from shared.ledger.store import Stored
from shared.ledger.work import Outcome
from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence


def receipt_of(stored: Stored) -> Receipt:
    """The receipt of one entry."""
    recorded = stored.recorded
    return Receipt(
        recorded.origin,
        recorded.sequence,
        recorded.entry_id,
        stored.leaf_hash.hex(),
        recorded.recorded_at,
    )


def answered_before(stored: Sequence[Stored]) -> Outcome:
    """The answer to an earlier use of a key, given all entries that came of it."""
    events = tuple([one.recorded.event for one in stored])
    return Outcome(events, tuple(map(receipt_of, stored)), replayed=True)


def read_back(entry: bytes) -> Stored:
    """An entry as it is in the log."""
    return Stored(decode(entry), entry, leaf_hash(entry))
