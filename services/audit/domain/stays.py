"""Stays: the nights of a custody as billing knows them; after its end nothing is owed (F10; T7)."""

from __future__ import annotations

from datetime import date

import msgspec

from services.audit.domain.custodies import Custodies, Custody
from services.audit.domain.expectations import Notes
from services.audit.domain.intervals import Spans
from services.audit.domain.obligations import Owed, Reactions
from services.audit.domain.persons import Persons
from shared.contracts.billing import StayClosed, StayEvent, StayOpened
from shared.contracts.codes import Slug
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CustodyId,
    EntryRef,
    PersonId,
    agreement_of,
)

TAKEN_BACK = "taken back"
OWED_AGAIN = "owed again"
NO_LONGER_WAITING = "no longer waiting"


class Unpriced(msgspec.Struct, frozen=True):
    """An attested night that waits for a price, and the month that bears it."""

    attested: Owed
    period: str


class Stay(msgspec.Struct, gc=False):
    """One custody's nights: those charged, as spans, and those that wait for a price."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    terms: AgreementId
    arrived: int
    departed: int | None = None
    ended: EntryRef | None = None
    charged: dict[tuple[AgreementRef, Slug], Spans] = msgspec.field(default_factory=dict)
    unpriced: dict[int, Unpriced] = msgspec.field(default_factory=dict)

    def has(self, day: int) -> bool:
        """Whether it is a night of the stay; arrival and departure on one day are one (F10)."""
        if day < self.arrived or self.departed is None:
            return day >= self.arrived
        return day < max(self.departed, self.arrived + 1)

    def spans(self, agreement: AgreementRef, component: Slug) -> Spans:
        """The nights that are charged under a component."""
        key = (agreement, component)
        found = self.charged.get(key)
        if found is None:
            found = self.charged[key] = Spans()
        return found

    def is_charged(self, day: int) -> bool:
        """Whether the night is charged, under whatever component."""
        return any(day in spans for spans in self.charged.values())


class Stays:
    """Every stay that billing has opened."""

    def __init__(
        self, notes: Notes, persons: Persons, custodies: Custodies, reactions: Reactions
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._persons = persons
        self._custodies = custodies
        self._reactions = reactions
        self.known: dict[CustodyId, Stay] = {}

    def opened(self, event: StayOpened) -> None:
        """Custody was accepted, and billing says so once, in the same words (G20)."""
        notes, custody = self._notes, self._custody(event)
        self._reactions.done("stay", (event.custody,))
        notes.same("G20", "the cause", event.accepted, notes.fact.causation)
        if event.custody in self.known:
            notes.broken("G20", "a stay that is opened once", event.custody)
            return
        if custody is not None:
            if custody.accepted != event.accepted:
                notes.missing("G20", f"the acceptance {custody.accepted}", event.accepted)
            notes.same("G20", "the first night", custody.arrived_on, event.arrived_on)
            notes.same("G20", "the facility", custody.facility, event.facility)
        self.known[event.custody] = Stay(
            custody=event.custody,
            person=event.person,
            agreement=event.agreement,
            terms=agreement_of(event.agreement),
            arrived=event.arrived_on.toordinal(),
        )

    def closed(self, event: StayClosed) -> None:
        """Custody ended: whatever was charged from then on is taken back at once (T7)."""
        notes, stay = self._notes, self.of(event.custody, event.person)
        self._reactions.done("exit", (event.custody,))
        notes.same("T7", "the cause", event.ended, notes.fact.causation)
        custody = self._custody(event)
        if custody is not None:
            if custody.ended != event.ended:
                notes.missing("T7", f"the exit {custody.ended}", event.ended)
            notes.same("T7", "the day of departure", custody.departed_on, event.departed_on)
        if stay is None:
            return
        if stay.departed is not None:
            notes.broken("T7", "a stay that is closed once", date.fromordinal(stay.departed))
            return
        stay.departed, stay.ended = event.departed_on.toordinal(), event.ended
        kept_off = self._persons.of(event.person).kept_off
        for name, day in list(kept_off):
            if name == event.custody and not stay.has(day):
                del kept_off[name, day]
        self._promise_what_follows(stay)

    def _promise_what_follows(self, stay: Stay) -> None:
        for (agreement, component), spans in stay.charged.items():
            for day in spans.after(stay.arrived):
                if not stay.has(day):
                    key = (TAKEN_BACK, stay.custody, day, agreement, component)
                    night = date.fromordinal(day)
                    self._notes.promise(key, "T7", f"the night {night} ({component}) taken back")
        for day in stay.unpriced:
            if not stay.has(day):
                night = date.fromordinal(day)
                waits = (NO_LONGER_WAITING, stay.custody, day)
                self._notes.promise(waits, "T7", f"the night {night} no longer waiting for a price")

    def of(self, custody: CustodyId, person: PersonId) -> Stay | None:
        """The stay that an event is about: the same person's."""
        stay = self.known.get(custody)
        if stay is None:
            self._notes.missing("G20", f"a stay opened for custody/{custody}", "none")
        elif stay.person != person:
            self._notes.same("G20", "the person", stay.person, person)
        return stay

    def _custody(self, event: StayEvent) -> Custody | None:
        custody = self._custodies.known.get(event.custody)
        if custody is None:
            self._notes.missing("G20", f"custody/{event.custody}", "nothing of it")
            return None
        self._notes.same("G20", "the person", custody.person, event.person)
        self._notes.same("G20", "the agreement", custody.agreement, event.agreement)
        return custody
