"""What can go wrong between a command and its entries, apart from a rule that says no.

```
LedgerError
├── IdempotencyClash   the key was used before for another request; take a new key
├── EntryTooLarge      an event does not fit into one entry; ask for less at a time
├── UnreadableEntry    an event would not be read back as it is: a fault here, nothing is written
├── OlderThanLog       the log has event types that this process does not know; upgrade it
└── RefusedOnRecord    a rule said no, and that refusal is itself an entry
```
That a log cannot be reached is `shared.database.errors.Unavailable`: what was asked may or may not
be recorded; try again with the same idempotency key.
"""

from shared.kernel.event import Event
from shared.kernel.rejected import Refusal
from shared.ledger.recorded import Receipt

MAX_ENTRY_BYTES = 65_535


class LedgerError(Exception):
    """Something between a command and its entries went wrong."""


class IdempotencyClash(LedgerError):
    """The idempotency key was used before, for another request."""


class EntryTooLarge(LedgerError):
    """An event does not fit into one entry of 65,535 bytes."""


class UnreadableEntry(LedgerError):
    """An event would not be read back from its entry as what it is, so it is not written."""


class OlderThanLog(LedgerError):
    """The log has something that this process does not know: it must be upgraded."""


class RefusedOnRecord(LedgerError):
    """A rule said no, and the refusal is an entry."""

    def __init__(self, refusal: Refusal, receipt: Receipt, event: Event) -> None:
        """Carry the refusal, the receipt of its entry and the event itself."""
        super().__init__(refusal.detail)
        self.refusal = refusal
        self.receipt = receipt
        self.event = event
