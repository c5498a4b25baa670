"""Journeys: manifests and who is on them, from the plan to the transfer of the last of them.

The gate runs at manifest, seal, board, doors closed and each departure, for everybody (G4).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

import msgspec

from services.audit.domain.agreements import Agreements
from services.audit.domain.cases import Case, Cases
from services.audit.domain.expectations import SIDES, Notes
from services.audit.domain.holds import Holds
from services.audit.domain.obligations import Reactions
from services.audit.domain.persons import Persons
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.codes import Country
from shared.contracts.manifest import (
    HandoverOffered,
    Leg,
    ManifestEvent,
    ManifestOpened,
    ManifestSealed,
    PassengerEvent,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
    PlaceConfirmed,
)
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    EntryRef,
    FacilityId,
    ManifestId,
    PersonId,
    custody_of,
)

Status = Literal["listed", "removed", "boarded", "offered", "transferred"]


class Passenger(msgspec.Struct):
    """One person on the list, and how far they have come."""

    person: PersonId
    listed: PersonManifested
    entry: EntryRef
    status: Status = "listed"
    place: bool = False
    removed: EntryRef | None = None
    offers: dict[EntryRef, HandoverOffered] = msgspec.field(default_factory=dict)


class Progress(msgspec.Struct):
    """How far one leg has come: who authorised it, when it departed and arrived, with whom."""

    authorised_by: str | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    cases: tuple[CaseId, ...] = ()


class Journey(msgspec.Struct):
    """One manifest. It is kept until everybody on it was transferred or taken off."""

    manifest: ManifestId
    agreement: AgreementRef
    facility: FacilityId
    sending: Country
    receiving: Country
    legs: tuple[Leg, ...]
    progress: tuple[Progress, ...]
    passengers: dict[CaseId, Passenger] = msgspec.field(default_factory=dict)
    sealed: bool = False

    def with_status(self, status: Status) -> list[CaseId]:
        """The cases that have come this far, sorted."""
        return sorted(case for case, one in self.passengers.items() if one.status == status)

    @property
    def begun(self) -> bool:
        """Whether its first leg has departed."""
        return self.progress[0].departed_at is not None

    @property
    def doors_closed(self) -> bool:
        """Whether a departure is authorised and has not taken place."""
        return any(one.authorised_by and one.departed_at is None for one in self.progress)

    @property
    def next_departure(self) -> datetime:
        """The plan of the leg that comes next, or of the last one."""
        ahead = (
            leg.planned_departure
            for leg, progress in zip(self.legs, self.progress, strict=True)
            if progress.departed_at is None
        )
        return next(ahead, self.legs[-1].planned_departure)


class Journeys:
    """Every journey that is not over, and the gate that everybody passes on it."""

    def __init__(
        self,
        *,
        notes: Notes,
        agreements: Agreements,
        persons: Persons,
        cases: Cases,
        holds: Holds,
        reactions: Reactions,
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._agreements = agreements
        self._persons = persons
        self._cases = cases
        self._holds = holds
        self._reactions = reactions
        self.open: dict[ManifestId, Journey] = {}

    def opened(self, event: ManifestOpened) -> None:
        """The sending state plans a journey under an agreement, to one of its facilities."""
        notes = self._notes
        document = self._agreements.in_force(event.agreement)
        if event.manifest in self.open:
            notes.broken("ledger", "a manifest that is not open yet", event.manifest)
        notes.same(SIDES, "the party", event.sending, notes.actor.party)
        if document is not None:
            self._agreed(event, document)
        for before, after in pairwise(event.legs):
            notes.same(
                "G4", "a leg from where the last one ended,", before.destination, after.origin
            )
        self.open[event.manifest] = Journey(
            manifest=event.manifest,
            agreement=event.agreement,
            facility=event.facility,
            sending=event.sending,
            receiving=event.receiving,
            legs=event.legs,
            progress=tuple(Progress() for _ in event.legs),
        )

    def _agreed(self, event: ManifestOpened, document: AgreementDocument) -> None:
        notes, parties = self._notes, document.parties
        notes.same("parties", "from", parties.sending, event.sending)
        notes.same("parties", "to", parties.receiving, event.receiving)
        if document.facility(event.facility) is None:
            notes.broken("facilities", "a facility of the agreement", event.facility)
        ends = (event.legs[0].origin, event.legs[-1].destination) if event.legs else ("", "")
        notes.same("parties", "a journey", (parties.sending, parties.receiving), ends)
        for leg in event.legs:
            day = leg.planned_departure.astimezone(UTC).date()
            if not agreed_on(day, document):
                notes.broken("effective", f"a day within {document.effective}", day)

    def manifested(self, event: PersonManifested) -> None:
        """A cleared person is put on the list, on one journey at a time; a substitute too (G4)."""
        notes, journey = self._notes, self.of(event)
        if journey is None:
            return
        case = self._boarding(journey, event.case)
        person = self._persons.of(event.person)
        if person.journey is not None:
            notes.broken("G13", "a person on one journey at a time", f"manifest/{person.journey}")
        if journey.sealed or event.case in journey.passengers:
            found = "sealed" if journey.sealed else "taken off before"
            notes.broken("G4", "a list that the person may come onto", found)
        notes.same("facilities", "the facility", journey.facility, event.facility)
        ends = (journey.sending, journey.receiving)
        notes.same("parties", "the journey's states", ends, (event.sending, event.receiving))
        replaced = event.substitute_for
        if replaced is not None and replaced not in journey.passengers:
            notes.missing("G4", f"case/{replaced} on this manifest", "never on it")
        if case is not None:
            notes.same("ledger", "the person", case.person, event.person)
            case.journey = journey.manifest
        person.journey = journey.manifest
        journey.passengers[event.case] = Passenger(event.person, event, notes.fact.ref)
        key = (custody_of(event.case), event.manifest)
        self._reactions.expect("place", key, self._reactions.asked())

    def confirmed(self, event: PlaceConfirmed) -> None:
        """Placement holds a place for the person (G19); who reserved it: `reservations`."""
        one = self.passenger(event)
        if one is None:
            return
        if one.place or one.status == "removed":
            self._notes.broken("G19", "a person who waits for a place", one.status)
        one.place = True

    def removed(self, event: PersonRemoved) -> None:
        """A person is taken off before departure; from on board too, which opens the doors."""
        journey, one = self.of(event), self.passenger(event)
        if journey is None or one is None:
            return
        self._notes.same("facilities", "the facility", journey.facility, event.facility)
        if one.status not in ("listed", "boarded") or (one.status == "boarded" and journey.begun):
            self._notes.broken("G12", "nobody taken off after departure", one.status)
        if one.status == "boarded":
            for progress in journey.progress:
                if progress.departed_at is None:
                    progress.authorised_by = None
        one.status, one.removed = "removed", self._notes.fact.ref
        self.off(event.case, event.person)

    def sealed(self, event: ManifestSealed) -> None:
        """The list is closed: exactly those on it, each through the gate, each with a place."""
        notes, journey = self._notes, self.of(event)
        if journey is None:
            return
        if journey.sealed:
            notes.broken("G4", "a list that is open", "a sealed one")
        notes.same("G4", "on the list", journey.with_status("listed"), sorted(event.cases))
        for name in event.cases:
            self._boarding(journey, name)
            one = journey.passengers.get(name)
            if one is not None and not one.place:
                notes.broken("G19", f"a place held for case/{name}", "none")
        journey.sealed = True

    def boarded(self, event: PersonBoarded) -> None:
        """A person on a sealed list passes the gate at the door, once."""
        notes, journey, one = self._notes, self.of(event), self.passenger(event)
        if journey is None or one is None:
            return
        self._boarding(journey, event.case)
        if not journey.sealed or journey.doors_closed or journey.begun:
            found = "doors closed" if journey.sealed else "a list that may change"
            notes.broken("G4", "a sealed list and open doors", found)
        notes.same("G4", "a person who is", "listed", one.status)
        one.status = "boarded"

    def _boarding(self, journey: Journey, name: CaseId) -> Case | None:
        return self.gate(journey, name, journey.next_departure)

    def everyone(self, journey: Journey, cases: Iterable[CaseId], *times: datetime) -> None:
        """The gate for everybody on board, at doors closed and at departure."""
        aboard = sorted(cases)
        self._notes.same("G4", "on board", journey.with_status("boarded"), aboard)
        for name in aboard:
            self.gate(journey, name, *times)

    def gate(self, journey: Journey, name: CaseId, *times: datetime) -> Case | None:
        """What must hold of one person at every gate: no order, cleared, everything in force."""
        notes = self._notes
        notes.same(SIDES, "the party", journey.sending, notes.actor.party)
        document = self._agreements.in_force(journey.agreement)
        case = self._cases.named(name)
        if case is None:
            return None
        notes.same("G1", "the destination", case.receiving, journey.receiving)
        undone = self._holds.undone_at(case.person, journey.receiving)
        if case.cleared_at is None or case.cleared_at < undone:
            found = "none, or undone by an order or a merging that came later"
            notes.broken("G4", f"a clearance of case/{name}", found)
        if document is not None:
            self._cases.lacking(case, document, *times)
        return case

    def of(self, event: ManifestEvent) -> Journey | None:
        """The journey that an event is about, under the same agreement."""
        journey = self.open.get(event.manifest)
        if journey is None:
            self._notes.missing("G4", f"an open manifest/{event.manifest}", "none")
        else:
            self._notes.same("ledger", "the agreement", journey.agreement, event.agreement)
        return journey

    def passenger(self, event: PassengerEvent) -> Passenger | None:
        """The person on the list that an event is about."""
        journey = self.open.get(event.manifest)
        one = journey.passengers.get(event.case) if journey else None
        if one is None:
            self._notes.missing(
                "G4", f"case/{event.case} on manifest/{event.manifest}", "not there"
            )
        else:
            self._notes.same("ledger", "the person", one.person, event.person)
        return one

    def off(self, name: CaseId, person: PersonId) -> None:
        """The person is on no journey any more."""
        self._persons.of(person).journey = None
        case = self._cases.open.get(name)
        if case is not None:
            case.journey = None

    def forget(self, journey: Journey) -> None:
        """Keep no journey whose last person was transferred."""
        if all(one.status in ("removed", "transferred") for one in journey.passengers.values()):
            del self.open[journey.manifest]
