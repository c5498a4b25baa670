"""What can go wrong between a command and its entries, apart from a rule that says no.

```
LedgerError
├── IdempotencyClash   the key was used before for another request; take a new key
├── EntryTooLarge      an event does not fit into one entry; ask for less at a time
├── UnreadableEntry    an event would not be read back as it is: a fault here, nothing is written
├── OlderThanLog       the log has event types that this process does not know; upgrade it
├── RefusedOnRecord    a rule said no, and that refusal is itself an entry
└── OnTrial            what was tried would be recorded: nothing went wrong, and nothing was written
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


class OnTrial(LedgerError):
    """A request that was only tried: what it would record, or has recorded under this key before.

    It is raised and not given back: what an endpoint does once something is recorded is not done.
    """

    def __init__(self, events: tuple[Event, ...], receipts: tuple[Receipt, ...]) -> None:
        """Carry the events; the receipts are those of an earlier use of the key, if any."""
        super().__init__("this was tried, and nothing was recorded")
        self.events = events
        self.receipts = receipts
