"""What happened that a component may charge for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.kernel.bounds import MOST
from shared.kernel.codes import CaseKind, Slug, Timezone
from shared.kernel.dates import utc_date
from shared.kernel.ids import CustodyId, EntryRef, PersonId

Units = Annotated[int, Meta(ge=1, le=MOST)]


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


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="service", gc=False):
    """So many units of a service were given on a day, as a paper of a kind says (F11)."""

    service: Slug
    unit: Slug
    quantity: Units
    paper: Slug
    """The kind of evidence: a guard's log, a trip's log, a clinic's bill."""
    on: date

    @property
    def day(self) -> date:
        """The day that it is charged for."""
        return self.on


class Cancellation(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="cancellation", gc=False
):
    """A place that was held for somebody was given up (F13)."""

    held_for: date
    """The day that the place was held for, at the facility."""
    cancelled_at: datetime
    timezone: Timezone
    """The facility's."""
    cause: Literal["requested", "hold"]
    """Whether an order stood against the departure, or the sending state asked for it by itself."""

    @property
    def day(self) -> date:
        """The day that it is charged for: that of the cancellation itself, in UTC (D4). It says
        which version is in force, and so which clock says whether it was late.
        """
        return utc_date(self.cancelled_at)


Occasion = Service | Cancellation
"""What one state records with its paper, and the other approves."""


class Occurred(msgspec.Struct, frozen=True, gc=False):
    """Both states say that it happened; `evidence` are the entries that say so."""

    what: Occasion
    evidence: tuple[EntryRef, ...]


Fact = PersonNight | MonthEnd | PersonsCounted | Occurred
