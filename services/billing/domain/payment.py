"""A payment of a certified invoice, in part or in full, and never beyond what is owed (G20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import invoice
from services.billing.domain.invoice import InvoiceState, InvoiceUnknown
from services.billing.domain.prepayment import NotTheReceivingTreasury
from shared.contracts.payment import PaymentRecorded, PaymentRefused
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.ids import InvoiceId
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict, RuleBroken
from shared.tariff.accounts import paid

if TYPE_CHECKING:
    from datetime import date

    from shared.contracts.invoice import InvoiceDrafted
    from shared.kernel.event import Event


class InvoiceNotCertified(Conflict):
    """An invoice is paid once the paying state has certified it."""


class PaymentAlreadyRecorded(Conflict):
    """One transfer pays an invoice once."""


class PaymentInAnotherCurrency(RuleBroken):
    """An invoice is paid in the currency that it is in; rates are for reports alone (F3)."""

    RULE = "F3"


class PaymentIsNotPositive(RuleBroken):
    """A payment is money that was received: giving some back is not one (G20)."""

    RULE = "G20"


class PaymentExceedsOwed(RuleBroken):
    """Nothing is paid beyond what is owed for the invoice: a night is paid for once (G20)."""

    RULE = "G20"


class RecordPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Record money that was received for an invoice, for the state that is paid."""

    invoice: InvoiceId
    amount: Money
    reference: str
    received_on: date
    actor: Actor


def _boundary(command: RecordPayment) -> Boundary[InvoiceState]:
    return only(invoice.fold(command.invoice))


def _decide(command: RecordPayment, state: InvoiceState) -> tuple[Event, ...]:
    drafted = _payable(command, state)
    broken = _broken(command, state.owed(drafted))
    if broken is not None:
        raise broken.on_record(
            lambda refusal: PaymentRefused(
                invoice=drafted.invoice,
                agreement=drafted.agreement,
                period=drafted.period,
                amount=command.amount,
                reference=command.reference,
                refusal=refusal,
            )
        )
    recorded = PaymentRecorded(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        amount=command.amount,
        outstanding=state.owed(drafted) - command.amount,
        reference=command.reference,
        received_on=command.received_on,
        recorded_by=str(command.actor),
        postings=paid(drafted.payee, drafted.payer, command.amount),
    )
    return (recorded, *_settled(drafted, state, recorded))


def _payable(command: RecordPayment, state: InvoiceState) -> InvoiceDrafted:
    """The invoice as it was drafted, if it waits for payments of this caller's."""
    drafted = state.drafted
    if drafted is None:
        message = f"there is no invoice {command.invoice}"
        raise InvoiceUnknown(message)
    if command.actor.party != drafted.payee:
        message = f"{drafted.payee} is paid by this invoice: its treasury records what it received"
        raise NotTheReceivingTreasury(message)
    if not state.is_certified:
        message = f"invoice {command.invoice} is not certified: {drafted.payer} certifies it first"
        raise InvoiceNotCertified(message)
    if any(payment.reference == command.reference for payment in state.payments):
        message = f"{command.reference} is recorded for this invoice already: name another transfer"
        raise PaymentAlreadyRecorded(message)
    return drafted


def _broken(command: RecordPayment, owed: Money) -> RuleBroken | None:
    if command.amount.currency != owed.currency:
        message = f"this invoice is in {owed.currency}: record what was received in it"
        return PaymentInAnotherCurrency(message)
    if command.amount.minor <= 0:
        return PaymentIsNotPositive("a payment is above zero: record what was received")
    if command.amount.minor > owed.minor:
        message = f"{owed} is owed for this invoice: record at most that, and send the rest back"
        return PaymentExceedsOwed(message)
    return None


def _settled(
    drafted: InvoiceDrafted, state: InvoiceState, recorded: PaymentRecorded
) -> tuple[Event, ...]:
    if recorded.outstanding.minor:
        return ()
    paid = sum(payment.amount.minor for payment in (*state.payments, recorded))
    return (invoice.settled(drafted, Money.of(paid, recorded.amount.currency)),)


RECORD_PAYMENT: Decider[RecordPayment, InvoiceState] = Decider(boundary=_boundary, decide=_decide)
