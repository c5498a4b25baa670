"""Custodies: a place held, two signatures on the same words, and an exit; one at a time (G13)."""

from __future__ import annotations

from bisect import insort
from datetime import date, datetime
from typing import Literal

import msgspec

from services.audit.domain.expectations import Notes
from services.audit.domain.facilities import Facilities
from services.audit.domain.intervals import Spans
from services.audit.domain.manifest import Journeys, Passenger
from services.audit.domain.obligations import Reactions
from services.audit.domain.persons import Persons
from shared.contracts.codes import Country
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import HandoverOffered, PlaceConfirmed
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    CustodyEvent,
    HandoverPending,
    PlaceAssigned,
    PlaceRefused,
    PlaceReserved,
    ReservationReleased,
)
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date, stay_nights
from shared.kernel.ids import (
    AgreementRef,
    CustodyId,
    EntryRef,
    FacilityId,
    ManifestId,
    PersonId,
    case_of,
    custody_of,
)

State = Literal["expected", "pending", "in-custody", "ended"]


class Custody(msgspec.Struct, gc=False):
    """One stay, from the place that is held to what remains of it once it is over."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    state: State = "expected"
    held_for: ManifestId | None = None
    """The journey that a place is held for."""
    reserved: EntryRef | None = None
    offer: HandoverPending | None = None
    receiving: Country = ""
    accepted: EntryRef | None = None
    accepted_at: datetime | None = None
    arrived_on: date = date.max
    timezone: str = "UTC"
    departed_on: date | None = None
    ended: EntryRef | None = None
    counted: Spans = msgspec.field(default_factory=Spans)
    missed: date | None = None
    """The last night that the person was missed on, while they are unaccounted for (G14)."""

    def has(self, night: date) -> bool:
        """Whether it is a night of the stay: arrival counts, departure does not (F10)."""
        if self.departed_on is None:
            return night >= self.arrived_on
        return night in stay_nights(self.arrived_on, max(self.arrived_on, self.departed_on))


class Custodies:
    """Every custody. One that is over keeps its nights as spans."""

    def __init__(
        self,
        *,
        notes: Notes,
        persons: Persons,
        facilities: Facilities,
        journeys: Journeys,
        reactions: Reactions,
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._reactions = reactions
        self._persons = persons
        self._facilities = facilities
        self._journeys = journeys
        self.known: dict[CustodyId, Custody] = {}
        self.accepted_in_all = 0
        self.exits: dict[str, int] = {}

    def reserved(self, event: PlaceReserved) -> None:
        """A place is held for a person on a manifest, while there is one (G19)."""
        notes, facility = self._notes, self._facilities.of(event.facility)
        self._reactions.done("place", (event.custody, event.manifest))
        listed = self._listed(event, event.manifest)
        if listed is not None:
            wanted = listed.listed
            notes.same("G19", "asked for by", listed.entry, notes.fact.causation)
            notes.same("G19", "the facility", wanted.facility, event.facility)
            states = (wanted.sending, wanted.receiving)
            notes.same("G13", "the states", states, (event.sending, event.receiving))
        notes.same("G19", "a facility of", event.receiving, facility.country)
        custody = self.known.get(event.custody)
        if custody is None:
            custody = Custody(event.custody, event.person, event.agreement, event.facility)
            self.known[event.custody] = custody
        if custody.held_for is not None or custody.state != "expected":
            notes.broken("G19", "one place held for a person", custody.state)
        self._facilities.takes_a_place(facility)
        facility.reserved += 1
        custody.facility, custody.agreement = event.facility, event.agreement
        custody.held_for, custody.reserved = event.manifest, notes.fact.ref

    def released(self, event: ReservationReleased) -> None:
        """The place is free again."""
        custody = self.of(event)
        if custody is None:
            return
        self._notes.same("G19", "a place held for", custody.held_for, event.manifest)
        self._notes.same("G19", "the facility", custody.facility, event.facility)
        listed, cause = self._listed(event, event.manifest), self._notes.fact.causation
        if listed is not None and cause not in (listed.removed, *listed.offers):
            self._notes.missing("G19", "a removal, or an offer elsewhere", cause)
        self._gives_up(custody)
        if custody.state == "expected":
            del self.known[event.custody]

    def refused(self, event: PlaceRefused) -> None:
        """No place could be held: an answer all the same."""
        self._reactions.done("place", (event.custody, event.manifest))

    def _gives_up(self, custody: Custody) -> None:
        if custody.held_for is not None:
            self._facilities.of(custody.facility).reserved -= 1
            custody.held_for = None

    def confirmed(self, event: PlaceConfirmed) -> None:
        """Intake says that placement holds a place: it does, for this person (G19)."""
        self._notes.same("G19", "the cause", event.reservation, self._notes.fact.causation)
        custody = self.known.get(custody_of(event.case))
        found = None if custody is None else custody.reserved
        if found != event.reservation:
            self._notes.missing("G19", f"the reservation {event.reservation}", found)

    def will_be_offered(self, event: HandoverOffered) -> None:
        """The sending state offers the person; an offer after the acceptance changes nothing."""
        custody = self.known.get(event.custody)
        if custody is None or custody.accepted is None:
            key = (event.custody, self._notes.fact.ref)
            self._reactions.expect("handover", key, self._reactions.asked())

    def pending(self, event: HandoverPending) -> None:
        """The sending state's signature arrives; the sender is responsible (G13; T6)."""
        notes = self._notes
        listed = self._listed(event, None)
        offer = listed.offers.get(event.offer) if listed else None
        self._reactions.done("handover", (event.custody, event.offer))
        notes.same("G13", "the cause", event.offer, notes.fact.causation)
        if offer is None:
            notes.missing("G13", f"the sending state's offer {event.offer}", "no such entry")
        else:
            self._same_words(offer, event)
        custody = self.known.get(event.custody)
        if custody is None:
            custody = Custody(event.custody, event.person, event.agreement, event.facility)
            self.known[event.custody] = custody
        if custody.state not in ("expected", "pending"):
            notes.broken("G13", "a person who is not in custody yet", custody.state)
            return
        held = custody.held_for is not None and custody.facility == event.facility
        notes.same("G19", "a place was reserved:", held, event.place_was_reserved)
        custody.facility, custody.agreement = event.facility, event.agreement
        custody.state, custody.offer = "pending", event

    def _same_words(self, offer: HandoverOffered, event: HandoverPending) -> None:
        for name in ("custody", "person", "agreement", "facility", "custodian", "sending"):
            self._notes.same("G13", f"the {name}", getattr(offer, name), getattr(event, name))
        for name in ("receiving", "offered_by", "offered_at"):
            self._notes.same("G13", f"the {name}", getattr(offer, name), getattr(event, name))

    def accepted(self, event: CustodyAccepted) -> None:
        """The receiving state's signature, on the same words, in its own facility (G13)."""
        notes, custody = self._notes, self.of(event)
        if custody is None or custody.offer is None or custody.state != "pending":
            found = custody.state if custody else "nothing"
            notes.broken("G13", "a handover that the sending state offered", found)
            return
        self._signed(event, custody.offer)
        facility = self._facilities.of(event.facility)
        notes.same("G13", "a facility of", event.receiving, facility.country)
        notes.same("fees", "the time zone", facility.timezone, event.timezone)
        arrived = local_date(event.accepted_at, facility.timezone)
        notes.same("fees", "the first night", arrived, event.arrived_on)
        notes.same("G19", "a place:", custody.held_for is not None, event.place_was_reserved)
        if custody.held_for is None:
            self._facilities.takes_a_place(facility)
        self._gives_up(custody)
        self._settle_offers(event)
        facility.present[event.custody] = None
        self.accepted_in_all += 1
        custody.state, custody.receiving = "in-custody", event.receiving
        custody.accepted, custody.accepted_at = notes.fact.ref, event.accepted_at
        custody.arrived_on, custody.timezone = event.arrived_on, event.timezone
        custody.offer = custody.reserved = None
        self._reactions.expect("stay", (event.custody,), self._reactions.asked())
        self._reactions.expect("transfer", (event.custody,), self._reactions.asked())
        person = self._persons.of(event.person)
        if person.custody is not None:
            held = f"custody/{person.custody}"
            notes.broken("G12", "a departed person in exactly one state", f"also in {held}")
        person.custody = event.custody

    def _settle_offers(self, event: CustodyAccepted) -> None:
        """What is accepted stays as it was: an offer that comes later is not recorded."""
        listed = self._listed(event, None)
        for offer in listed.offers if listed else ():
            self._reactions.settled("handover", (event.custody, offer))

    def _signed(self, event: CustodyAccepted, offer: HandoverPending) -> None:
        notes = self._notes
        signer = (notes.actor.party, notes.actor.office)
        notes.same("G13", "signed by", (event.receiving, "facility-registry"), signer)
        for name in ("offer", "custodian", "sending", "receiving", "facility"):
            notes.same("G13", f"the {name}", getattr(offer, name), getattr(event, name))
        if event.accepted_at < offer.offered_at:
            notes.broken("G13", f"an acceptance from {offer.offered_at} on", event.accepted_at)
        self._has_happened(event.accepted_at)

    def assigned(self, event: PlaceAssigned) -> None:
        """A place in the facility, for somebody in custody there."""
        self._standing(event)

    def ended(self, event: CustodyEnded) -> None:
        """The person left: recorded by the state that held them, once it has happened."""
        notes, custody = self._notes, self._standing(event)
        if custody is None:
            return
        if custody.accepted_at is not None and event.ended_at < custody.accepted_at:
            notes.broken("G13", f"an exit after {custody.accepted_at}", event.ended_at)
        left = local_date(event.ended_at, custody.timezone)
        notes.same("fees", "the day of departure", left, event.departed_on)
        self._has_happened(event.ended_at)
        facility = self._facilities.of(custody.facility)
        facility.present.pop(event.custody, None)
        insort(facility.left, (event.departed_on.toordinal(), event.custody))
        custody.state, custody.departed_on = "ended", event.departed_on
        custody.ended = notes.fact.ref
        self._reactions.expect("exit", (event.custody,), self._reactions.asked())
        name = type(event).TYPE
        self.exits[name] = self.exits.get(name, 0) + 1
        person = self._persons.of(event.person)
        if person.custody == event.custody:
            person.custody = None

    def of(self, event: CustodyEvent | CaseTransferred) -> Custody | None:
        """The custody that an event is about: the same person's, under the same agreement."""
        custody = self.known.get(event.custody)
        if custody is None:
            self._notes.missing("G13", f"custody/{event.custody}", "nothing of it")
            return None
        self._notes.same("ledger", "the person", custody.person, event.person)
        self._notes.same("ledger", "the agreement", custody.agreement, event.agreement)
        return custody

    def _standing(self, event: CustodyEvent) -> Custody | None:
        """The custody, if it stands; the state that holds the person speaks for it."""
        custody = self.of(event)
        if custody is None:
            return None
        self._notes.same("G13", "the party", custody.receiving, self._notes.actor.party)
        self._notes.same("G13", "the facility", custody.facility, event.facility)
        if custody.state != "in-custody":
            self._notes.broken("G13", "a person in custody", custody.state)
            return None
        return custody

    def _listed(self, event: CustodyEvent, manifest: ManifestId | None) -> Passenger | None:
        """The person on a journey: the one that is named, or the one that they are on."""
        name = manifest or self._persons.of(event.person).journey
        journey = self._journeys.open.get(name) if name else None
        one = journey.passengers.get(case_of(event.custody)) if journey else None
        if one is None:
            self._notes.missing("G13", f"case/{event.custody} on a journey", "not on any")
            return None
        self._notes.same("ledger", "the person", one.person, event.person)
        self._notes.same("ledger", "the agreement", one.listed.agreement, event.agreement)
        return one

    def _has_happened(self, instant: datetime) -> None:
        if instant > self._notes.fact.recorded_at + MAX_CLOCK_SKEW:
            self._notes.broken("G14", "what has happened", f"{instant} is in the future")
