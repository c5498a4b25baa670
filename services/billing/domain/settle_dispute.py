"""A dispute is over: the state that is paid answers it, or the state that pays withdraws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import invoice
from services.billing.domain.invoice import InvoiceState, InvoiceUnknown, NotThePayer
from services.billing.domain.prepayment import NotTheReceivingTreasury
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    ResolutionRefused,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.ids import InvoiceId
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict, RuleBroken
from shared.tariff.accounts import credited, held_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.contracts.invoice import InvoiceDrafted
    from shared.kernel.event import Event
    from shared.kernel.rejected import Refusal


class LineNotDisputed(Conflict):
    """Only an open dispute is answered or withdrawn, once."""


class CreditBeyondDispute(RuleBroken):
    """A credit note corrects what was disputed: nothing of it, all of it, or a part (G20)."""

    RULE = "G20"


class WithdrawDispute(msgspec.Struct, frozen=True, kw_only=True):
    """The paying state owes what it disputed after all."""

    invoice: InvoiceId
    line: int
    actor: Actor


class ResolveDispute(msgspec.Struct, frozen=True, kw_only=True):
    """The state that is paid concedes `credit` of what is disputed; `document` justifies it."""

    invoice: InvoiceId
    line: int
    credit: Money
    document: Sha256
    actor: Actor


def _boundary(command: WithdrawDispute | ResolveDispute) -> Boundary[InvoiceState]:
    return only(invoice.fold(command.invoice))


def _withdraw(command: WithdrawDispute, state: InvoiceState) -> tuple[Event, ...]:
    drafted = _drafted(command, state)
    if command.actor.party != drafted.payer:
        message = f"{drafted.payer} pays this invoice: its treasury withdraws what it disputed"
        raise NotThePayer(message)
    dispute = _open(command, state)
    withdrawn = DisputeWithdrawn(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        line=command.line,
        amount=dispute.amount,
        in_dispute=_left(state, dispute),
        withdrawn_by=str(command.actor),
        postings=held_apart(drafted.payee, drafted.payer, -dispute.amount),
    )
    return (withdrawn,)


def _resolve(command: ResolveDispute, state: InvoiceState) -> tuple[Event, ...]:
    drafted = _drafted(command, state)
    if command.actor.party != drafted.payee:
        message = f"{drafted.payee} is paid by this invoice: its treasury answers the dispute"
        raise NotTheReceivingTreasury(message)
    dispute = _open(command, state)
    if not _is_part(command.credit, dispute.amount):
        message = f"{dispute.amount} is disputed of line {command.line}: credit from zero to that"
        raise CreditBeyondDispute(message).on_record(_refused(command, drafted))
    resolved = DisputeResolved(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        line=command.line,
        amount=dispute.amount,
        credited=command.credit,
        document=command.document,
        in_dispute=_left(state, dispute),
        resolved_by=str(command.actor),
        postings=held_apart(drafted.payee, drafted.payer, -dispute.amount),
    )
    return (resolved, *_credit_note(drafted, state, resolved))


WITHDRAW_DISPUTE: Decider[WithdrawDispute, InvoiceState] = Decider(
    boundary=_boundary, decide=_withdraw
)
RESOLVE_DISPUTE: Decider[ResolveDispute, InvoiceState] = Decider(
    boundary=_boundary, decide=_resolve
)


def _drafted(command: WithdrawDispute | ResolveDispute, state: InvoiceState) -> InvoiceDrafted:
    if state.drafted is None:
        message = f"there is no invoice {command.invoice}"
        raise InvoiceUnknown(message)
    return state.drafted


def _refused(
    command: ResolveDispute, drafted: InvoiceDrafted
) -> Callable[[Refusal], ResolutionRefused]:
    return lambda refusal: ResolutionRefused(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        line=command.line,
        credited=command.credit,
        refusal=refusal,
    )


def _open(command: WithdrawDispute | ResolveDispute, state: InvoiceState) -> InvoiceDisputed:
    dispute = state.claims.of(command.line).open
    if dispute is None:
        message = f"line {command.line} of invoice {command.invoice} has no open dispute"
        raise LineNotDisputed(message)
    return dispute


def _left(state: InvoiceState, dispute: InvoiceDisputed) -> Money:
    minor = state.claims.in_dispute - dispute.amount.minor
    return Money.of(minor, dispute.amount.currency)


def _is_part(credit: Money, disputed: Money) -> bool:
    return credit.currency == disputed.currency and 0 <= credit.minor <= disputed.minor


def _credit_note(
    drafted: InvoiceDrafted, state: InvoiceState, resolved: DisputeResolved
) -> tuple[Event, ...]:
    credit = resolved.credited
    if not credit.minor:
        return ()
    note = CreditNoteIssued(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        line=resolved.line,
        credit_note=state.claims.credit_notes + 1,
        amount=credit,
        outstanding=state.owed(drafted) - credit,
        issued_by=resolved.resolved_by,
        postings=credited(drafted.payee, drafted.payer, credit),
    )
    return (note,)
