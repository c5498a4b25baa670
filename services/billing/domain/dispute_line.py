"""The paying state says what of a line it does not owe: that much is held apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, invoice
from services.billing.domain.invoice import InvoiceState, InvoiceUnknown, NotThePayer
from shared.contracts.dispute import DisputeReason, DisputeRefused, InvoiceDisputed
from shared.contracts.invoice import InvoiceLineDrafted
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider, Fold, Reading, on
from shared.kernel.ids import InvoiceId, agreement_of
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict, RuleBroken, Unknown
from shared.tariff.accounts import held_apart

if TYPE_CHECKING:
    from shared.contracts.invoice import InvoiceDrafted
    from shared.kernel.event import Event


class LineUnknown(Unknown):
    """The invoice has no line of this number."""


class InvoiceNotOpenToDispute(Conflict):
    """A line is disputed between the issue of its invoice and its certification."""


class LineAlreadyDisputed(Conflict):
    """A line has one open dispute at most."""


class DisputeIsNotPositive(RuleBroken):
    """What is disputed is an amount that the line charges (G20)."""

    RULE = "G20"


class DisputeInAnotherCurrency(RuleBroken):
    """An invoice is disputed in the currency that it is in; rates are for reports alone (F3)."""

    RULE = "F3"


class DisputeExceedsLine(RuleBroken):
    """No more is disputed than is owed: of the line, and of its invoice (G20)."""

    RULE = "G20"


class LinePaidAhead(RuleBroken):
    """What a prepayment bears is not owed by the invoice, and cannot be held apart from it (F7)."""

    RULE = "F7"


class DisputeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Hold apart what the paying state does not owe of a line; `document` is its statement."""

    invoice: InvoiceId
    line: int
    amount: Money
    reason: DisputeReason
    document: Sha256
    actor: Actor


class LineState(msgspec.Struct, frozen=True):
    """An invoice, one of its lines, and whether a prepayment bears that."""

    invoice: InvoiceState
    line: InvoiceLineDrafted | None = None
    is_drawn: bool = False


def line_fold(invoice_id: InvoiceId, line: int) -> Fold[InvoiceLineDrafted | None]:
    """One line of an invoice, as it was drafted."""
    return Fold(
        f"invoice-line/{invoice_id}/{line}",
        (on(InvoiceLineDrafted, invoice=invoice_id, line=str(line)),),
        None,
        _drafted,
    )


def _drafted(state: InvoiceLineDrafted | None, event: Event) -> InvoiceLineDrafted | None:
    return event if isinstance(event, InvoiceLineDrafted) else state


def _boundary(command: DisputeLine) -> Reading[LineState]:
    state = yield from invoice.fold(command.invoice)
    if state.drafted is None:
        return LineState(state)
    line = yield from line_fold(command.invoice, command.line)
    if line is None:
        return LineState(state)
    standings = yield from account.fold(agreement_of(line.agreement))
    return LineState(state, line, is_drawn=standings.of(line.component).component.is_drawn)


def _decide(command: DisputeLine, state: LineState) -> tuple[Event, ...]:
    drafted, line = _issued(command, state.invoice), state.line
    if command.actor.party != drafted.payer:
        message = f"{drafted.payer} pays this invoice: its treasury disputes what it does not owe"
        raise NotThePayer(message)
    if line is None:
        message = f"invoice {command.invoice} has {drafted.lines} lines, and no line {command.line}"
        raise LineUnknown(message)
    if state.invoice.claims.of(command.line).open is not None:
        message = f"line {command.line} is disputed already: withdraw that dispute first"
        raise LineAlreadyDisputed(message)
    broken = _broken(command, drafted, state, line)
    if broken is not None:
        raise broken.on_record(
            lambda refusal: DisputeRefused(
                invoice=drafted.invoice,
                agreement=drafted.agreement,
                period=drafted.period,
                line=command.line,
                amount=command.amount,
                refusal=refusal,
            )
        )
    return (_disputed(command, drafted, state.invoice),)


def _disputed(
    command: DisputeLine, drafted: InvoiceDrafted, state: InvoiceState
) -> InvoiceDisputed:
    in_dispute = state.claims.in_dispute + command.amount.minor
    return InvoiceDisputed(
        invoice=drafted.invoice,
        agreement=drafted.agreement,
        period=drafted.period,
        line=command.line,
        amount=command.amount,
        reason=command.reason,
        document=command.document,
        in_dispute=Money.of(in_dispute, command.amount.currency),
        disputed_by=str(command.actor),
        postings=held_apart(drafted.payee, drafted.payer, command.amount),
    )


def _issued(command: DisputeLine, state: InvoiceState) -> InvoiceDrafted:
    """The invoice as it was drafted, if it is issued and not certified."""
    drafted = state.drafted
    if drafted is None:
        message = f"there is no invoice {command.invoice}"
        raise InvoiceUnknown(message)
    if state.is_certified:
        message = (
            f"invoice {command.invoice} is certified: what its facts correct from here on is taken"
            " back in the open month"
        )
        raise InvoiceNotOpenToDispute(message)
    return drafted


def _broken(
    command: DisputeLine, drafted: InvoiceDrafted, state: LineState, line: InvoiceLineDrafted
) -> RuleBroken | None:
    amount, currency = command.amount, line.amount.currency
    if amount.currency != currency:
        return DisputeInAnotherCurrency(f"this invoice is in {currency}: dispute an amount in it")
    if amount.minor <= 0:
        return DisputeIsNotPositive("what is disputed is above zero: say how much is not owed")
    if state.is_drawn:
        return LinePaidAhead(
            f"{line.component} is borne by what was paid ahead: the invoice owes nothing for this"
            " line. Have its facts corrected; what they take back is in the statement"
        )
    claim = state.invoice.claims.of(command.line)
    left = min(line.amount.minor - claim.credited, state.invoice.undisputed(drafted))
    if amount.minor > left:
        owed = Money.of(max(left, 0), currency)
        return DisputeExceedsLine(f"{owed} is owed of line {command.line}: dispute that at most")
    return None


DISPUTE_LINE: Decider[DisputeLine, LineState] = Decider(boundary=_boundary, decide=_decide)
