"""Charges: what each one comes to by the signed terms, and the line that it stands in."""

from __future__ import annotations

from typing import Any

from services.audit.domain.records.journal import minor_of
from services.audit.domain.records.periods import Line, Month
from services.audit.domain.records.services import Recorded
from services.audit.domain.records.terms import Standing
from services.audit.domain.state import State
from shared.contracts.billing import FeeAccrued, FeeEntry, FeeReversed
from shared.kernel.ids import AgreementId, agreement_of
from shared.tariff.accounts import Postings
from shared.tariff.component import Charge
from shared.tariff.fact import Occurred


def bear(state: State, event: FeeEntry, standing: Standing, charge: Charge[Any]) -> None:
    """The amount is what follows from the signed terms, and its postings are."""
    findings, component = state.findings, standing.component
    if event.amount != charge.amount:
        findings.differs("tariff", f"{charge.amount}", event.amount)
    if event.quantity != charge.quantity or event.unit != charge.unit:
        found = f"{event.quantity} {event.unit}"
        findings.differs("tariff", f"{charge.quantity} {charge.unit}", found)
    findings.same("tariff", "the reason", charge.reason, event.reason)
    parties = state.terms.signed[event.agreement].parties
    expected = component.postings(event.amount, parties.receiving, parties.sending)
    agreement = agreement_of(event.agreement)
    post(state, agreement, event.postings, expected)
    state.periods.of(agreement, event.period).expected += minor_of(charge.amount)
    standing.bear(charge, minor_of(charge.amount))
    if not component.is_drawn:
        state.funding.of(agreement).used[event.period] += minor_of(event.amount)


def post(state: State, agreement: AgreementId, written: Postings, expected: Postings) -> None:
    """Enter what is written, and check it against what follows from the entry's amount."""
    state.journal.post(agreement, written)
    if written != expected:
        state.findings.differs("double entry", f"postings {_said(expected)}", _said(written))


def line_of(month: Month, event: FeeEntry, standing: Standing) -> Line:
    """The line that the charge stands in, with it."""
    key = (event.custody, event.component, event.agreement)
    line = month.lines.get(key)
    if line is None:
        drawn = standing.component.is_drawn
        line = month.lines[key] = Line(event.person, event.unit, event.reason, drawn)
    line.quantity += event.quantity
    line.minor += minor_of(event.amount)
    return line


def _said(postings: Postings) -> str:
    """Postings for people."""
    return ", ".join(
        f"{posting.account.kind} of {posting.account.party} {posting.amount}"
        for posting in postings
    )


def service_charged(state: State, event: FeeAccrued, fact: Occurred) -> None:
    """What was approved in the same decision, once under each component."""
    findings, expectations = state.findings, state.expectations
    waiting = state.services.approved if expectations.are_open else None
    key = ("occasion", waiting and waiting.ref, event.agreement, event.component)
    if waiting is None or not expectations.keep(key):
        findings.broken("F11", "a service that the other state has just approved", event.component)
        return
    findings.same("G20", "attested by", waiting.event.recorded_by, event.attested_by)
    _of_occasion(state, event, fact, waiting)
    standing, charge = state.services.charges[event.component]
    bear(state, event, standing, charge)
    month = state.periods.of(agreement_of(event.agreement), event.period)
    month.attested_by.add(waiting.event.recorded_by)
    line_of(month, event, standing).entries += waiting.evidence
    state.counts["services charged"] += 1


def service_given_back(state: State, event: FeeReversed, fact: Occurred) -> None:
    """What the state that recorded it has just withdrawn, once under each component (F11)."""
    withdrawn = state.services.withdrawn if state.expectations.are_open else None
    key = ("withdrawn", event.because, event.agreement, event.component)
    if withdrawn is None or not state.expectations.keep(key):
        expected = "a charged service that was just withdrawn, by the entry that approved it"
        state.findings.broken("F11", expected, event.component)
        return
    recorded, standing = withdrawn.recorded, withdrawn.standings[event.component]
    _of_occasion(state, event, fact, recorded)
    occurred = Occurred(recorded.event.occasion, recorded.evidence)
    bear(state, event, standing, standing.component.withdraw(occurred, standing.tally))
    month = state.periods.of(agreement_of(event.agreement), event.period)
    line_of(month, event, standing).entries += (*recorded.evidence, event.because)
    state.counts["services given back"] += 1


def _of_occasion(state: State, event: FeeEntry, fact: Occurred, recorded: Recorded) -> None:
    """It names what was recorded, its month and its papers, and nobody's custody."""
    findings, evidence = state.findings, recorded.evidence
    findings.same("F11", "charged for", recorded.event.occasion, fact.what)
    findings.same("period", "the month", recorded.period, event.period)
    if any((event.custody, event.person, event.night)):
        findings.broken("G20", "what is charged for nobody to name nobody", event.component)
    if event.evidence != evidence:
        findings.missing("G20", f"the paper {' '.join(evidence)}", " ".join(event.evidence))
