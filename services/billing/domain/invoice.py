"""An issued invoice, certified once by the treasury of the state that pays it, and its payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from services.billing.domain import invoice_claims
from services.billing.domain.invoice_claims import Claims
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
)
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
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from shared.kernel.event import Event

Status = Literal["drafted", "issued", "disputed", "certified", "settled"]


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


class LinesInDispute(RuleBroken):
    """An invoice is certified as right: not while its payer disputes a line of it (G20)."""

    RULE = "G20"


class InvoiceState(msgspec.Struct, frozen=True):
    """Where an invoice stands."""

    drafted: InvoiceDrafted | None = None
    status: Status = "drafted"
    issued_by: str = ""
    claims: Claims = Claims()
    payments: tuple[PaymentRecorded, ...] = ()

    @property
    def is_certified(self) -> bool:
        """Whether the paying state has accepted it, paid for by now or not."""
        return self.status in ("certified", "settled")

    def owed(self, drafted: InvoiceDrafted) -> Money:
        """What is still owed for it: as drafted, less what was credited and paid."""
        if self.payments:
            return self.payments[-1].outstanding
        return Money.of(drafted.due.minor - self.claims.credited, drafted.due.currency)

    def undisputed(self, drafted: InvoiceDrafted) -> int:
        """How much of it may be disputed yet, in minor units."""
        return self.owed(drafted).minor - self.claims.in_dispute


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
    claimed = (InvoiceDisputed, DisputeWithdrawn, DisputeResolved, CreditNoteIssued)
    paid = (InvoiceCertified, PaymentRecorded, InvoiceSettled)
    types = (InvoiceDrafted, InvoiceIssued, *claimed, *paid)
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
        case InvoiceDisputed() | DisputeWithdrawn() | DisputeResolved() | CreditNoteIssued():
            return replace(state, claims=invoice_claims.evolve(state.claims, event))
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
    owed = invoice.owed(drafted)
    return (certified,) if owed.minor else (certified, settled(drafted, owed))


def settled(drafted: InvoiceDrafted, paid: Money) -> InvoiceSettled:
    """Nothing is owed for it any more, and so much was paid."""
    return InvoiceSettled(
        invoice=drafted.invoice, agreement=drafted.agreement, period=drafted.period, paid=paid
    )


def _broken(command: CertifyInvoice, state: CertifyingState) -> RuleBroken | None:
    if state.invoice.claims.in_dispute:
        return LinesInDispute(
            "a line of this invoice is disputed: withdraw the dispute, or have the state that is"
            " paid answer it"
        )
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
