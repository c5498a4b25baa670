"""Journeys over HTTP: cleared persons, the offices that send them, placement that answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.contracts.arrival import ArrivalRefused
from shared.contracts.manifest import Custodian
from shared.contracts.placement import CustodyAccepted, PlaceRefused, PlaceReserved
from shared.contracts.returns import ReturnCompleted
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    EntryRef,
    FacilityId,
    ManifestId,
    PersonId,
    custody_of,
)
from shared.kernel.rejected import Refusal
from tests.integration.intake.agencies import Agencies, made
from tests.support.entries import entry
from tests.support.neighbour import Neighbour
from tests.support.waiting import until_read

CUSTODIAN = {"party": "SLV", "body": "cecot", "responsible_state": "SLV"}
LEG = {"origin": "USA", "destination": "SLV", "planned_departure": "2025-03-16T02:10:00Z"}
JOURNEY = {"agreement": "usa-slv-2025", "facility": "cecot", "legs": [LEG]}
BOARDED = {"done_at": "2025-03-16T01:30:00Z"}
DOORS_CLOSED = {"done_at": "2025-03-16T02:15:00Z"}
DEPARTED = {"departed_at": "2025-03-16T02:20:00Z"}
ARRIVED = {"arrived_at": "2025-03-16T06:05:00Z"}
OFFERED = {"offered_at": "2025-03-16T06:20:00Z", "custodian": CUSTODIAN}


class Passenger(msgspec.Struct, frozen=True):
    """A cleared person and their case."""

    case: str
    person: str


class Travel:
    """The agencies of a journey, and what placement says about it."""

    def __init__(self, agencies: Agencies, placement: Neighbour) -> None:
        self.agencies = agencies
        self.authority = agencies.sending_authority
        self.escort = agencies.office("USA", "escort", "escort-1")
        self._placement = placement

    async def cleared(self, count: int) -> list[Passenger]:
        """Persons who may travel."""
        case, person = await self.agencies.cleared_case()
        await self.drilled()
        passengers = [Passenger(case, person)]
        for number in range(2, count + 1):
            person = await self.agencies.person(number)
            case = await self.agencies.case(person)
            await self.agencies.document(case)
            made(await self.agencies.sender.post(f"/v1/cases/{case}:clear"))
            passengers.append(Passenger(case, person))
        return passengers

    async def drilled(self) -> None:
        """A return was practised: nobody departs before (G24)."""
        drill = {"reference": "drill-2025-1", "held_on": "2025-03-12"}
        made(await self.authority.post("/v1/agreements/usa-slv-2025/return-drills", drill))

    async def opened(self) -> str:
        """A manifest; gives its path."""
        answer = await self.authority.post("/v1/manifests", JOURNEY)
        path = f"/v1/manifests/{made(answer)['manifest']}"
        assert answer.headers["location"] == path
        return path

    async def listed(self, path: str, *passengers: Passenger) -> None:
        """Put persons on a manifest."""
        for passenger in passengers:
            made(await self.authority.post(f"{path}/persons", {"case": passenger.case}))

    async def sealed(self, *passengers: Passenger) -> str:
        """A sealed manifest with these persons; gives its path."""
        path = await self.opened()
        await self.listed(path, *passengers)
        for passenger in passengers:
            await self.says(self.reserved(path, passenger))
        await self.until(path, _all_have_a_place)
        made(await self.authority.post(f"{path}:seal"))
        return path

    async def boarded(self, path: str, *passengers: Passenger) -> None:
        """Let persons board."""
        for passenger in passengers:
            made(await self.escort.post(f"{path}/persons/{passenger.case}:board", BOARDED))

    async def says(self, event: Event) -> None:
        """Placement records something."""
        placement = self._placement
        await placement.say([entry(placement.said, event, placement.origin)])

    def _about(self, one: Passenger) -> dict[str, Any]:
        return {
            "custody": custody_of(CaseId(one.case)),
            "person": PersonId(one.person),
            "agreement": AgreementRef("usa-slv-2025@1"),
            "facility": FacilityId("cecot"),
        }

    def reserved(self, path: str, one: Passenger) -> PlaceReserved:
        """A place is held for a person on a manifest."""
        manifest = ManifestId(path.rpartition("/")[2])
        about = self._about(one)
        return PlaceReserved(**about, manifest=manifest, sending="USA", receiving="SLV")

    def no_place(self, path: str, one: Passenger) -> PlaceRefused:
        """No place could be held."""
        refusal = Refusal(rule="G19", reason="NoPlaceLeft", detail="every place is taken")
        manifest = ManifestId(path.rpartition("/")[2])
        return PlaceRefused(
            **self._about(one),
            manifest=manifest,
            sending="USA",
            receiving="SLV",
            refusal=refusal,
        )

    def accepted(self, one: Passenger) -> CustodyAccepted:
        """The receiving state's signature."""
        at = datetime(2025, 3, 16, 10, tzinfo=UTC)
        return CustodyAccepted(
            **self._about(one),
            offer=EntryRef("accord.example/intake/0#1"),
            custodian=Custodian(**CUSTODIAN),
            sending="USA",
            receiving="SLV",
            accepted_at=at,
            arrived_on=at.date(),
            timezone="America/El_Salvador",
            place_was_reserved=True,
        )

    def refused(self, one: Passenger) -> ArrivalRefused:
        """The receiving state does not take the person over."""
        return ArrivalRefused(
            **self._about(one),
            offer=EntryRef("accord.example/intake/0#1"),
            sending="USA",
            receiving="SLV",
            refused_at=datetime(2025, 3, 16, 10, tzinfo=UTC),
            ground="excluded-by-agreement",
            reference="AR-2025-8",
            evidence="ab" * 32,
            place_was_reserved=True,
            refused_by="SLV:facility-registry:cecot/registry",
        )

    def back(self, one: Passenger) -> ReturnCompleted:
        """The sending state has the person back."""
        at = datetime(2025, 3, 18, 10, tzinfo=UTC)
        about = self._about(one)
        return ReturnCompleted(**about, ended_at=at, departed_on=at.date(), from_arrival=True)

    async def until(self, path: str, holds: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - any JSON document
        """What a read gives as soon as it is as expected; fails when it never is."""
        return await until_read(self.authority.get, path, holds)


def _all_have_a_place(journey: dict[str, Any]) -> bool:
    return {person["place_confirmed"] for person in journey["persons"]} == {True}
