"""Which book reads which type of event. A type that no book reads is `coverage-incomplete`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.audit.domain.state import Rebuilt
from shared.contracts import billing, facility, hold, identity, intake, manifest, placement
from shared.contracts.catalog import NEWEST_TYPES
from shared.kernel.event import Event

Reader = Callable[[Any], None]


def readers(books: Rebuilt) -> dict[type[Event], Reader]:
    """The reader of each type; one of a kind (a fact of a case, an exit) is read like its kind."""
    by_kind: dict[type[Event], Reader] = {
        **_of_intake(books),
        **_of_journeys(books),
        **_of_placement(books),
        **_of_billing(books),
    }
    found: dict[type[Event], Reader] = {}
    for one in NEWEST_TYPES:
        kind = next((kind for kind in one.__mro__ if kind in by_kind), None)
        if kind is not None:
            found[one] = by_kind[kind]
        elif "refusal" in one.__struct_fields__:
            found[one] = books.logs.refused
    return found


def _each(*several: Reader) -> Reader:
    """A type that more than one book reads, in this order."""

    def read(event: Event) -> None:
        for reader in several:
            reader(event)

    return read


def _of_intake(books: Rebuilt) -> dict[type[Event], Reader]:
    return {
        intake.AgreementProposed: books.agreements.proposed,
        intake.AgreementSigned: books.agreements.signed,
        intake.AgreementActivated: books.agreements.activated,
        intake.PersonRegistered: books.persons.registered,
        identity.NearMatchFound: books.identities.near_match,
        identity.PersonsMerged: books.identities.merged,
        identity.PersonsToldApart: books.holds.told_apart,
        intake.CaseProposed: books.cases.proposed,
        intake.CaseFact: books.cases.recorded,
        intake.ClearanceGranted: books.cases.granted,
        intake.CaseWithdrawn: books.cases.taken_back,
        intake.CaseTransferred: books.departures.transferred,
        hold.HoldAsserted: books.holds.asserted,
        hold.HoldVerified: books.holds.verified,
        hold.HoldLiftRequested: books.holds.lift_requested,
        hold.HoldLifted: books.holds.lifted,
    }


def _of_journeys(books: Rebuilt) -> dict[type[Event], Reader]:
    return {
        manifest.ManifestOpened: books.journeys.opened,
        manifest.PersonManifested: books.journeys.manifested,
        manifest.PlaceConfirmed: _each(books.journeys.confirmed, books.custodies.confirmed),
        manifest.PersonRemoved: books.journeys.removed,
        manifest.ManifestSealed: books.journeys.sealed,
        manifest.PersonBoarded: books.journeys.boarded,
        manifest.LegDepartureAuthorised: books.departures.authorised,
        manifest.LegDeparted: books.departures.left,
        manifest.LegArrived: books.departures.arrived,
        manifest.HandoverOffered: books.departures.offered,
    }


def _of_placement(books: Rebuilt) -> dict[type[Event], Reader]:
    return {
        facility.FacilityRegistered: books.facilities.registered,
        facility.FacilityAgreed: books.facilities.agreed,
        facility.CapacityProposed: books.facilities.capacity_proposed,
        facility.CapacityApproved: books.facilities.capacity_approved,
        facility.OwnPopulationReported: books.facilities.own_population,
        placement.PlaceReserved: books.custodies.reserved,
        placement.PlaceRefused: _each(books.logs.refused, books.custodies.refused),
        placement.ReservationReleased: books.custodies.released,
        placement.HandoverPending: books.custodies.pending,
        placement.CustodyAccepted: _each(books.custodies.accepted, books.deadlines.accepted),
        placement.PlaceAssigned: books.custodies.assigned,
        placement.HeadcountAttested: _each(books.headcounts.attested, books.deadlines.attested),
        placement.HeadcountOverdue: books.deadlines.overdue,
        placement.HeadcountMismatched: books.headcounts.mismatched,
        placement.PersonUnaccounted: books.headcounts.unaccounted_for,
        placement.PersonAccountedFor: books.headcounts.accounted_for,
        placement.CustodyEnded: books.custodies.ended,
    }


def _of_billing(books: Rebuilt) -> dict[type[Event], Reader]:
    def not_charged(event: billing.NightNotCharged) -> None:
        books.logs.refused(event)
        if isinstance(event, billing.NightAlreadyCharged):
            books.nights.already_charged(event)
        else:
            books.nights.not_charged(event)

    return {
        billing.TermsActivated: books.terms.activated,
        billing.StayOpened: books.stays.opened,
        billing.StayClosed: books.stays.closed,
        billing.FeeAccrued: books.nights.accrued,
        billing.FeeReversed: books.nights.taken_back,
        billing.NightNotCharged: not_charged,
        billing.NightUnpriced: books.nights.unpriced,
        billing.PrepaymentReceived: books.prepayments.received,
        billing.PeriodClosed: books.invoices.closed,
        billing.InvoiceDrafted: books.invoices.drafted,
        billing.InvoiceLineDrafted: books.invoices.line,
        billing.InvoiceIssued: books.invoices.out,
        billing.InvoiceMismatched: books.invoices.mismatched,
        billing.InvoiceCertified: books.invoices.certified,
    }
