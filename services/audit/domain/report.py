"""What a replay comes to: counts and sums that both governments must arrive at alike."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.audit.domain.state import Rebuilt
from shared.contracts.codes import Country
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


def totals(books: Rebuilt, findings: int) -> ReplayReport:
    """The figures of everything that was read."""
    logs, cases, custodies = books.logs.states, books.cases, books.custodies
    versions = books.agreements.versions.values()
    held = custodies.known.values()
    return ReplayReport(
        entries={origin: log.next for origin, log in sorted(logs.items())},
        refusals=sum(log.refused for log in logs.values()),
        findings=findings,
        agreements=sum(1 for one in versions if one.signed_by_both),
        persons=len(books.persons.known),
        cases_open=len(cases.open),
        cases_transferred=cases.transferred,
        cases_withdrawn=cases.withdrawn,
        holds_open=len(books.holds.open),
        departed=books.departures.departed,
        under_way=sum(1 for case in cases.open.values() if case.departed),
        in_custody=sum(1 for one in held if one.state == "in-custody"),
        left=dict(sorted(custodies.exits.items())),
        unaccounted=sum(1 for one in held if one.missed is not None),
        occupancy=_occupancy(books),
        nights_accrued=books.nights.accrued_in_all,
        nights_reversed=books.nights.reversed_in_all,
        nights_unpriced=sum(month.unpriced for month in books.months.open.values()),
        prepayments=tuple(_prepayments(books)),
        invoices=_invoices(books),
        postings={unit: Money.of(sum_, unit) for unit, sum_ in books.books.sums().items()},
        waiting={**books.reactions.waiting(), **books.deadlines.waiting()},
    )


def _occupancy(books: Rebuilt) -> tuple[Occupancy, ...]:
    return tuple(
        Occupancy(
            facility=name,
            country=one.country,
            approved=one.approved,
            own_population=one.own,
            reserved=one.reserved,
            in_custody=len(one.present),
        )
        for name, one in sorted(books.facilities.known.items())
    )


def _prepayments(books: Rebuilt) -> Iterator[Prepayment]:
    for agreement, standings in sorted(books.terms.standings.items()):
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


def _invoices(books: Rebuilt) -> tuple[InvoiceTotals, ...]:
    return tuple(
        InvoiceTotals(
            currency=currency,
            invoices=sums.invoices,
            certified=sums.certified,
            earned=Money.of(sums.earned, currency),
            drawn=Money.of(sums.drawn, currency),
            due=Money.of(sums.due, currency),
        )
        for currency, sums in sorted(books.invoices.sums.items())
    )
