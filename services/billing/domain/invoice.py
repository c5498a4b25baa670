"""An issued invoice, certified once by the treasury of the state that pays it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from shared.contracts.invoice import (
    CertificationRefused,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceIssued,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.ids import InvoiceId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from shared.kernel.event import Event

Status = Literal["drafted", "issued", "certified"]


class InvoiceUnknown(Unknown):
    """No invoice has this id."""


class NotThePayer(NotAllowed):
    """Only the state that pays certifies what it will pay."""


class InvoiceAlreadyCertified(Conflict):
    """An invoice is certified once."""


class IssuerMayNotCertify(RuleBroken):
    """Requester and approver are never the same subject."""

    RULE = "G20"


class InvoiceState(msgspec.Struct, frozen=True):
    """Where an invoice stands."""

    drafted: InvoiceDrafted | None = None
    status: Status = "drafted"
    issued_by: str = ""


class CertifyInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """The paying state accepts an issued invoice as right."""

    invoice: InvoiceId
    now: datetime
    actor: Actor


def fold(invoice: InvoiceId) -> Fold[InvoiceState]:
    """One invoice."""
    types = (InvoiceDrafted, InvoiceIssued, InvoiceCertified)
    return Fold(f"invoice/{invoice}", (on(*types, invoice=invoice),), InvoiceState(), evolve)


def evolve(state: InvoiceState, event: Event) -> InvoiceState:
    """Take the invoice one step on."""
    replace = msgspec.structs.replace
    match event:
        case InvoiceDrafted():
            return InvoiceState(event)
        case InvoiceIssued():
            return replace(state, status="issued", issued_by=event.issued_by)
        case InvoiceCertified():
            return replace(state, status="certified")
        case _:
            return state


def _decide(command: CertifyInvoice, state: InvoiceState) -> tuple[Event, ...]:
    drafted = state.drafted
    if drafted is None:
        message = f"there is no invoice {command.invoice}"
        raise InvoiceUnknown(message)
    if command.actor.party != drafted.payer:
        message = f"{drafted.payer} pays this invoice: its treasury certifies it"
        raise NotThePayer(message)
    if state.status == "certified":
        message = f"invoice {command.invoice} is certified already"
        raise InvoiceAlreadyCertified(message)
    if Actor.read(state.issued_by).is_same_subject(command.actor):
        message = "this subject issued the invoice: somebody else must certify it"
        raise IssuerMayNotCertify(message).on_record(
            lambda refusal: CertificationRefused(
                invoice=drafted.invoice,
                agreement=drafted.agreement,
                period=drafted.period,
                refusal=refusal,
            )
        )
    certified = InvoiceCertified(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        certified_by=str(command.actor),
    )
    return (certified,)


CERTIFY_INVOICE: Decider[CertifyInvoice, InvoiceState] = Decider(
    boundary=lambda command: only(fold(command.invoice)), decide=_decide
)
