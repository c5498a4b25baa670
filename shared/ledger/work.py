"""What is asked of the ledger, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.kernel.rejected import Refusal, Rejected
from shared.ledger.errors import LedgerError, RefusedOnRecord

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from shared.database.row_changes import RowChange
    from shared.kernel.decider import Boundary, Decider, Fold
    from shared.kernel.event import Event
    from shared.ledger.recorded import Idempotency, Provenance, Receipt, Recorded


class Step(msgspec.Struct, frozen=True, gc=False):
    """One command to decide. `rows` go in with its events, and not when a rule refuses it."""

    decider: Decider[Any, Any]
    command: object
    provenance: Provenance
    idempotency: Idempotency | None = None
    rows: Sequence[RowChange] = ()


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What was recorded: the events of one command and a receipt for each."""

    events: tuple[Event, ...]
    receipts: tuple[Receipt, ...]
    """None for what was only tried."""
    repeated: bool = False
    """Whether this is the answer to an earlier use of the same idempotency key."""

    @property
    def refusal(self) -> Refusal | None:
        """The refusal that was recorded instead of what was asked, if a rule said no."""
        refusal = getattr(self.events[0], "refusal", None) if len(self.events) == 1 else None
        return refusal if isinstance(refusal, Refusal) else None

    def or_raise(self) -> Outcome:
        """This outcome, unless it is a refusal on record: then `RefusedOnRecord`."""
        if self.refusal is not None:
            raise RefusedOnRecord(self.refusal, self.receipts[0], self.events[0])
        return self


Settled = Outcome | Rejected | LedgerError
"""How one step ended: recorded, refused by a rule without an entry, or impossible as asked."""


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A fold, its state, and the index of the last entry that it takes into account; -1 for none.

    `unsaved` is how many events it has taken in since its latest snapshot.
    """

    fold: Fold[Any]
    state: Any
    position: int
    unsaved: int = 0

    def after(self, news: Sequence[Recorded], position: int) -> Folded:
        """The same fold with these entries, as of this index."""
        state, evolve = self.state, self.fold.evolve
        for recorded in news:
            state = evolve(state, recorded.event)
        return Folded(self.fold, state, position, self.unsaved + len(news))


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """A step with its boundary, and the folds' states as far as they were read."""

    step: Step
    boundary: Boundary[Any] | None
    """None for one that reads in steps: it is made anew whenever it is run."""
    states: dict[str, Folded]
    """What was read for it, by the names of the folds."""
    actor: str
    """Who asks, as entries and idempotency keys say it."""

    @property
    def key_name(self) -> tuple[str, bytes] | None:
        """What its idempotency key is looked up by, if it has one."""
        idempotency = self.step.idempotency
        return None if idempotency is None else (self.actor, idempotency.key_sha256)

    @property
    def is_on_trial(self) -> bool:
        """Whether nothing of it is to be recorded."""
        return self.step.idempotency is not None and self.step.idempotency.on_trial


class NotRead(Exception):
    """A boundary names folds that were not read for its step: it goes back to be read."""

    def __init__(self, missing: Missing) -> None:
        """Say what is missing, and to which steps."""
        super().__init__(", ".join(fold.name for _, fold in missing))
        self.missing = missing


Missing = list[tuple[Prepared, "Fold[Any]"]]
"""Folds to read, each with the step that needs it."""


class Work(msgspec.Struct, gc=False):
    """Steps that are written together or not at all, and row changes that go in whatever the steps'
    outcome.
    """

    steps: Sequence[Prepared]
    done: asyncio.Future[list[Settled]]
    rows: Sequence[RowChange] = ()
    is_alone: bool = False
    """Whether it needs a transaction of its own, as one that it was in could not be written."""
    reads: int = 0
    """How often something was read for it."""

    def fail(self, error: Exception) -> None:
        """Answer with an error, unless it is answered already."""
        if not self.done.done():
            self.done.set_exception(error)

    def key_names(self) -> list[tuple[str, bytes]]:
        """What the idempotency keys of its steps are looked up by."""
        return [name for step in self.steps if (name := step.key_name) is not None]
