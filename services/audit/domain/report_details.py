"""A replay's report custody by custody and line by line, for whoever compares with the services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from services.audit.domain.state import State
from shared.kernel.codes import Slug
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, InvoiceId, PersonId
from shared.kernel.money import Money


class CustodyTotals(msgspec.Struct, frozen=True):
    """One custody: where it stands, and how many of its nights are charged."""

    custody: CustodyId
    person: PersonId
    facility: FacilityId
    state: str
    """`place-reserved`, `reservation-released`, `handover-pending`, `in-custody` or `ended`."""
    exit: str | None
    """The type of the event that ended it."""
    arrived_on: date | None
    departed_on: date | None
    nights: int


class LineTotals(msgspec.Struct, frozen=True):
    """One line of one invoice, as it follows from what was charged in its month."""

    invoice: InvoiceId
    period: str
    agreement: AgreementRef
    custody: CustodyId | None
    component: Slug
    unit: Slug
    quantity: int
    amount: Money


STATES = {
    "place reserved": "place-reserved",
    "reservation released": "reservation-released",
    "offered": "handover-pending",
    "offered, place reserved": "handover-pending",
    "in custody": "in-custody",
    "ended": "ended",
}
"""What a custody's state is called outside."""


def custody_totals(state: State) -> Iterator[CustodyTotals]:
    """Every custody."""
    for name, custody in sorted(state.custodies.items()):
        stay = state.stays.get(name)
        charged = {day for nights in stay.charged.values() for day in nights} if stay else ()
        yield CustodyTotals(
            custody=name,
            person=custody.person,
            facility=custody.facility,
            state=STATES[state.lifecycles.state("custody", name)],
            exit=custody.exit,
            arrived_on=None if custody.accepted is None else custody.arrived_on,
            departed_on=custody.departed_on,
            nights=len(charged),
        )


def line_totals(state: State) -> Iterator[LineTotals]:
    """Every line of every invoice that was drawn."""
    for invoice, draft in sorted(state.invoices.months.items()):
        currency = draft.signed.tariff.currency
        for (custody, component, agreement), line in draft.month.lines.items():
            yield LineTotals(
                invoice=invoice,
                period=draft.period,
                agreement=agreement,
                custody=custody,
                component=component,
                unit=line.unit,
                quantity=line.quantity,
                amount=Money.of(line.minor, currency),
            )
