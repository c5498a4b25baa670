"""Sealed flights whose boarding two processes are asked for, and some that are ready to depart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import msgspec

from services.intake.domain.clearance.state import Traveller
from shared.contracts.agreement import AgreementDocument, Parties
from shared.contracts.hold import PersonScope
from shared.contracts.intake import PersonRegistered
from shared.contracts.manifest import (
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PlaceConfirmed,
)
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, EntryRef, ManifestId, PersonId
from shared.kernel.reference.countries import COUNTRIES
from shared.ledger.machine import new_id
from tests.support.intake_log import (
    AUTHORITY,
    DOCUMENT,
    FACILITY,
    LEG,
    NOW,
    SENDER,
    SHA,
    agreement_events,
    case_events,
    hold,
)

ELSEWHERE = sorted(COUNTRIES.keys() - {SENDER})
"""Countries to go to: each round has one of its own."""

BOARDINGS = 16
EVERY_THIRD = 3
Stop = Literal["country", "suspension", "class", "agreement"]
STOPS: tuple[Stop, ...] = ("country", "suspension", "class", "agreement")
"""What is against everybody on a flight, each in its turn."""


@dataclass(frozen=True)
class Flight:
    """A sealed journey to a country of its own, so that one round's order is no other's."""

    manifest: ManifestId
    document: AgreementDocument
    travellers: tuple[Traveller, ...]

    is_ready: bool = False
    """Whether everybody is on board and the departure is authorised."""
    other_names: tuple[PersonId, ...] = ()
    """Pseudonyms, each under an order, of whom every third passenger may turn out to be."""

    @staticmethod
    def number(number: int) -> Flight:
        """The flight of a round."""
        country = ELSEWHERE[number]
        document = msgspec.structs.replace(
            DOCUMENT,
            agreement=AgreementId(f"aaa-{country.lower()}"),
            effective=DatePeriod(date(2025, 3, 1), date(2096, 3, 1)),
            parties=Parties(SENDER, country),
        )
        people = tuple(Traveller(CaseId(new_id()), PersonId(new_id())) for _ in range(BOARDINGS))
        names = tuple(PersonId(new_id()) for _ in people[::EVERY_THIRD])
        return Flight(ManifestId(new_id()), document, people, other_names=names)

    @staticmethod
    def ready(number: int) -> Flight:
        """The flight of a round with two on board and its doors closed."""
        flight = Flight.number(number)
        return replace(flight, travellers=flight.travellers[:2], is_ready=True, other_names=())

    @property
    def country(self) -> str:
        """Where it goes."""
        return self.document.parties.receiving

    @property
    def stop(self) -> Stop:
        """What is against all of it in its round."""
        return STOPS[ELSEWHERE.index(self.country) % len(STOPS)]

    @property
    def merges(self) -> bool:
        """Whether every third passenger turns out to be somebody under an order; if not, an order
        is about them.
        """
        return self.stop in {"class", "agreement"}

    @property
    def scope(self) -> dict[str, str]:
        """The scope of the order that is against all of it, where it is one."""
        match self.stop:
            case "class":
                kind = {"kind": "class", "case_kind": "third-country"}
                return {**kind, "destination": self.country}
            case "agreement":
                return {"kind": "agreement", "agreement": self.document.agreement}
            case _:
                return {"kind": "country", "country": self.country}

    def events(self) -> tuple[tuple[Event, ...], ...]:
        """Everything before the boarding, in portions of one decision each."""
        ref = self.document.ref
        opened = ManifestOpened(
            manifest=self.manifest,
            agreement=ref,
            facility=FACILITY,
            sending=SENDER,
            receiving=self.country,
            legs=(msgspec.structs.replace(LEG, destination=self.country),),
        )
        sealed = ManifestSealed(
            manifest=self.manifest,
            agreement=ref,
            cases=tuple(traveller.case for traveller in self.travellers),
        )
        people = tuple(self._person(traveller) for traveller in self.travellers)
        names = tuple(map(_under_an_order, self.other_names))
        on_board = tuple(self._on_board()) if self.is_ready else ()
        before = (*agreement_events(self.document), opened)
        return (before, *people, *names, (sealed, *on_board))

    def _on_board(self) -> Iterator[Event]:
        about: dict[str, Any] = {"manifest": self.manifest, "agreement": self.document.ref}
        for traveller in self.travellers:
            yield PersonBoarded(**about, **_named(traveller), boarded_at=NOW)
        cases = tuple(sorted(traveller.case for traveller in self.travellers))
        doors: dict[str, Any] = {"authorised_by": str(AUTHORITY), "authorised_at": NOW}
        yield LegDepartureAuthorised(**about, leg=1, cases=cases, **doors)

    def _person(self, one: Traveller) -> tuple[Event, ...]:
        about: dict[str, Any] = {
            "manifest": self.manifest,
            "agreement": self.document.ref,
            "case": one.case,
            "person": one.person,
        }
        registered = PersonRegistered(person=one.person, registered_by=SENDER, commitment=SHA)
        return (
            registered,
            *case_events(one, self.document, valid_until=date(2199, 1, 1)),
            PersonManifested(**about, facility=FACILITY, sending=SENDER, receiving=self.country),
            PlaceConfirmed(**about, reservation=EntryRef("accord.example/placement/0#0")),
        )


def _named(traveller: Traveller) -> dict[str, Any]:
    return {"case": traveller.case, "person": traveller.person}


def _under_an_order(person: PersonId) -> tuple[Event, ...]:
    return (
        PersonRegistered(person=person, registered_by=SENDER, commitment=SHA),
        hold(PersonScope(person), new_id()),
    )
