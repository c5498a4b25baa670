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


class MonthEnd(msgspec.Struct, frozen=True, gc=False):
    """A month of the agreement is over; `signed` is the entry that its terms came into force by."""

    month: str
    signed: EntryRef


Fact = PersonNight | MonthEnd
