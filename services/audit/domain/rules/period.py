"""Periods: a month that is over is closed once, with what its end adds (D3, D8, F5, F6, G20)."""

from __future__ import annotations

from datetime import UTC, timedelta

from services.audit.domain import attendance
from services.audit.domain.actors import same_subject
from services.audit.domain.records.invoices import Draft
from services.audit.domain.records.periods import Month
from services.audit.domain.records.terms import Signed
from services.audit.domain.state import Rules, State
from shared.contracts.invoice import InvoiceMismatched, PeriodClosed
from shared.kernel.dates import month
from shared.kernel.ids import AgreementId, agreement_of
from shared.kernel.money import Money

LAST_MIDNIGHT = timedelta(hours=12)
"""Where a day ends last: UTC-12."""


def closed(state: State, event: PeriodClosed) -> None:
    """Closed when it is over everywhere, by nobody who attested any of its nights, with how many of
    them nobody attested.
    """
    findings, agreement = state.findings, agreement_of(event.agreement)
    signed = state.terms.signed.get(event.agreement)
    if signed is None:
        return
    _is_over(state, event, agreement)
    state.expectations.keep(("closed", agreement, event.period))
    book = state.periods.close(agreement, event.period, event.invoice)
    if any(same_subject(attestor, event.closed_by) for attestor in book.attested_by):
        findings.broken("G20", "attestor and invoicer two subjects", findings.entry.actor)
    if book.expected != (charged := sum(line.minor for line in book.lines.values())):
        findings.broken("D8", f"lines of {book.expected} minor units, or an open month", charged)
    if book.unpriced:
        findings.broken("tariff", "a price for every night", f"{book.unpriced} without")
    nights, silent = attendance.counted(state, agreement, event.period)
    findings.same("D3", "the nights", nights, event.nights)
    draft = Draft(event.invoice, agreement, event.period, signed, book, silent)
    state.invoices.draft = draft
    if state.is_detailed:
        state.invoices.months[event.invoice] = draft
    _ended(state, signed, event.period, book)
    _earned(state, agreement)
    expected = f"invoice/{event.invoice} drafted"
    state.expectations.promise(("drafted", event.invoice), "tariff", expected)


def mismatched(state: State, event: InvoiceMismatched) -> None:
    """Billing says that charges of an open month do not follow from the terms: that has to be so,
    and is mended before the month is closed (D8).
    """
    findings, agreement = state.findings, agreement_of(event.agreement)
    signed = state.terms.signed.get(event.agreement)
    if signed is None:
        return
    book = state.periods.open.get((agreement, event.period)) or Month()
    currency = signed.tariff.currency
    drafted = Money.of(sum(line.minor for line in book.lines.values()), currency)
    expected = Money.of(book.expected, currency)
    findings.same("D8", "the lines come to", drafted, event.drafted)
    findings.same("D8", "the facts come to", expected, event.expected)
    if drafted == expected:
        findings.broken("D8", "a month closed whose lines follow from the terms", "kept open")
    else:
        findings.differs("tariff", f"{expected}", drafted)


def _is_over(state: State, event: PeriodClosed, agreement: AgreementId) -> None:
    findings, end = state.findings, month(event.period).end
    day = (findings.entry.recorded_at.astimezone(UTC) - LAST_MIDNIGHT).date()
    if day < end:
        findings.broken("period", f"a month that is over everywhere: {event.period}", day)
    first = min(signed.effective.start for signed in state.terms.versions(agreement))
    if end <= first:
        findings.broken("F5", f"a month with terms: they begin on {first}", event.period)


def _ended(state: State, closing: Signed, period: str, book: Month) -> None:
    """Every component of the terms in force has said what the month's end adds."""
    signed = state.terms.in_force(closing, period)
    for component in signed.tariff.components if signed else ():
        tally = closing.standings[component.id].tally
        if component.id not in book.ended and component.close(closing.month_end(period), tally):
            expected = f"what the end of {period} adds for {component.id}"
            state.findings.differs("tariff", expected, "nothing")


def _earned(state: State, agreement: AgreementId) -> None:
    """What every component has earned is what the signed terms say of what it bore (F7)."""
    for name, standing in state.terms.standings[agreement].items():
        said = standing.follows()
        if said is not None:
            words = standing.component.statement(standing.tally).words
            found = Money.of(standing.earned, said.currency)
            state.findings.differs("tariff", f"{said} for {name}: {words}", found)


RULES: Rules = {PeriodClosed: closed, InvoiceMismatched: mismatched}
