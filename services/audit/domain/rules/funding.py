"""Money is obligated by two subjects, never beyond what is appropriated, and said to be used when
it is; intake follows (D12).
"""

from __future__ import annotations

from itertools import pairwise

from services.audit.domain.actors import same_subject
from services.audit.domain.mark import Owed
from services.audit.domain.records.funding import Appropriation
from services.audit.domain.state import Rules, State
from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.funding import (
    FundingAppropriated,
    FundingExhausted,
    FundingObligated,
    FundingPosition,
    FundingRestored,
    FundingThresholdCrossed,
)
from shared.kernel.dates import utc_date
from shared.kernel.ids import AgreementId, agreement_of
from shared.kernel.money import Money


def appropriated(state: State, event: FundingAppropriated) -> None:
    """In the currency of the terms, for whole months that no other one has in part."""
    findings, signed = state.findings, state.terms.signed.get(event.agreement)
    if signed is not None and event.amount.currency != signed.tariff.currency:
        findings.broken("D12", f"money in {signed.tariff.currency}", event.amount)
    if event.amount.minor <= 0:
        findings.broken("D12", "an amount above zero", event.amount)
    period = event.period
    if (period.start.day, period.end.day) != (1, 1):
        findings.broken("D12", "whole months", f"{period.start} to {period.end}")
    if any(earlier >= later for earlier, later in pairwise(event.warn_at)):
        findings.broken("D12", "each share once, in order", event.warn_at)
    funds = state.funding.of(agreement_of(event.agreement))
    for held in funds.appropriations.values():
        own = held.event.period
        if own != period and own.start < period.end and period.start < own.end:
            found = f"{period.start} to {period.end}"
            findings.broken("D12", f"months beside {own.start} to {own.end}, or the same", found)
    funds.appropriations.setdefault(event.appropriation, Appropriation(event))
    funds.warned.pop(period.start, None)


def obligated(state: State, event: FundingObligated) -> None:
    """By another subject than appropriated it, within its amount and before its months are over."""
    findings, funds = state.findings, state.funding.of(agreement_of(event.agreement))
    held = funds.appropriations.get(event.appropriation)
    if held is None:
        return
    if same_subject(held.event.appropriated_by, event.obligated_by):
        findings.broken("D12", "two subjects", event.obligated_by)
    held.obligated += event.amount.minor
    within = event.amount.minor > 0 and held.obligated <= held.event.amount.minor
    if not within or event.amount.currency != held.event.amount.currency:
        findings.broken("D12", f"{held.event.amount} obligated at most", event.amount)
    if utc_date(findings.entry.time) >= held.event.period.end:
        findings.broken("D12", f"money before {held.event.period.end}", findings.entry.time)
    funds.warned.pop(held.event.period.start, None)


def told(state: State, event: FundingPosition) -> None:
    """What is said of a day's money is so, and was not said before."""
    findings, agreement = state.findings, agreement_of(event.agreement)
    funds = state.funding.of(agreement)
    state.obligations.settled("funds", (agreement,))
    findings.same("D12", "the day", funds.day(findings.entry.time), event.on)
    funds.told_on = event.on
    period = funds.months(event.on)
    if period is None:
        findings.broken("D12", f"money that has been appropriated by {event.on}", "none")
        return
    findings.same("D12", "the months", period, event.period)
    spent, limit = funds.spent(period), funds.obligated(event.on)
    currency = event.obligated.currency
    findings.same("D12", "obligated", Money.of(limit, currency), event.obligated)
    findings.same("D12", "used", Money.of(spent, currency), event.spent)
    is_exhausted = isinstance(event, FundingExhausted)
    findings.same("D12", "all of it used", spent >= limit, is_exhausted)
    if isinstance(event, FundingThresholdCrossed):
        findings.same("D12", "the share", funds.reached(event.on, spent), event.share)
        if event.share <= funds.warned.get(period.start, 0):
            findings.broken("D12", "a share that was not told before", event.share)
        funds.warned[period.start] = event.share
        return
    funds.exhausted = is_exhausted
    state.obligations.expect("funding", (findings.entry.ref,))


def has_to_be_told(state: State, agreement: AgreementId, headcount: Owed) -> None:
    """A night of this headcount was charged: if all is used, that is said of the same headcount."""
    entry, funds = state.findings.entry, state.funding.of(agreement)
    if funds.exhausted or not funds.appropriations or headcount.ref != entry.causation:
        return
    day = funds.day(entry.time)
    period, key = funds.months(day), (agreement,)
    if period is None or state.obligations.is_waiting("funds", key):
        return
    if funds.spent(period) >= funds.obligated(day):
        state.obligations.expect("funds", key, headcount)


def stopped(state: State, event: DeparturesUnfunded) -> None:
    """Intake follows: nobody departs under the agreement from here."""
    state.obligations.done("funding", (event.exhausted,))
    state.funding.of(agreement_of(event.agreement)).stopped = True


def resumed(state: State, event: DeparturesFunded) -> None:
    """And somebody may again."""
    state.obligations.done("funding", (event.restored,))
    state.funding.of(agreement_of(event.agreement)).stopped = False


RULES: Rules = {
    FundingAppropriated: appropriated,
    FundingObligated: obligated,
    FundingThresholdCrossed: told,
    FundingExhausted: told,
    FundingRestored: told,
    DeparturesUnfunded: stopped,
    DeparturesFunded: resumed,
}
