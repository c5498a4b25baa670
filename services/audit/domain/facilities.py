"""Facilities: two subjects approve a capacity, and it is never exceeded (G19)."""

from __future__ import annotations

import msgspec

from services.audit.domain.agreements import Agreements
from services.audit.domain.expectations import SIDES, Notes, same_subject
from services.audit.domain.intervals import Spans
from shared.contracts.codes import Country, Timezone
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityEvent,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.kernel.actor import INDEPENDENT
from shared.kernel.dates import local_date
from shared.kernel.ids import CustodyId, FacilityId


class Proposal(msgspec.Struct, frozen=True):
    """A capacity that waits for its second subject."""

    places: int
    by: str


class Facility(msgspec.Struct):
    """One facility: how many it may hold, and who is there."""

    facility: FacilityId
    country: Country = ""
    agreed: Country = ""
    """The state that an agreement which both signed names it for."""
    timezone: Timezone = "UTC"
    approved: int = 0
    own: int = 0
    reserved: int = 0
    proposal: Proposal | None = None
    present: dict[CustodyId, None] = msgspec.field(default_factory=dict)
    """Who is in custody, in the order of acceptance."""
    left: list[tuple[int, CustodyId]] = msgspec.field(default_factory=list)
    """Who was, by the day of departure."""
    counted: Spans = msgspec.field(default_factory=Spans)
    """The nights that are attested."""

    @property
    def taken(self) -> int:
        """Places that are spoken for: own population, reserved (also en route), in custody."""
        return self.own + self.reserved + len(self.present)


class Facilities:
    """Every facility."""

    def __init__(self, notes: Notes, agreements: Agreements) -> None:
        """Begin with none."""
        self._notes = notes
        self._agreements = agreements
        self.known: dict[FacilityId, Facility] = {}

    def registered(self, event: FacilityRegistered) -> None:
        """A state registers a facility of its own, once."""
        notes = self._notes
        notes.same(SIDES, "the party", event.country, notes.actor.party)
        if event.country == INDEPENDENT:
            notes.broken(SIDES, "a state that the facility stands in", event.country)
        known = self.known.get(event.facility) or Facility(event.facility)
        if known.agreed not in ("", event.country):
            notes.broken("facilities", f"a facility of {known.agreed}", event.country)
        if known.country == event.country or (known.country and not known.agreed):
            notes.broken("ledger", "a facility that is not registered yet", known.country)
        if known.country not in ("", event.country):
            known = Facility(event.facility, agreed=known.agreed)
        known.country, known.timezone = event.country, event.timezone
        self.known[event.facility] = known

    def agreed(self, event: FacilityAgreed) -> None:
        """A signed agreement names it: it is the receiving state's, whoever took the name first."""
        notes, ref = self._notes, event.agreement
        version = self._agreements.versions.get(ref)
        document = version.document if version and version.activated else None
        if version is not None:
            notes.same("ledger", "the cause", version.activated, notes.fact.causation)
        if document is None or document.facility(event.facility) is None:
            notes.missing("facilities", f"{ref} in force, with the facility", "not there")
        elif document.parties.receiving != event.country:
            notes.same("facilities", "of", document.parties.receiving, event.country)
        known = self.known.setdefault(event.facility, Facility(event.facility))
        if known.agreed:
            notes.broken("facilities", "a facility that is named once", known.agreed)
        known.agreed = event.country

    def capacity_proposed(self, event: CapacityProposed) -> None:
        """The first of two subjects; it changes nothing."""
        facility = self._own(event)
        self._notes.same("G19", "proposed by", self._notes.fact.actor, event.proposed_by)
        facility.proposal = Proposal(event.places, event.proposed_by)

    def capacity_approved(self, event: CapacityApproved) -> None:
        """The second subject, on the same number, which is not below what is taken."""
        notes, facility = self._notes, self._own(event)
        asked = facility.proposal
        if asked is None or asked.places != event.places:
            found = "none" if asked is None else f"one of {asked.places}"
            notes.broken("G19", f"a proposal of {event.places} places", found)
        elif same_subject(asked.by, notes.fact.actor):
            notes.broken("G19", "two subjects", notes.fact.actor)
        if event.places < facility.taken:
            notes.broken("G19", f"a capacity of {facility.taken} or more", event.places)
        facility.approved, facility.proposal = event.places, None

    def own_population(self, event: OwnPopulationReported) -> None:
        """The receiving state says how many places it uses itself; a fact, not a claim to more."""
        facility = self._own(event)
        if event.counted_on > local_date(self._notes.fact.recorded_at, facility.timezone):
            self._notes.broken("G14", "a count of a day that has begun", event.counted_on)
        facility.own = event.count

    def takes_a_place(self, facility: Facility) -> None:
        """One more place is about to be taken: reserved + en route + in custody stay within."""
        free = facility.approved - facility.taken
        if free <= 0:
            found = (
                f"approved {facility.approved}, own population {facility.own},"
                f" reserved {facility.reserved}, in custody {len(facility.present)}"
            )
            self._notes.broken("G19", f"a free place in facility/{facility.facility}", found)

    def of(self, facility: FacilityId) -> Facility:
        """A facility; one that was never registered is noted, and remembered from here."""
        found = self.known.get(facility)
        if found is None:
            self._notes.missing("G19", f"the registration of facility/{facility}", "none")
            found = self.known[facility] = Facility(facility)
        return found

    def _own(self, event: FacilityEvent) -> Facility:
        facility = self.of(event.facility)
        self._notes.same(SIDES, "the party", facility.country, self._notes.actor.party)
        return facility
