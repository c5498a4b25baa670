"""What happened that a component may charge for."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.kernel.codes import CaseKind
from shared.kernel.ids import CustodyId, EntryRef, PersonId


class PersonNight(msgspec.Struct, frozen=True, gc=False):
    """A headcount attested that this person was there on this night (G20)."""

    custody: CustodyId
    person: PersonId
    night: date
    attested: EntryRef
    case_kind: CaseKind | None = None
    """The kind of the person's case, where the facts say it: those of custody do not yet."""
    pseudonyms: tuple[PersonId, ...] = ()
    """Every other pseudonym that is the person's, in order: a month counts them once (F6)."""


class MonthEnd(msgspec.Struct, frozen=True, gc=False):
    """A month of the agreement is over; `signed` is the entry that its terms came into force by."""

    month: str
    signed: EntryRef


class PersonsCounted(msgspec.Struct, frozen=True, gc=False):
    """Who is one person in a month from here on: it was `decided` that two are, or are not (F6)."""

    month: str
    persons: tuple[tuple[PersonId, ...], ...]
    """Each of them by every pseudonym, in order."""
    decided: EntryRef


Fact = PersonNight | MonthEnd | PersonsCounted
