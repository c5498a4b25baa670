"""Billing's events as rows of its read model, in the transaction that appends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing import tables
from services.billing.claim_rows import claim_rows
from services.billing.invoice_rows import invoice_rows
from services.billing.tables import (
    ACCRUALS,
    POSTINGS,
    PREPAYMENTS,
    SERVICES,
    TERMS,
)
from shared.contracts.billing import (
    FeeEntry,
    FeeRecounted,
    FeeReversed,
    NightEvent,
    NightNotCharged,
    PrepaymentReceived,
    TermsActivated,
)
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    LineEvent,
)
from shared.contracts.invoice import (
    InvoiceEvent,
    InvoiceIssued,
)
from shared.contracts.payment import PaymentRecorded
from shared.contracts.service import (
    OccasionRecorded,
    OccasionSettled,
    ServiceApproved,
    ServiceDenied,
    ServiceEvent,
    ServiceWithdrawn,
)
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.ids import AgreementRef, agreement_of
from shared.tariff.accounts import Postings
from shared.views.definition import Views
from shared.views.history import times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.ledger.recorded import Recorded


_CLAIMED = (InvoiceDisputed, DisputeWithdrawn, DisputeResolved, CreditNoteIssued)


def project(recorded: Recorded) -> Iterator[RowChange]:
    """What one entry changes; refusals of whole commands change no row."""
    event = recorded.event
    match event:
        case TermsActivated():
            yield Insert(TERMS, _terms(event, recorded.sequence))
        case FeeEntry():
            yield Insert(ACCRUALS, {**_entry(recorded), **_fee(event)})
        case NightEvent():
            yield Insert(ACCRUALS, {**_entry(recorded), **_night(event)})
        case PrepaymentReceived():
            yield Insert(PREPAYMENTS, _prepayment(event, recorded.sequence))
        case ServiceEvent():
            yield from _of_service(event, recorded.sequence)
        case LineEvent():
            yield from claim_rows(event, recorded.sequence)
        case InvoiceEvent():
            yield from invoice_rows(event, recorded.sequence)
        case _:
            pass
    if isinstance(event, _POSTED):
        yield from _postings(event.postings, event.agreement, recorded)


def _entry(recorded: Recorded) -> Mapping[str, object]:
    """Which entry a row is of, and its times: the row is never changed."""
    return {"sequence": recorded.sequence, **times(recorded)}


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


_POSTED = (FeeEntry, PrepaymentReceived, InvoiceIssued, PaymentRecorded, *_CLAIMED)
_OUTCOMES: Mapping[type[FeeEntry], str] = {FeeReversed: "reversed", FeeRecounted: "recounted"}


def _fee(event: FeeEntry) -> Mapping[str, object]:
    reversal = event if isinstance(event, FeeReversed) else None
    return {
        "outcome": _OUTCOMES.get(type(event), "accrued"),
        "agreement": agreement_of(event.agreement),
        "version": event.agreement,
        "custody": event.custody,
        "person": event.person,
        "night": event.night,
        "period": event.period,
        "evidence": msgspec.json.encode(event.evidence).decode(),
        "component": event.component,
        "unit": event.unit,
        "quantity": event.quantity,
        "minor": event.amount.minor,
        "currency": event.amount.currency,
        "because": reversal and reversal.because,
        "reason": event.reason,
    }


def _night(event: NightEvent) -> Mapping[str, object]:
    kept_off = event if isinstance(event, NightNotCharged) else None
    return {
        "outcome": "not-charged" if kept_off else "unpriced",
        "agreement": agreement_of(event.agreement),
        "version": event.agreement,
        "custody": event.custody,
        "person": event.person,
        "night": event.night,
        "period": event.period,
        "evidence": msgspec.json.encode((event.attested,)).decode(),
        **dict.fromkeys(("component", "unit", "quantity", "minor", "currency", "because")),
        "reason": kept_off and kept_off.refusal.reason,
    }


def _postings(
    postings: Postings, agreement: AgreementRef, recorded: Recorded
) -> Iterator[RowChange]:
    for number, posting in enumerate(postings):
        yield Insert(
            POSTINGS,
            {
                **_entry(recorded),
                "number": number,
                "agreement": agreement_of(agreement),
                "party": posting.account.party,
                "account": posting.account.kind,
                "minor": posting.amount.minor,
                "currency": posting.amount.currency,
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


def _of_service(event: ServiceEvent, sequence: int) -> Iterator[RowChange]:
    match event:
        case OccasionRecorded():
            yield Insert(SERVICES, _service(event, sequence))
        case OccasionSettled():
            settled = {**_settled(event), "settled_in": sequence}
            yield Update(SERVICES, {"service": event.service}, settled)
        case ServiceWithdrawn():
            yield Update(SERVICES, {"service": event.service}, _withdrawn(event))
        case _:
            pass


def _service(event: OccasionRecorded, sequence: int) -> Mapping[str, object]:
    return {
        "service": event.service,
        "agreement": agreement_of(event.agreement),
        "version": event.agreement,
        "status": "recorded",
        "occasion": msgspec.json.encode(event.occasion).decode(),
        "day": event.occasion.day,
        "reference": event.reference,
        "document": event.document,
        "recorded_by": event.recorded_by,
        "recorded_in": sequence,
    }


def _settled(event: OccasionSettled) -> Mapping[str, object]:
    if isinstance(event, ServiceApproved):
        return {"status": "approved", "settled_by": event.settled_by, "period": event.period}
    reason = event.reason if isinstance(event, ServiceDenied) else None
    return {"status": "denied", "settled_by": event.settled_by, "reason": reason}


def _withdrawn(event: ServiceWithdrawn) -> Mapping[str, object]:
    return {"status": "withdrawn", "withdrawn_by": event.withdrawn_by, "reason": event.reason}


VIEWS = Views(version=1, tables=tables.VIEWS, project=project)
