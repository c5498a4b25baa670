"""Months: what was charged in each one, until its invoice is drawn from that."""

from __future__ import annotations

import msgspec

from shared.kernel.codes import Slug
from shared.kernel.dates import month, month_of
from shared.kernel.ids import AgreementId, AgreementRef, CustodyId, EntryRef, InvoiceId, PersonId

LineKey = tuple[CustodyId | None, Slug, AgreementRef]


class Line(msgspec.Struct, gc=False):
    """What one component of one version charges for one custody, or for none."""

    person: PersonId | None
    unit: Slug
    reason: Slug | None
    drawn: bool
    quantity: int = 0
    minor: int = 0
    entries: list[EntryRef] = msgspec.field(default_factory=list)
    """What its facts rest on, and what ended the stay of those that were taken back."""


class Month(msgspec.Struct):
    """One agreement's month, while it is open."""

    lines: dict[LineKey, Line] = msgspec.field(default_factory=dict)
    ended: set[Slug] = msgspec.field(default_factory=set)
    """The components that have said what its end adds."""
    expected: int = 0
    """What its facts come to by the signed terms, whatever was charged, in minor units."""
    unpriced: int = 0
    attested_by: set[str] = msgspec.field(default_factory=set)


class Periods:
    """Every open month; of a closed one, which invoice was drawn from it."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[tuple[AgreementId, str], Month] = {}
        self.closed: dict[AgreementId, dict[str, InvoiceId]] = {}

    def bearing(self, agreement: AgreementId, period: str) -> str:
        """The month that bears a fact of this one: itself, or the next that is open."""
        closed = self.closed.get(agreement)
        if closed:
            while period in closed:
                period = month_of(month(period).end)
        return period

    def of(self, agreement: AgreementId, period: str) -> Month:
        """A month that is open."""
        key = (agreement, period)
        open_month = self.open.get(key)
        if open_month is None:
            open_month = self.open[key] = Month()
        return open_month

    def close(self, agreement: AgreementId, period: str, invoice: InvoiceId) -> Month:
        """A month, which is kept no longer."""
        self.closed.setdefault(agreement, {})[period] = invoice
        return self.open.pop((agreement, period), None) or Month()
