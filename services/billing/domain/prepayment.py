"""A prepayment: exactly what the signed component says, received once by the receiving state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import msgspec

from services.billing.domain import account, accounting_periods, terms
from services.billing.domain.account import AccountState
from services.billing.domain.terms import TermsState
from shared.contracts.billing import PrepaymentReceived, PrepaymentRefused, TermsActivated
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, agreement_of
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown
from shared.tariff.accounts import received_ahead
from shared.tariff.registry import Component

if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.kernel.event import Event


class ComponentUnknown(Unknown):
    """The signed tariff has no such component."""


class NotTheReceivingTreasury(NotAllowed):
    """Only the state that is paid says what it received and what it invoices."""


class ComponentNotPrepaid(RuleBroken):
    """Only a prepaid component is paid ahead (F7)."""

    RULE = "F7"


class PrepaymentDiffersFromTerms(RuleBroken):
    """A prepayment is the signed amount, whole (F7)."""

    RULE = "F7"


class ReceivedInTheFuture(RuleBroken):
    """What has not happened is not a fact."""

    RULE = "F7"


class PrepaymentAlreadyReceived(Conflict):
    """A component is paid ahead once."""


class RecordPrepayment(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a component was paid ahead. `agreement` names a version, or the latest."""

    agreement: AgreementRef
    component: str
    amount: Money
    reference: str
    received_on: date
    now: datetime
    actor: Actor


class PrepaymentState(msgspec.Struct, frozen=True):
    """The signed terms and what was paid and earned under them."""

    terms: TermsState
    account: AccountState


def _boundary(command: RecordPrepayment) -> Boundary[PrepaymentState]:
    agreement = agreement_of(command.agreement)
    return Boundary((terms.fold(agreement), account.fold(agreement)), PrepaymentState)


def _decide(command: RecordPrepayment, state: PrepaymentState) -> tuple[Event, ...]:
    signed = state.terms.named(command.agreement)
    if command.actor.party != signed.parties.receiving:
        message = f"{signed.parties.receiving} receives this prepayment: its treasury records it"
        raise NotTheReceivingTreasury(message)
    component = _payable(command, signed)
    if state.account.of(component.id).paid_ahead:
        message = f"the prepayment of {component.id} under {signed.agreement} is recorded already"
        raise PrepaymentAlreadyReceived(message)
    parties = signed.parties
    received = PrepaymentReceived(
        agreement=signed.agreement,
        component=component.id,
        amount=command.amount,
        reference=command.reference,
        received_on=command.received_on,
        postings=received_ahead(parties.receiving, parties.sending, command.amount),
    )
    return (received,)


RECORD_PREPAYMENT: Decider[RecordPrepayment, PrepaymentState] = Decider(
    boundary=_boundary, decide=_decide
)


def _payable(command: RecordPrepayment, signed: TermsActivated) -> Component:
    """The component that this money pays for, as signed."""
    component = terms.component_of(signed, command.component)
    if component is None:
        message = f"{signed.agreement} has no component {command.component!r}"
        raise ComponentUnknown(message)
    if component.paid_ahead is None:
        message = f"{component.id} is charged as it is used and is not paid ahead"
        _refuse(command, signed, ComponentNotPrepaid(message))
    if command.amount != component.paid_ahead:
        message = (
            f"the signed amount of {component.id} is {component.paid_ahead}: record exactly that"
        )
        _refuse(command, signed, PrepaymentDiffersFromTerms(message))
    if command.received_on > accounting_periods.latest_date(command.now):
        message = f"{command.received_on} is in the future: record money when it has been received"
        _refuse(command, signed, ReceivedInTheFuture(message))
    return component


def _refuse(command: RecordPrepayment, signed: TermsActivated, refused: RuleBroken) -> NoReturn:
    raise refused.on_record(
        lambda refusal: PrepaymentRefused(
            agreement=signed.agreement,
            component=command.component,
            amount=command.amount,
            refusal=refusal,
        )
    )
