"""Disputes of invoice lines, how they ended, and credit notes, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.tables import CLAIMS, INVOICES
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    LineEvent,
)
from shared.database.row_changes import Insert, RowChange, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def claim_rows(event: LineEvent, sequence: int) -> Iterator[RowChange]:
    """What an entry changes of what is claimed of a line, and of its invoice."""
    match event:
        case InvoiceDisputed() | DisputeWithdrawn() | DisputeResolved():
            yield Insert(CLAIMS, _claim(event, sequence))
            in_dispute = event.in_dispute.minor
            status = "disputed" if in_dispute else "issued"
            moved = {"status": status, "in_dispute": in_dispute}
            yield Update(INVOICES, {"invoice": event.invoice}, moved)
        case CreditNoteIssued():
            yield Insert(CLAIMS, _claim(event, sequence))
            moved = {"outstanding": event.outstanding.minor}
            yield Update(INVOICES, {"invoice": event.invoice}, moved)
        case _:
            pass


Claim = InvoiceDisputed | DisputeWithdrawn | DisputeResolved | CreditNoteIssued


def _claim(event: Claim, sequence: int) -> Mapping[str, object]:
    return {
        "sequence": sequence,
        "invoice": event.invoice,
        "line": event.line,
        "minor": event.amount.minor,
        **dict.fromkeys(("reason", "document", "credit_note")),
        **_said(event),
    }


def _said(event: Claim) -> Mapping[str, object]:
    """What is said of each outcome beside the line and the amount."""
    match event:
        case InvoiceDisputed():
            by = {"outcome": "disputed", "recorded_by": event.disputed_by}
            return {**by, "reason": event.reason, "document": event.document}
        case DisputeWithdrawn():
            return {"outcome": "withdrawn", "recorded_by": event.withdrawn_by}
        case DisputeResolved():
            by = {"outcome": "resolved", "recorded_by": event.resolved_by}
            return {**by, "document": event.document}
        case CreditNoteIssued():
            by = {"outcome": "credited", "recorded_by": event.issued_by}
            return {**by, "credit_note": event.credit_note}
