"""What a replay comes to: counts and sums that both governments must arrive at alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from services.audit.domain.falling_due import waiting
from services.audit.domain.log_integrity import LogState
from services.audit.domain.report_details import (
    CustodyTotals,
    LineTotals,
    custody_totals,
    line_totals,
)
from services.audit.domain.state import State
from shared.kernel.codes import Country
from shared.kernel.ids import FacilityId
from shared.kernel.money import Money


class Occupancy(msgspec.Struct, frozen=True):
    """One facility's places."""

    facility: FacilityId
    country: Country
    approved: int
    own_population: int
    reserved: int
    in_custody: int


class InvoiceTotals(msgspec.Struct, frozen=True):
    """What all invoices of one currency come to."""

    currency: str
    invoices: int
    certified: int
    earned: Money
    drawn: Money
    due: Money


class Prepayment(msgspec.Struct, frozen=True):
    """What was to be paid ahead: how much of it was used and earned, what is unearned (F7)."""

    agreement: str
    component: str
    received: bool
    used: int
    earned: Money
    unearned: Money


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was rebuilt, as figures."""

    entries: dict[str, int]
    """How many entries of each log were read."""
    refusals: int
    """How many of them record that a rule said no: these are no findings."""
    findings: int
    agreements: int
    """Versions that both states signed."""
    persons: int
    cases_open: int
    cases_transferred: int
    cases_withdrawn: int
    holds_open: int
    departed: int
    """Persons who ever departed: each is under way, offered, in custody, or has left it."""
    under_way: int
    in_custody: int
    left: dict[str, int]
    """How many left custody, by the type of their exit."""
    unaccounted: int
    """Persons who are unaccounted for as of the last entry (G14)."""
    occupancy: tuple[Occupancy, ...]
    nights_accrued: int
    nights_reversed: int
    nights_unpriced: int
    prepayments: tuple[Prepayment, ...]
    invoices: tuple[InvoiceTotals, ...]
    postings: dict[str, Money]
    """The sum of all postings in each currency: zero."""
    waiting: dict[str, int]
    """What one log still owes to another's entries, and what is due and not marked yet."""
    custodies: tuple[CustodyTotals, ...] = ()
    """Every custody, where a detailed report was asked for."""
    invoice_lines: tuple[LineTotals, ...] = ()
    """What each invoice's lines come to by the nights themselves, in a detailed report."""


def totals(state: State, logs: dict[str, LogState], findings: int) -> ReplayReport:
    """The figures of everything that was read."""
    custodies = state.custodies.values()
    in_state = Counter(state.lifecycles.all("custody").values())
    exits = Counter(custody.exit for custody in custodies if custody.exit is not None)
    return ReplayReport(
        entries={origin: log.next for origin, log in sorted(logs.items())},
        refusals=sum(log.refused for log in logs.values()),
        findings=findings,
        agreements=sum(version.signed_by_both for version in state.versions.versions.values()),
        persons=len(state.people.known),
        cases_open=len(state.cases),
        cases_transferred=state.counts["CaseTransferred"],
        cases_withdrawn=state.counts["CaseWithdrawn"],
        holds_open=len(state.orders.open),
        departed=state.counts["departed"],
        under_way=sum(case.departed for case in state.cases.values()),
        in_custody=in_state["in custody"],
        left=dict(sorted(exits.items())),
        unaccounted=sum(custody.missed is not None for custody in custodies),
        occupancy=_occupancy(state),
        nights_accrued=state.counts["accrued"],
        nights_reversed=state.counts["reversed"],
        nights_unpriced=sum(month.unpriced for month in state.periods.open.values()),
        prepayments=tuple(_prepayments(state)),
        invoices=_invoices(state),
        postings={unit: Money.of(sum_, unit) for unit, sum_ in state.journal.sums().items()},
        waiting={**state.obligations.waiting(), **waiting(state)},
        custodies=tuple(custody_totals(state)) if state.is_detailed else (),
        invoice_lines=tuple(line_totals(state)) if state.is_detailed else (),
    )


def _occupancy(state: State) -> tuple[Occupancy, ...]:
    return tuple(
        Occupancy(
            facility=name,
            country=facility.country,
            approved=facility.approved,
            own_population=facility.own,
            reserved=facility.reserved,
            in_custody=len(facility.present),
        )
        for name, facility in sorted(state.facilities.known.items())
    )


def _prepayments(state: State) -> Iterator[Prepayment]:
    for agreement, standings in sorted(state.terms.standings.items()):
        for name, standing in standings.items():
            statement = standing.component.statement(standing.tally)
            if statement.unearned is not None:
                yield Prepayment(
                    agreement=agreement,
                    component=name,
                    received=standing.paid_ahead,
                    used=statement.used,
                    earned=statement.earned,
                    unearned=statement.unearned,
                )


def _invoices(state: State) -> tuple[InvoiceTotals, ...]:
    return tuple(
        InvoiceTotals(
            currency=currency,
            invoices=sums.invoices,
            certified=sums.certified,
            earned=Money.of(sums.earned, currency),
            drawn=Money.of(sums.drawn, currency),
            due=Money.of(sums.due, currency),
        )
        for currency, sums in sorted(state.invoices.sums.items())
    )
