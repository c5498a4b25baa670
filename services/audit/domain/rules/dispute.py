"""Disputes: a line's amount held apart until they are over; a credit note corrects (G20)."""

from __future__ import annotations

from services.audit.domain.charging import post
from services.audit.domain.records.invoices import Issued
from services.audit.domain.state import Rules, State
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    LineEvent,
)
from shared.kernel.ids import agreement_of
from shared.kernel.money import Money
from shared.tariff.accounts import Account, AccountKind, Posting, Postings


def disputed(state: State, event: InvoiceDisputed) -> None:
    """More than nothing, of a line that no prepayment bears, and no more than is owed of it."""
    invoice = _of(state, event)
    if invoice is None:
        return
    amount = event.amount
    owed = invoice.lines.get(event.line, 0)
    left = min(owed, invoice.owed.minor - sum(invoice.disputed.values()))
    if amount.currency != invoice.owed.currency:
        state.findings.broken("F3", f"a dispute in {invoice.owed.currency}", amount)
        return
    if not 0 < amount.minor <= left:
        most = Money.of(max(left, 0), amount.currency)
        state.findings.broken("G20", f"a dispute above zero and of {most} at most", amount)
    invoice.disputed[event.line] = amount.minor
    _moved(state, event, invoice, "disputed", amount)


def withdrawn(state: State, event: DisputeWithdrawn) -> None:
    """What was held apart is owed again."""
    _over(state, event)


def resolved(state: State, event: DisputeResolved) -> None:
    """What was held apart is owed again, and a credit note follows for what is conceded."""
    invoice = _over(state, event)
    if invoice is None:
        return
    credit = event.credited
    if credit.currency != event.amount.currency or not 0 <= credit.minor <= event.amount.minor:
        expected = f"a credit from zero to {event.amount}"
        state.findings.broken("G20", expected, credit)
    if credit.minor:
        expected = f"a credit note of {credit} for line {event.line} of invoice/{event.invoice}"
        state.expectations.promise(("credit note", event.invoice, event.line), "G20", expected)


def credited(state: State, event: CreditNoteIssued) -> None:
    """The one that the answer before it promised: so much less is owed."""
    invoice = _of(state, event)
    if invoice is None:
        return
    if not state.expectations.keep(("credit note", event.invoice, event.line)):
        expected = "a credit note that the answer to a dispute concedes"
        state.findings.broken("G20", expected, event.amount)
        return
    invoice.owed = Money.of(invoice.owed.minor - event.amount.minor, invoice.owed.currency)
    invoice.lines[event.line] = invoice.lines.get(event.line, 0) - event.amount.minor
    invoice.credit_notes += 1
    findings = state.findings
    findings.same("G20", "the number of the credit note", invoice.credit_notes, event.credit_note)
    if event.outstanding != invoice.owed:
        findings.differs("G20", f"outstanding {invoice.owed}", event.outstanding)
    expected_postings = _from_receivable(invoice, "deductions", event.amount)
    post(state, agreement_of(event.agreement), event.postings, expected_postings)


def _over(state: State, event: DisputeWithdrawn | DisputeResolved) -> Issued | None:
    invoice = _of(state, event)
    if invoice is None:
        return None
    invoice.disputed.pop(event.line, None)
    _moved(state, event, invoice, "disputed", -event.amount)
    return invoice


def _moved(
    state: State,
    event: InvoiceDisputed | DisputeWithdrawn | DisputeResolved,
    invoice: Issued,
    kind: AccountKind,
    amount: Money,
) -> None:
    standing = Money.of(sum(invoice.disputed.values()), invoice.owed.currency)
    if event.in_dispute != standing:
        state.findings.differs("G20", f"in dispute {standing}", event.in_dispute)
    expected = _from_receivable(invoice, kind, amount)
    post(state, agreement_of(event.agreement), event.postings, expected)


def _from_receivable(invoice: Issued, kind: AccountKind, amount: Money) -> Postings:
    """So much less is receivable and payable, and stands in another account of both."""
    payee, payer = invoice.payee, invoice.payer
    return (
        Posting(Account(kind, payee), amount),
        Posting(Account(kind, payer), -amount),
        Posting(Account("receivable", payee), -amount),
        Posting(Account("payable", payer), amount),
    )


def _of(state: State, event: LineEvent) -> Issued | None:
    """The invoice, if it is issued and not certified; else its lifecycle says so."""
    return state.invoices.issued.get(event.invoice)


RULES: Rules = {
    InvoiceDisputed: disputed,
    DisputeWithdrawn: withdrawn,
    DisputeResolved: resolved,
    CreditNoteIssued: credited,
}
