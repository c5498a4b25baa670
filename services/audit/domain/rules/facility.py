"""Facilities: two subjects approve a capacity, and an agreement says whose a name is (G19)."""

from __future__ import annotations

from services.audit.domain.actors import same_subject
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
from shared.kernel.dates import local_date


def registered(state: State, event: FacilityRegistered) -> None:
    """A state registers a facility of its own, unless an agreement gives the name to another."""
    findings, known = state.findings, state.facilities.of(event.facility)
    if event.country == INDEPENDENT:
        findings.broken(SIDES, "a state that the facility stands in", event.country)
    if known.agreed not in ("", event.country):
        findings.broken("facilities", f"a facility of {known.agreed}", event.country)
    if known.country == event.country or (known.country and not known.agreed):
        findings.broken("ledger", "a facility that is not registered yet", known.country)
    if known.country not in ("", event.country):
        known = Facility(event.facility, agreed=known.agreed)
    known.country, known.timezone = event.country, event.timezone
    state.facilities.known[event.facility] = known


def agreed(state: State, event: FacilityAgreed) -> None:
    """A signed agreement names it: it is the receiving state's, whoever took the name first."""
    version = state.versions.versions.get(event.agreement)
    document = version.document if version and version.activated else None
    if document is None or document.facility(event.facility) is None:
        expected = f"{event.agreement} in force, with the facility"
        state.findings.missing("facilities", expected, "not there")
    state.facilities.of(event.facility).agreed = event.country


def capacity_proposed(state: State, event: CapacityProposed) -> None:
    """The first of two subjects; it changes nothing."""
    facility = state.facilities.of(event.facility)
    facility.proposal = Proposal(event.places, event.proposed_by)


def capacity_approved(state: State, event: CapacityApproved) -> None:
    """The second subject, on the same number, which is not below what is taken."""
    findings, facility = state.findings, state.facilities.of(event.facility)
    asked = facility.proposal
    if asked is None or asked.places != event.places:
        found = "none" if asked is None else f"one of {asked.places}"
        findings.broken("G19", f"a proposal of {event.places} places", found)
    elif same_subject(asked.by, findings.entry.actor):
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
