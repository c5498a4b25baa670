"""Legs and handovers: nobody departs who may not, nobody who departed is lost (G12, G13)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.audit.domain.agreements import Agreements
from services.audit.domain.cases import Cases
from services.audit.domain.clearance import Days
from services.audit.domain.custodies import Custodies
from services.audit.domain.expectations import SIDES, Notes, same_subject
from services.audit.domain.manifest import Journey, Journeys, Progress
from services.audit.domain.obligations import Reactions
from services.audit.domain.persons import Departure, Persons
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    HandoverOffered,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    LegEvent,
)
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.ids import CaseId, agreement_of, custody_of


class Departures:
    """What becomes of journeys from doors closed on."""

    def __init__(
        self,
        *,
        notes: Notes,
        agreements: Agreements,
        persons: Persons,
        cases: Cases,
        journeys: Journeys,
        custodies: Custodies,
        reactions: Reactions,
    ) -> None:
        """Begin with nobody departed."""
        self._notes = notes
        self._agreements = agreements
        self._persons = persons
        self._cases = cases
        self._journeys = journeys
        self._custodies = custodies
        self._reactions = reactions
        self.departed = 0
        """How many persons have ever departed."""

    def authorised(self, event: LegDepartureAuthorised) -> None:
        """Doors closed: everybody on board passes the gate once more (G4)."""
        notes = self._notes
        journey, leg = self._leg(event)
        if journey is None or leg is None:
            return
        notes.same("G4", "authorised by", notes.fact.actor, event.authorised_by)
        if leg.authorised_by is not None or leg.departed_at is not None:
            notes.broken("G4", f"leg {event.leg} not authorised yet", leg.authorised_by)
        self._after_the_one_before(journey, event.leg)
        planned = journey.legs[event.leg - 1].planned_departure
        self._journeys.everyone(journey, event.cases, planned)
        leg.authorised_by = event.authorised_by

    def left(self, event: LegDeparted) -> None:
        """Departed with exactly those on board, by another subject than authorised it."""
        notes = self._notes
        journey, leg = self._leg(event)
        if journey is None or leg is None:
            return
        if leg.authorised_by is None or leg.departed_at is not None:
            found = "none" if leg.departed_at is None else "a leg that departed already"
            notes.broken("G4", f"an authorisation of leg {event.leg}", found)
        elif same_subject(leg.authorised_by, notes.fact.actor):
            notes.broken("G4", "two subjects, one to authorise and one to depart", notes.fact.actor)
        self._after_the_one_before(journey, event.leg)
        self._has_happened(event.departed_at)
        planned = journey.legs[event.leg - 1].planned_departure
        self._journeys.everyone(journey, event.cases, planned, event.departed_at)
        document = self._agreements.active(agreement_of(journey.agreement))
        day = event.departed_at.astimezone(UTC).date()
        if document is not None and not agreed_on(day, document):
            notes.broken("effective", f"a day within {document.effective}", day)
        if document is not None:
            self._in_force(document, event.cases, day)
        leg.departed_at, leg.cases = event.departed_at, event.cases
        for name in event.cases:
            self._is_under_way(journey, name, event.departed_at)

    def _in_force(self, document: AgreementDocument, cases: tuple[CaseId, ...], day: date) -> None:
        """A departure that is reported later was bound by what was in force on its day (G4)."""
        for name in cases:
            case = self._cases.open.get(name)
            if case is not None:
                self._cases.not_in_force(case, document, Days(day, day))

    def _is_under_way(self, journey: Journey, name: CaseId, departed_at: datetime) -> None:
        case = self._cases.open.get(name)
        if case is None:
            return
        self.departed += int(not case.departed)
        case.departed = True
        left = Departure(self._notes.mark, departed_at, journey.receiving)
        self._persons.of(case.person).departed = left

    def arrived(self, event: LegArrived) -> None:
        """Arrived with exactly those who departed: nobody is lost on the way (G12)."""
        notes = self._notes
        journey, leg = self._leg(event)
        if journey is None or leg is None:
            return
        notes.same(SIDES, "the party", journey.sending, notes.actor.party)
        notes.same("G12", "those who departed,", sorted(leg.cases), sorted(event.cases))
        if leg.departed_at is None or leg.arrived_at is not None:
            found = "not departed" if leg.departed_at is None else "arrived already"
            notes.broken("G12", f"leg {event.leg} under way", found)
        elif event.arrived_at <= leg.departed_at:
            notes.broken("G12", f"an arrival after {leg.departed_at}", event.arrived_at)
        self._has_happened(event.arrived_at)
        leg.arrived_at = event.arrived_at

    def offered(self, event: HandoverOffered) -> None:
        """The sending state's signature, on a named custodian: "nobody" is not a value (G13)."""
        notes = self._notes
        journey, one = self._journeys.of(event), self._journeys.passenger(event)
        if journey is None or one is None:
            return
        ends = (journey.sending, journey.receiving)
        notes.same(SIDES, "the party", journey.sending, notes.actor.party)
        notes.same("G13", "offered by", notes.fact.actor, event.offered_by)
        notes.same("G13", "the states", ends, (event.sending, event.receiving))
        notes.same("G13", "the facility", journey.facility, event.facility)
        notes.same("G13", "the custody", custody_of(event.case), event.custody)
        notes.same("G13", "a custodian of", journey.receiving, event.custodian.party)
        if event.custodian.responsible_state not in ends:
            responsible = event.custodian.responsible_state
            notes.broken("G13", "one of the two states responsible", responsible)
        arrived = journey.progress[-1].arrived_at
        if arrived is None or event.offered_at < arrived:
            notes.broken("G13", "an offer where the journey ended", f"arrived at {arrived}")
        if one.status not in ("boarded", "offered"):
            notes.broken("G13", "a person who arrived", one.status)
        self._has_happened(event.offered_at)
        one.status = "offered"
        one.offers[notes.fact.ref] = event
        self._custodies.will_be_offered(event)

    def transferred(self, event: CaseTransferred) -> None:
        """Both signatures stand: what was departed is in custody, by name (G13)."""
        notes, case = self._notes, self._cases.named(event.case)
        journey, custody = self._journeys.open.get(event.manifest), self._custodies.of(event)
        one = journey.passengers.get(event.case) if journey else None
        if journey is None or one is None or one.status != "offered":
            found = one.status if one else "not on it"
            notes.broken("G13", f"a person offered on manifest/{event.manifest}", found)
        if custody is not None and custody.accepted != event.accepted:
            notes.missing("G13", f"the second signature, {custody.accepted}", event.accepted)
        notes.same("G13", "the cause", event.accepted, notes.fact.causation)
        self._reactions.done("transfer", (event.custody,))
        if one is not None and journey is not None:
            one.status = "transferred"
            self._journeys.off(event.case, event.person)
            self._journeys.forget(journey)
        if case is not None:
            self._cases.transferred += 1
            self._cases.close(case)

    def _leg(self, event: LegEvent) -> tuple[Journey | None, Progress | None]:
        journey = self._journeys.of(event)
        if journey is None:
            return None, None
        if not 1 <= event.leg <= len(journey.legs):
            self._notes.broken("G4", f"a leg from 1 to {len(journey.legs)}", event.leg)
            return journey, None
        return journey, journey.progress[event.leg - 1]

    def _after_the_one_before(self, journey: Journey, leg: int) -> None:
        if leg > 1 and journey.progress[leg - 2].arrived_at is None:
            self._notes.broken("G4", f"leg {leg - 1} arrived", "not yet")

    def _has_happened(self, instant: datetime) -> None:
        if instant > self._notes.fact.recorded_at + MAX_CLOCK_SKEW:
            self._notes.broken("G1", "what has happened", f"{instant} is in the future")
