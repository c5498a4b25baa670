"""Reservations: a place is held for a person on a manifest, or none is, and says so (D1, G19)."""

from __future__ import annotations

from services.audit.domain.agreed_zone import is_in_the_agreed_zone
from services.audit.domain.capacity import gives_up, holds_a_place, takes_a_place
from services.audit.domain.records.custodies import Custody
from services.audit.domain.state import Rules, State
from shared.contracts.manifest import PersonManifested
from shared.contracts.placement import PlaceRefused, PlaceReserved, ReservationReleased
from shared.kernel.dates import utc_date
from shared.kernel.ids import agreement_of, case_of


def reserved(state: State, event: PlaceReserved) -> None:
    """A place is held, while there is one."""
    state.obligations.done("place", (event.custody, event.manifest))
    for standing in state.suspensions.reserving(agreement_of(event.agreement)).values():
        expected = f"no place under {event.agreement}, suspended by {standing.by}"
        state.findings.broken("G23", expected, "a place", standing.entry.ref)
    facility, custody = state.facilities.of(event.facility), state.custodies.get(event.custody)
    if custody is None:
        custody = Custody(event.custody, event.person, event.agreement, event.facility)
        state.custodies[event.custody] = custody
    day = utc_date(state.findings.entry.time)
    is_in_the_agreed_zone(state, facility, event.agreement, day, departed=False)
    _nowhere_else(state, event)
    takes_a_place(state, facility)
    if facility.grounds or facility.report_until is None or facility.report_until < day:
        found = f"{sorted(facility.grounds)}, the report good until {facility.report_until}"
        state.findings.broken("G17", "a report in force, and no suspension", found)
    if not holds_a_place(state, event.custody):
        facility.reserved += 1
    if custody.accepted is None:
        custody.facility, custody.agreement = event.facility, event.agreement
    state.people.of(event.person).going_on[event.custody] = None


def _nowhere_else(state: State, event: PlaceReserved) -> None:
    """Who is awaited or held travels in no other case, by whatever pseudonym (G12)."""
    key = (event.manifest, case_of(event.custody))
    listed = state.latest.last(PersonManifested, "manifest case", key)
    for name in (event.person, *(listed.event.pseudonyms if listed else ())):
        for custody in state.people.of(name).going_on:
            if custody != event.custody:
                expected = "a place for somebody who is awaited and held nowhere else"
                state.findings.broken("G12", expected, f"custody/{custody}, as person/{name}")


def refused(state: State, event: PlaceRefused) -> None:
    """No place could be held: an answer all the same, which whoever is taken off for it repeats."""
    state.obligations.done("place", (event.custody, event.manifest))
    journey = state.journeys.get(event.manifest)
    if journey is not None:
        said = (state.findings.entry.ref, event.refusal)
        journey.no_place[case_of(event.custody)] = said


def released(state: State, event: ReservationReleased) -> None:
    """The place is free again: the person was taken off, or is offered elsewhere."""
    custody, journey = state.custodies.get(event.custody), state.journeys.get(event.manifest)
    if custody is None:
        return
    cause, listed = state.findings.entry.causation, journey.listed if journey else {}
    if cause not in listed.get(case_of(event.custody), (cause,)):
        state.findings.missing("G19", "a removal, or an offer elsewhere", cause)
    gives_up(state, custody)
    state.people.of(event.person).going_on.pop(event.custody, None)


RULES: Rules = {
    PlaceReserved: reserved,
    PlaceRefused: refused,
    ReservationReleased: released,
}
