"""Payments: of certified invoices, never beyond what is owed; the last one settles (G20)."""

from __future__ import annotations

from services.audit.domain.charging import post
from services.audit.domain.state import Rules, State
from shared.contracts.invoice import InvoiceDrafted
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.kernel.ids import agreement_of
from shared.kernel.money import Money
from shared.tariff.accounts import Account, Posting


def recorded(state: State, event: PaymentRecorded) -> None:
    """So much less is owed, in the invoice's currency; cash for what was receivable."""
    findings, owed = state.findings, state.invoices.owed.get(event.invoice)
    drafted = state.latest.last(InvoiceDrafted, "invoice", event.invoice)
    if owed is None or drafted is None:
        findings.broken("G20", "an invoice for which something is owed", event.invoice)
        return
    amount = event.amount
    if amount.currency != owed.currency:
        findings.broken("F3", f"a payment in {owed.currency}", amount)
        return
    if not 0 < amount.minor <= owed.minor:
        findings.broken("G20", f"a payment above zero and of {owed} at most", amount)
    rest = Money.of(owed.minor - amount.minor, owed.currency)
    if event.outstanding != rest:
        findings.differs("G20", f"outstanding {rest}", event.outstanding)
    payee, payer = drafted.event.payee, drafted.event.payer
    expected = (
        Posting(Account("cash", payee), amount),
        Posting(Account("cash", payer), -amount),
        Posting(Account("receivable", payee), -amount),
        Posting(Account("payable", payer), amount),
    )
    post(state, agreement_of(event.agreement), event.postings, expected)
    state.invoices.owed[event.invoice] = rest
    before = state.invoices.paid.get(event.invoice, Money.of(0, owed.currency))
    state.invoices.paid[event.invoice] = Money.of(before.minor + amount.minor, owed.currency)
    if not rest.minor:
        expected_next = f"invoice/{event.invoice} settled"
        state.expectations.promise(("settled", event.invoice), "G20", expected_next)
    state.counts["payments"] += 1


def settled(state: State, event: InvoiceSettled) -> None:
    """Only with what leaves nothing owed, and for what its payments come to."""
    if not state.expectations.keep(("settled", event.invoice)):
        expected = "an invoice for which nothing was left to pay just now"
        state.findings.broken("G20", expected, event.invoice)
    state.invoices.owed.pop(event.invoice, None)
    paid = state.invoices.paid.pop(event.invoice, None)
    if event.paid != paid:
        state.findings.differs("G20", f"paid {paid}", event.paid)


RULES: Rules = {PaymentRecorded: recorded, InvoiceSettled: settled}
