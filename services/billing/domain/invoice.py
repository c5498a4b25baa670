"""An issued invoice, certified once by the treasury of the state that pays it, and its payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from shared.contracts.invoice import (
    CertificationRefused,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceIssued,
)
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.contracts.service import ServiceApproved
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Fold, Reading, on
from shared.kernel.ids import AgreementId, InvoiceId, agreement_of
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from shared.kernel.event import Event
    from shared.kernel.money import Money

Status = Literal["drafted", "issued", "certified", "settled"]


class InvoiceUnknown(Unknown):
    """No invoice has this id."""


class NotThePayer(NotAllowed):
    """Only the state that pays certifies what it will pay."""


class InvoiceAlreadyCertified(Conflict):
    """An invoice is certified once."""


class IssuerMayNotCertify(RuleBroken):
    """Requester and approver are never the same subject."""

    RULE = "G20"


class AttestorMayNotCertify(RuleBroken):
    """Who recorded or approved what is on an invoice does not certify it (G20, F11)."""

    RULE = "G20"


class InvoiceState(msgspec.Struct, frozen=True):
    """Where an invoice stands."""

    drafted: InvoiceDrafted | None = None
    status: Status = "drafted"
    issued_by: str = ""
    payments: tuple[PaymentRecorded, ...] = ()

    @property
    def is_certified(self) -> bool:
        """Whether the paying state has accepted it, paid for by now or not."""
        return self.status in ("certified", "settled")

    def owed(self, drafted: InvoiceDrafted) -> Money:
        """What is still owed for it, as drafted."""
        return self.payments[-1].outstanding if self.payments else drafted.due


class CertifyingState(msgspec.Struct, frozen=True):
    """An invoice, and who recorded or approved the services that its month bears."""

    invoice: InvoiceState
    attestors: frozenset[str] = frozenset()


class CertifyInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """The paying state accepts an issued invoice as right."""

    invoice: InvoiceId
    now: datetime
    actor: Actor


def fold(invoice: InvoiceId) -> Fold[InvoiceState]:
    """One invoice."""
    types = (InvoiceDrafted, InvoiceIssued, InvoiceCertified, PaymentRecorded, InvoiceSettled)
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
        case PaymentRecorded():
            return replace(state, payments=(*state.payments, event))
        case InvoiceSettled():
            return replace(state, status="settled")
        case _:
            return state


def attestors(agreement: AgreementId, period: str) -> Fold[frozenset[str]]:
    """Who recorded or approved the services of an agreement's month, as `Actor.who` says it."""
    return Fold(
        f"service-attestors/{agreement}/{period}",
        (on(ServiceApproved, agreement=agreement, period=period),),
        frozenset(),
        _attested,
    )


def _attested(state: frozenset[str], event: Event) -> frozenset[str]:
    if not isinstance(event, ServiceApproved):
        return state
    return state | {Actor.read(actor).who for actor in (event.recorded_by, event.settled_by)}


def _boundary(command: CertifyInvoice) -> Reading[CertifyingState]:
    invoice = yield from fold(command.invoice)
    drafted = invoice.drafted
    if drafted is None:
        return CertifyingState(invoice)
    of_month = yield from attestors(agreement_of(drafted.agreement), drafted.period)
    return CertifyingState(invoice, of_month)


def _decide(command: CertifyInvoice, state: CertifyingState) -> tuple[Event, ...]:
    invoice = state.invoice
    drafted = invoice.drafted
    if drafted is None:
        message = f"there is no invoice {command.invoice}"
        raise InvoiceUnknown(message)
    if command.actor.party != drafted.payer:
        message = f"{drafted.payer} pays this invoice: its treasury certifies it"
        raise NotThePayer(message)
    if invoice.is_certified:
        message = f"invoice {command.invoice} is certified already"
        raise InvoiceAlreadyCertified(message)
    broken = _broken(command, state)
    if broken is not None:
        raise broken.on_record(
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


def _broken(command: CertifyInvoice, state: CertifyingState) -> RuleBroken | None:
    if Actor.read(state.invoice.issued_by).is_same_subject(command.actor):
        return IssuerMayNotCertify("this subject issued the invoice: somebody else must certify it")
    if command.actor.who in state.attestors:
        return AttestorMayNotCertify(
            "this subject recorded or approved a service of this month: somebody else must certify"
        )
    return None


CERTIFY_INVOICE: Decider[CertifyInvoice, CertifyingState] = Decider(
    boundary=_boundary, decide=_decide
)
