"""Persons: registered once, by a state; one open case, one journey and one custody at a time."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.audit.domain.expectations import Mark, Notes
from services.audit.domain.intervals import Spans
from services.audit.domain.obligations import Owed
from shared.contracts.codes import Country
from shared.contracts.intake import PersonRegistered
from shared.kernel.actor import INDEPENDENT
from shared.kernel.ids import CaseId, CustodyId, ManifestId, PersonId


class Departure(msgspec.Struct, frozen=True):
    """The last time that a person departed, and the entry that says so."""

    entry: Mark
    departed_at: datetime
    destination: Country


class Person(msgspec.Struct, gc=False):
    """What is known of one person. `custody`: where they are held, by placement's log alone."""

    registered_by: Country
    open_case: CaseId | None = None
    journey: ManifestId | None = None
    custody: CustodyId | None = None
    departed: Departure | None = None
    merged_at: int = -1
    """The entry that last merged this pseudonym with another: clearances before it are void."""
    ordered_at: dict[Country, int] = msgspec.field(default_factory=dict)
    """The entry of the last order about this pseudonym against a country; "" for every one."""
    kept_off: dict[tuple[CustodyId, int], Owed] = msgspec.field(default_factory=dict)
    """Attested nights that are charged under another custody: the first attested comes first."""
    charged: Spans = msgspec.field(default_factory=Spans)
    """The nights that are charged for this person, in whichever custody (G20)."""


class Persons:
    """Everybody who was registered."""

    def __init__(self, notes: Notes) -> None:
        """Begin with nobody."""
        self._notes = notes
        self.known: dict[PersonId, Person] = {}

    def registered(self, event: PersonRegistered) -> None:
        """A state registers a person, for itself, once."""
        party = self._notes.actor.party
        self._notes.same("each side acts for itself", "the party", party, event.registered_by)
        if party == INDEPENDENT:
            self._notes.broken("each side acts for itself", "a state that answers for it", party)
        if event.person in self.known:
            self._notes.broken("G9", "a pseudonym that is not taken", event.person)
            return
        self.known[event.person] = Person(event.registered_by)

    def of(self, person: PersonId) -> Person:
        """A person; one who was never registered is noted, and remembered from here."""
        found = self.known.get(person)
        if found is None:
            self._notes.missing("G9", f"the registration of person/{person}", "no such entry")
            found = self.known[person] = Person("")
        return found
