"""What is disputed of an invoice's lines, and what credit notes have taken off them (G20)."""

from __future__ import annotations

import msgspec

from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
)
from shared.kernel.frozen_map import FrozenMap


class Claim(msgspec.Struct, frozen=True):
    """What is claimed of one line: the dispute that is open, and what was credited, minor units."""

    open: InvoiceDisputed | None = None
    credited: int = 0


class Claims(msgspec.Struct, frozen=True):
    """Every line of an invoice of which anything was ever claimed."""

    lines: FrozenMap[Claim] = FrozenMap()
    in_dispute: int = 0
    credited: int = 0
    credit_notes: int = 0

    def of(self, line: int) -> Claim:
        """What is claimed of a line."""
        return self.lines.get(str(line)) or Claim()


Claimed = InvoiceDisputed | DisputeWithdrawn | DisputeResolved | CreditNoteIssued


def evolve(state: Claims, event: Claimed) -> Claims:
    """Take in a dispute, its end, or a credit note."""
    claim, replace = state.of(event.line), msgspec.structs.replace
    if isinstance(event, CreditNoteIssued):
        credited = event.amount.minor
        claim = replace(claim, credited=claim.credited + credited)
        notes, credited = state.credit_notes + 1, state.credited + credited
        moved = replace(state, credited=credited, credit_notes=notes)
    else:
        claim = replace(claim, open=event if isinstance(event, InvoiceDisputed) else None)
        moved = replace(state, in_dispute=event.in_dispute.minor)
    return replace(moved, lines=state.lines.put(str(event.line), claim))
