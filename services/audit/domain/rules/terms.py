"""Terms: billing activates exactly those that both states signed (F8), and what is paid ahead."""

from __future__ import annotations

from datetime import timedelta

from services.audit.domain.charging import post
from services.audit.domain.state import Rules, State
from shared.contracts.billing import PrepaymentReceived, TermsActivated
from shared.kernel.dates import month_of
from shared.kernel.ids import agreement_of
from shared.tariff.accounts import received_ahead

FIRST_MIDNIGHT = timedelta(hours=14)
"""Where a day begins first: UTC+14."""


def activated(state: State, event: TermsActivated) -> None:
    """There is no other way in."""
    state.obligations.done("terms", (event.agreement,))
    if event.agreement not in state.terms.signed:
        state.terms.activate(event)


def received(state: State, event: PrepaymentReceived) -> None:
    """The whole signed amount of a component that is paid ahead, once it is there (F7)."""
    findings, signed = state.findings, state.terms.signed.get(event.agreement)
    standing = state.terms.standing(event.agreement, event.component)
    amount = standing.component.paid_ahead if standing else None
    if signed is None or standing is None or amount is None:
        findings.broken("F7", "a prepaid component of signed terms", event.component)
        return
    latest = (findings.entry.recorded_at + FIRST_MIDNIGHT).date()
    if event.received_on > latest:
        findings.broken("F7", f"money that was received by {latest}", event.received_on)
    if event.amount != amount:
        findings.differs("F7", f"the signed amount, {amount}", event.amount)
    standing.paid_ahead = True
    funds = state.funding.of(agreement_of(event.agreement))
    funds.used[month_of(event.received_on)] += event.amount.minor
    parties = signed.parties
    expected = received_ahead(parties.receiving, parties.sending, event.amount)
    post(state, agreement_of(event.agreement), event.postings, expected)


RULES: Rules = {TermsActivated: activated, PrepaymentReceived: received}
