"""Stays: the nights of a custody as billing knows them (F10)."""

from __future__ import annotations

import msgspec

from services.audit.domain.intervals import Intervals
from services.audit.domain.mark import Owed
from shared.kernel.codes import Slug
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CustodyId,
    EntryRef,
    PersonId,
)


class Unpriced(msgspec.Struct, frozen=True):
    """An attested night that waits for a price, and the month that bears it."""

    attested: Owed
    period: str


class Stay(msgspec.Struct, gc=False):
    """One custody's nights: those charged, as intervals, and those that wait for a price."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    terms: AgreementId
    arrived: int
    borne_by: dict[str, str]
    """Months that were closed when billing was told of the stay, and which bears their nights."""
    until: int | None = None
    """The first day after its nights, once it is over."""
    left: int | None = None
    """The day of departure."""
    ended: EntryRef | None = None
    stopped: int | None = None
    """The day from which on nothing is owed, because a return was ordered (G16)."""
    order: EntryRef = EntryRef("")
    """The entry that ordered it."""
    binds_others: bool = True
    """Whether it keeps off nights of other custodies too: not if it came before this one."""
    charged: dict[tuple[AgreementRef, Slug], Intervals] = msgspec.field(default_factory=dict)
    unpriced: dict[int, Unpriced] = msgspec.field(default_factory=dict)

    def has(self, day: int) -> bool:
        """Whether it is a night of the stay, by the night rule that was signed (F10)."""
        if day < self.arrived or self.until is None:
            return day >= self.arrived
        return day < self.until

    def nights(self, agreement: AgreementRef, component: Slug) -> Intervals:
        """The nights that are charged under a component."""
        key = (agreement, component)
        nights = self.charged.get(key)
        if nights is None:
            nights = self.charged[key] = Intervals()
        return nights

    def is_charged(self, day: int) -> bool:
        """Whether the night is charged, under whatever component."""
        return any(day in nights for nights in self.charged.values())
