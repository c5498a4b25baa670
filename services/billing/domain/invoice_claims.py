"""What is disputed of an invoice's lines, and what credit notes have taken off them (G20)."""

from __future__ import annotations

import msgspec

from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    LineEvent,
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


def evolve(state: Claims, event: LineEvent) -> Claims:
    """Take in a dispute, its end, or a credit note."""
    claim = state.of(event.line)
    match event:
        case InvoiceDisputed():
            moved = msgspec.structs.replace(state, in_dispute=event.in_dispute.minor)
            claim = msgspec.structs.replace(claim, open=event)
        case DisputeWithdrawn() | DisputeResolved():
            moved = msgspec.structs.replace(state, in_dispute=event.in_dispute.minor)
            claim = msgspec.structs.replace(claim, open=None)
        case CreditNoteIssued():
            credited = state.credited + event.amount.minor
            moved = msgspec.structs.replace(
                state, credited=credited, credit_notes=state.credit_notes + 1
            )
            claim = msgspec.structs.replace(claim, credited=claim.credited + event.amount.minor)
        case _:
            return state
    return msgspec.structs.replace(moved, lines=state.lines.put(str(event.line), claim))
