"""Persons, as far as a rule asks for them again."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.audit.domain.intervals import Intervals
from services.audit.domain.mark import Mark, Owed
from services.audit.domain.scopes import Travel
from shared.contracts.intake import HeldDocument, NationalityDetermined
from shared.kernel.codes import Country, Office, Party
from shared.kernel.ids import CaseId, CustodyId, ManifestId, PersonId


class Departure(msgspec.Struct, frozen=True):
    """The last time that a person departed, and the entry that says so."""

    entry: Mark
    case: CaseId
    departed_at: datetime
    travel: Travel


class Person(msgspec.Struct, gc=False):
    """One person: where they are, and what was charged for them."""

    registered_by: Country
    documents: tuple[HeldDocument, ...] = ()
    """What the vault that registered them holds, by hash."""
    meant_by: str | None = None
    """Who registered whom an order means, by what it knew (D9); none where an agency did."""
    nationalities: dict[tuple[CaseId, Party, Office], NationalityDetermined] = msgspec.field(
        default_factory=dict
    )
    """As each office determined it last in each case, closed ones too: an order may be on a class
    (G3).
    """
    open_case: CaseId | None = None
    journey: ManifestId | None = None
    awaited_back: ManifestId | None = None
    """The journey that they were taken off, and recalled from: it is over once they are back."""
    custody: CustodyId | None = None
    """Where they are held, by placement's log alone."""
    departed: Departure | None = None
    kept_off: dict[tuple[CustodyId, int], Owed] = msgspec.field(default_factory=dict)
    """Attested nights that are charged under another custody: the first attested comes first."""
    going_on: dict[CustodyId, None] = msgspec.field(default_factory=dict)
    """Where a place is held for this pseudonym, or it is offered or held: by placement's log."""
    stays: list[CustodyId] = msgspec.field(default_factory=list)
    """Every custody of this pseudonym that billing opened a stay for."""
    charged: Intervals = msgspec.field(default_factory=Intervals)
    """The nights that are charged for this pseudonym, in whichever custody (G20)."""
    kept_until: date = date.min
    """The last day on which it is to be known who they are, by the cases that are over (G12)."""
    transferred: tuple[CaseId, ...] = ()
    """The cases by which others have them, taken off on the way or handed over, until intake says
    that they are back.
    """
    erasure_asked_by: str = ""
    erased: bool = False
    """Whether nobody knows who they are any more (G22)."""


class People:
    """Everybody who was registered, and whoever an entry names all the same."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.known: dict[PersonId, Person] = {}

    def of(self, person: PersonId) -> Person:
        """A person; one who was never registered is remembered from here."""
        known = self.known.get(person)
        if known is None:
            known = self.known[person] = Person("")
        return known
