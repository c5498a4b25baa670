"""Facilities: two subjects approve a capacity, and an agreement says whose a name is (G19)."""

from __future__ import annotations

from services.audit.domain.actors import same_subject
from services.audit.domain.agreed_zone import zones_on
from services.audit.domain.records.facilities import Facility, Proposal
from services.audit.domain.state import Rules, State
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.contracts.laws import SIDES
from shared.kernel.actor import INDEPENDENT
from shared.kernel.codes import Timezone
from shared.kernel.dates import local_date, utc_date
from shared.kernel.reference.faults import zone_of


def registered(state: State, event: FacilityRegistered) -> None:
    """A state registers a facility of its own, unless an agreement gives the name to another; in
    the agreed time zone, and anew only while no night is a date in another (F10).
    """
    findings, known = state.findings, state.facilities.of(event.facility)
    if event.country == INDEPENDENT:
        findings.broken(SIDES, "a state that the facility stands in", event.country)
    if known.agreed not in ("", event.country):
        findings.broken("facilities", f"a facility of {known.agreed}", event.country)
    agreed = set(zones_on(known, utc_date(findings.entry.time)).values())
    if agreed and zone_of(event.timezone) not in agreed:
        findings.broken("F10", f"an agreed time zone: {sorted(agreed)}", event.timezone)
    before = known.timezone if known.country == event.country else None
    findings.same("ledger", "the zone it was registered in", before, event.instead_of)
    if not _may_be_registered(known, event, agreed):
        findings.broken("ledger", "a facility that is not registered yet", known.country)
    if known.country not in ("", event.country):
        known = Facility(
            event.facility,
            agreed=known.agreed,
            zones=known.zones,
            grounds=known.grounds,
            report_until=known.report_until,
            inadequate_on=known.inadequate_on,
            stopped=known.stopped,
            stops=known.stops,
        )
    known.country, known.timezone = event.country, event.timezone
    state.facilities.known[event.facility] = known


def _may_be_registered(known: Facility, event: FacilityRegistered, agreed: set[Timezone]) -> bool:
    if known.country != event.country:
        return not known.country or bool(known.agreed)
    zone = zone_of(known.timezone)
    return not known.dates_nights and zone not in {zone_of(event.timezone), *agreed}


def agreed(state: State, event: FacilityAgreed) -> None:
    """A signed agreement names it and its zone: it is the receiving state's, whoever took the name
    first, and no other agreement makes it another state's.
    """
    findings, known = state.findings, state.facilities.of(event.facility)
    state.obligations.done("facility", (event.agreement, event.facility))
    version = state.versions.versions.get(event.agreement)
    document = version.document if version and version.activated else None
    named = document.facility(event.facility) if document else None
    if document is None or named is None:
        expected = f"{event.agreement} in force, with the facility"
        findings.missing("facilities", expected, "not there")
    else:
        signed = (named.timezone, document.effective.start)
        findings.same("F10", "the agreed time zone", signed, (event.timezone, event.begins))
    if known.agreed not in ("", event.country):
        findings.broken("facilities", f"a facility of {known.agreed}", event.country)
    if event.agreement in known.zones:
        findings.broken("facilities", "a version that is recorded once", event.agreement)
    known.agreed = event.country
    known.zones[event.agreement] = event.begins, event.timezone
    for agreement, other in state.versions.versions.items():
        if other.document.parties.receiving != event.country:
            state.obligations.settled("facility", (agreement, event.facility))


def capacity_proposed(state: State, event: CapacityProposed) -> None:
    """The first of two subjects; it changes nothing."""
    facility = state.facilities.of(event.facility)
    facility.proposal = Proposal(event.places, event.proposed_by)


def capacity_approved(state: State, event: CapacityApproved) -> None:
    """The second subject, on the same number, which is not below what is taken."""
    findings, facility = state.findings, state.facilities.of(event.facility)
    proposal = facility.proposal
    if proposal is None or proposal.places != event.places:
        found = "none" if proposal is None else f"one of {proposal.places}"
        findings.broken("G19", f"a proposal of {event.places} places", found)
    elif same_subject(proposal.by, findings.entry.actor):
        findings.broken("G19", "two subjects", findings.entry.actor)
    if event.places < facility.taken:
        findings.broken("G19", f"a capacity of {facility.taken} or more", event.places)
    facility.approved, facility.proposal = event.places, None


def own_population(state: State, event: OwnPopulationReported) -> None:
    """The receiving state says how many places it uses itself; a fact, not a claim to more."""
    facility = state.facilities.of(event.facility)
    if event.counted_on > local_date(state.findings.entry.recorded_at, facility.timezone):
        state.findings.broken("G14", "a count of a day that has begun", event.counted_on)
    facility.own = event.count


RULES: Rules = {
    FacilityRegistered: registered,
    FacilityAgreed: agreed,
    CapacityProposed: capacity_proposed,
    CapacityApproved: capacity_approved,
    OwnPopulationReported: own_population,
}
