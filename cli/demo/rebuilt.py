"""Custody and invoices rebuilt from entries alone: what the services must have come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.contracts.hold import CountryScope, HoldAsserted, HoldLifted
from shared.contracts.intake import AgreementActivated
from shared.contracts.invoice import InvoiceDrafted, InvoiceLineDrafted
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    HandoverPending,
    HeadcountAttested,
    PersonReleased,
    PlaceReserved,
    ReservationReleased,
)
from shared.kernel.dates import month_of, stay_nights
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money, zero
from shared.tariff.fact import PersonNight
from shared.tariff.pricing import price

if TYPE_CHECKING:
    from datetime import date

    from shared.contracts.agreement import AgreementDocument
    from shared.contracts.hold import HoldScope
    from shared.contracts.placement import Presence
    from shared.kernel.event import Event
    from shared.tariff.component import Charge, Tally
    from shared.tariff.registry import Component

Key = tuple[str, str]
"""A custody and a component: what an invoice has one line for."""


@dataclass
class Line:
    """Units and money of one custody under one component."""

    quantity: int
    amount: Money


@dataclass
class Charged:
    """One night that was charged, and by which component."""

    fact: PersonNight
    component: Component


@dataclass
class Rebuilt:
    """What follows from the entries read so far."""

    terms: dict[str, AgreementDocument] = field(default_factory=dict)
    custody: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, date] = field(default_factory=dict)
    departed: dict[str, date] = field(default_factory=dict)
    lines: dict[str, dict[Key, Line]] = field(default_factory=dict)
    """By month."""
    drafted: dict[str, dict[Key, Line]] = field(default_factory=dict)
    earned: dict[str, Money] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """What must never be in the log, and is."""
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _charged: dict[tuple[str, date], Charged] = field(default_factory=dict)
    _holds: dict[str, HoldScope] = field(default_factory=dict)
    _people: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, event: Event, where: str) -> None:
        """Take in one event; `where` names its entry."""
        if event.TYPE.startswith("intake."):
            self._take_intakes(event, where)
        elif event.TYPE.startswith("placement."):
            self._take_placements(event)
        elif isinstance(event, InvoiceDrafted):
            self.earned[event.period] = event.earned
        elif isinstance(event, InvoiceLineDrafted):
            drafted = self.drafted.setdefault(event.period, {})
            key = (event.custody or "", event.component)
            drafted[key] = Line(event.quantity, event.amount)

    def _take_intakes(self, event: Event, where: str) -> None:
        match event:
            case AgreementActivated():
                self.terms[event.agreement] = event.document
            case HoldAsserted():
                self._holds[event.hold] = event.scope
            case HoldLifted():
                self._holds.pop(event.hold, None)
            case PersonManifested():
                destination = self.terms[event.agreement].parties.receiving
                self._people[event.case] = (event.person, destination)
            case PersonBoarded():
                self._nobody_held((event.case,), where)
            case LegDeparted():
                self._nobody_held(event.cases, where)
            case _:
                pass

    def _take_placements(self, event: Event) -> None:
        match event:
            case PlaceReserved() | ReservationReleased() | HandoverPending():
                self.custody[event.custody] = _BEFORE[type(event)]
            case CustodyAccepted():
                self.custody[event.custody] = "in-custody"
                self.arrived[event.custody] = event.arrived_on
            case CustodyEnded():
                self._end(event)
            case HeadcountAttested():
                for presence in event.present:
                    self._charge(event, presence)
            case _:
                pass

    def _nobody_held(self, cases: tuple[str, ...], where: str) -> None:
        """Nobody departs while a lawful order says no (G2, G3)."""
        for case in cases:
            person, destination = self._people[case]
            for hold, scope in self._holds.items():
                if _matches(scope, person, destination):
                    self.broken.append(f"{where}: case {case} passed while hold {hold} stood")

    def _charge(self, headcount: HeadcountAttested, presence: Presence) -> None:
        """A person-night is charged once, and only within the stay (G20)."""
        custody, night = presence.custody, headcount.night
        arrived, departed = self.arrived.get(custody), self.departed.get(custody)
        outside = arrived is None or night < arrived
        if departed is not None and arrived is not None:
            outside = night not in stay_nights(arrived, departed)
        if outside or (presence.person, night) in self._charged:
            return
        tariff = self.terms[headcount.agreement].tariff
        fact = PersonNight(presence.custody, presence.person, night, EntryRef(""))
        for priced in price(tariff.components, fact, self._tally):
            charged = Charged(fact, priced.component)
            self._charged[(presence.person, night)] = charged
            self._add(charged, priced.charge)

    def _tally(self, component: Component) -> Tally:
        empty: Tally = component.empty
        return self._tallies.get(component.id, empty)

    def _add(self, charged: Charged, charge: Charge[Any]) -> None:
        self._tallies[charged.component.id] = charge.tally
        lines = self.lines.setdefault(month_of(charged.fact.night), {})
        key = (charged.fact.custody, charged.component.id)
        line = lines.setdefault(key, Line(0, zero(charge.amount.currency)))
        line.quantity += charge.quantity
        line.amount += charge.amount

    def _end(self, event: CustodyEnded) -> None:
        self.custody[event.custody] = (
            "released" if isinstance(event, PersonReleased) else "returned"
        )
        self.departed[event.custody] = event.departed_on
        stay = stay_nights(self.arrived[event.custody], event.departed_on)
        for key, charged in list(self._charged.items()):
            fact, component = charged.fact, charged.component
            if fact.custody == event.custody and fact.night not in stay:
                del self._charged[key]
                self._add(charged, component.reverse(fact, self._tally(component)))


_BEFORE: dict[type[Event], str] = {
    PlaceReserved: "place-reserved",
    ReservationReleased: "reservation-released",
    HandoverPending: "handover-pending",
}


def _matches(scope: HoldScope, person: str, destination: str) -> bool:
    if isinstance(scope, CountryScope):
        return scope.country == destination
    return scope.person == person and scope.destination in (None, destination)
