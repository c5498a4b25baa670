"""Billing's events as rows of its read model, in the transaction that appends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.tables import (
    INVOICE_LINES,
    INVOICES,
    NIGHTS,
    POSTINGS,
    PREPAYMENTS,
    TERMS,
)
from shared.contracts.billing import (
    AccrualReversed,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceLineDrafted,
    InvoiceMismatched,
    NightAccrual,
    NightAlreadyCharged,
    NightEvent,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
    Posting,
    PrepaymentReceived,
    TermsActivated,
)
from shared.kernel.ids import AgreementRef, agreement_of
from shared.ledger.row_changes import Insert, RowChange, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.ledger.recorded import Recorded

_OUTCOMES: dict[type[NightEvent], str] = {
    NightsAccrued: "accrued",
    AccrualReversed: "reversed",
    NightNotCharged: "not-charged",
    NightAlreadyCharged: "not-charged",
    NightUnpriced: "unpriced",
}


def project(recorded: Recorded) -> Iterator[RowChange]:
    """What one entry changes; refusals of whole commands change no row."""
    event = recorded.event
    match event:
        case TermsActivated():
            yield Insert(TERMS, _terms(event, recorded.sequence))
        case NightEvent():
            yield Insert(NIGHTS, {"sequence": recorded.sequence, **_night(event)})
        case PrepaymentReceived():
            yield Insert(PREPAYMENTS, _prepayment(event, recorded.sequence))
        case InvoiceDrafted():
            yield Insert(INVOICES, _invoice(event, recorded.sequence))
        case InvoiceLineDrafted():
            yield Insert(INVOICE_LINES, _line(event))
        case InvoiceIssued() | InvoiceMismatched() | InvoiceCertified():
            yield Update(INVOICES, {"invoice": event.invoice}, _moved(event))
        case _:
            pass
    if isinstance(event, NightAccrual | PrepaymentReceived):
        yield from _postings(event.postings, event.agreement, recorded.sequence)


def _terms(event: TermsActivated, sequence: int) -> Mapping[str, object]:
    return {
        "version": event.agreement,
        "agreement": agreement_of(event.agreement),
        "digest": event.digest,
        "sending": event.parties.sending,
        "receiving": event.parties.receiving,
        "tariff": msgspec.json.encode(event.tariff).decode(),
        "signed": event.signed,
        "sequence": sequence,
    }


def _night(event: NightEvent) -> Mapping[str, object]:
    accrual = event if isinstance(event, NightAccrual) else None
    return {
        "outcome": _OUTCOMES[type(event)],
        "agreement": agreement_of(event.agreement),
        "version": event.agreement,
        "custody": event.custody,
        "person": event.person,
        "night": event.night,
        "period": event.period,
        "attested": event.attested,
        "component": accrual and accrual.component,
        "ordinal": accrual and accrual.ordinal,
        "minor": accrual and accrual.amount.minor,
        "currency": accrual and accrual.amount.currency,
        "because": event.because if isinstance(event, AccrualReversed) else None,
        "reason": event.refusal.reason if isinstance(event, NightNotCharged) else None,
    }


def _postings(
    postings: tuple[Posting, ...], agreement: AgreementRef, sequence: int
) -> Iterator[RowChange]:
    for place, one in enumerate(postings):
        yield Insert(
            POSTINGS,
            {
                "sequence": sequence,
                "place": place,
                "agreement": agreement_of(agreement),
                "account": one.account,
                "minor": one.amount.minor,
                "currency": one.amount.currency,
            },
        )


def _prepayment(event: PrepaymentReceived, sequence: int) -> Mapping[str, object]:
    return {
        "version": event.agreement,
        "component": event.component,
        "agreement": agreement_of(event.agreement),
        "reference": event.reference,
        "received_on": event.received_on,
        "sequence": sequence,
    }


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
        "nights": event.nights,
        "minor": event.amount.minor,
        "evidence": msgspec.json.encode(event.evidence).decode(),
    }


def _moved(event: InvoiceIssued | InvoiceMismatched | InvoiceCertified) -> Mapping[str, object]:
    match event:
        case InvoiceIssued():
            return {"status": "issued", "issued_by": event.issued_by}
        case InvoiceMismatched():
            return {"status": "mismatched", "expected": event.expected.minor}
        case InvoiceCertified():
            return {"status": "certified", "certified_by": event.certified_by}
