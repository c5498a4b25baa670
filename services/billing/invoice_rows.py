"""Invoices as rows: their lines, the nights that nobody attested, and how far each has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.tables import INVOICE_LINES, INVOICES, NIGHTS_NOT_ATTESTED
from shared.contracts.invoice import (
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceIssued,
    InvoiceLineDrafted,
    NightsNotAttested,
)
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.ids import agreement_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def invoice_rows(event: InvoiceEvent, sequence: int) -> Iterator[RowChange]:
    """What an entry changes of an invoice."""
    match event:
        case InvoiceDrafted():
            yield Insert(INVOICES, _invoice(event, sequence))
        case InvoiceLineDrafted():
            yield Insert(INVOICE_LINES, _line(event))
        case NightsNotAttested():
            yield Insert(NIGHTS_NOT_ATTESTED, _not_attested(event))
        case InvoiceIssued() | InvoiceCertified() | PaymentRecorded() | InvoiceSettled():
            yield Update(INVOICES, {"invoice": event.invoice}, _moved(event))
        case _:
            pass


def _invoice(event: InvoiceDrafted, sequence: int) -> Mapping[str, object]:
    return {
        "invoice": event.invoice,
        "agreement": agreement_of(event.agreement),
        "version": event.agreement,
        "period": event.period,
        "payer": event.payer,
        "payee": event.payee,
        "status": "drafted",
        "currency": event.due.currency,
        "earned": event.earned.minor,
        "drawn": event.drawn.minor,
        "due": event.due.minor,
        "outstanding": event.due.minor,
        "in_dispute": 0,
        "nights_due": event.nights.due,
        "nights_attested": event.nights.attested,
        "drafted_in": sequence,
    }


def _line(event: InvoiceLineDrafted) -> Mapping[str, object]:
    return {
        "invoice": event.invoice,
        "line": event.line,
        "version": event.agreement,
        "custody": event.custody,
        "person": event.person,
        "component": event.component,
        "unit": event.unit,
        "quantity": event.quantity,
        "minor": event.amount.minor,
        "evidence": msgspec.json.encode(event.evidence).decode(),
        "reason": event.reason,
    }


def _not_attested(event: NightsNotAttested) -> Mapping[str, object]:
    return {
        "invoice": event.invoice,
        "custody": event.custody,
        "version": event.agreement,
        "person": event.person,
        "nights": msgspec.json.encode(event.nights).decode(),
    }


def _moved(
    event: InvoiceIssued | InvoiceCertified | PaymentRecorded | InvoiceSettled,
) -> Mapping[str, object]:
    match event:
        case InvoiceIssued():
            return {"status": "issued", "issued_by": event.issued_by}
        case InvoiceCertified():
            return {"status": "certified", "certified_by": event.certified_by}
        case PaymentRecorded():
            return {"outstanding": event.outstanding.minor}
        case InvoiceSettled():
            return {"status": "settled"}
