"""G19 when everybody asks at the same moment: the log never exceeds the approved capacity."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.placement.domain.custody.release_reservation import (
    RELEASE_RESERVATION,
    ReleaseReservation,
)
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, PlaceSought, ReservePlace
from services.placement.domain.custody.state import CustodyState
from services.placement.domain.facility import state as facilities
from services.placement.domain.facility.approve_capacity import APPROVE_CAPACITY, ApproveCapacity
from services.placement.domain.facility.propose_capacity import PROPOSE_CAPACITY, ProposeCapacity
from services.placement.domain.facility.record_report import RECORD_REPORT, TOPICS, RecordReport
from services.placement.domain.facility.register_facility import REGISTER_FACILITY, RegisterFacility
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.person_location import PersonLocation
from services.placement.projections import project
from shared.contracts.facility import CapacityApproved, FacilityRegistered
from shared.contracts.facility_course import Inspected, MonitorReportRecorded
from shared.contracts.placement import PlaceReserved, ReservationReleased
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, on
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, ManifestId, PersonId
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.memory import MemoryStore
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.store import Store
from shared.ledger.work import Step

CECOT = FacilityId("cecot")
MANIFEST = ManifestId(new_id())
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REGISTRY = Actor("SLV", "facility-registry", "one")
AUTHORITY = Actor("SLV", "central-authority", "another")
MONITOR = Actor("XX", "monitor", "inspection/one")
PLACES, ASKING = 7, 120
Opened = Callable[[], AbstractAsyncContextManager[Store]]


@pytest.fixture(params=["memory", "postgres"])
def processes(request: pytest.FixtureRequest) -> Opened:
    """Opens one log as one more process would."""
    if request.param == "memory":
        store = MemoryStore("accord.example/placement/0")

        @asynccontextmanager
        async def shared() -> AsyncIterator[Store]:
            yield store

        return shared
    url = request.getfixturevalue("migrated_database")

    @asynccontextmanager
    async def own() -> AsyncIterator[Store]:
        connected = await PostgresStore.connect(url)
        try:
            yield connected
        finally:
            await connected.close()

    return own


class Process:
    """One process of placement: its runner, and the decider that it reserves with."""

    def __init__(self, store: Store, reserving: Decider[Any, Any] = RESERVE_PLACE) -> None:
        self.runner = CommandRunner(store, SystemClock(), project)
        self._reserving = reserving

    async def do(self, decider: Decider[Any, Any], command: object) -> object:
        provenance = Provenance(actor=REGISTRY, time=NOW, correlation="a-story")
        (settled,) = await self.runner.apply([Step(decider, command, provenance)])
        return settled

    async def facility(self) -> None:
        register = RegisterFacility(facility=CECOT, actor=REGISTRY, now=NOW, timezone="UTC")
        await self.do(REGISTER_FACILITY, register)
        propose = ProposeCapacity(facility=CECOT, actor=REGISTRY, now=NOW, places=PLACES)
        await self.do(PROPOSE_CAPACITY, propose)
        approve = ApproveCapacity(facility=CECOT, actor=AUTHORITY, now=NOW, places=PLACES)
        await self.do(APPROVE_CAPACITY, approve)
        report = RecordReport(
            facility=CECOT,
            actor=MONITOR,
            now=NOW,
            findings=tuple(Inspected(topic, NOW.date(), adequate=True) for topic in TOPICS),
            valid_until=NOW.date(),
            reference="INSP-0",
        )
        await self.do(RECORD_REPORT, report)

    async def comes(self, *, leaves: bool) -> None:
        """Somebody asks for a place, and perhaps gives it back."""
        custody = CustodyId(new_id())
        reserve = ReservePlace(
            custody=custody,
            person=PersonId(new_id()),
            agreement=AgreementRef("usa-slv-2025@1"),
            facility=CECOT,
            manifest=MANIFEST,
            sending="USA",
            receiving="SLV",
            day=NOW.date(),
        )
        await self.do(self._reserving, reserve)
        if leaves:
            await self.do(
                RELEASE_RESERVATION, ReleaseReservation(custody=custody, manifest=MANIFEST)
            )


def states(entries: Iterable[bytes]) -> list[FacilityState]:
    """The facility after every entry of the log."""
    fold = facilities.fold(CECOT)
    state, found = fold.initial, []
    for entry in entries:
        state = fold.evolve(state, decode(entry).event)
        found.append(state)
    return found


async def contend(processes: Opened, reserving: Decider[Any, Any] = RESERVE_PLACE) -> list[bytes]:
    """Two processes, everybody at the same moment; gives the log."""
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(processes()) for _ in range(2)]
        both = [Process(store, reserving) for store in stores]
        for process in both:
            await process.runner.start()
            stack.push_async_callback(process.runner.stop)
        await both[0].facility()
        await asyncio.gather(
            *(both[index % 2].comes(leaves=index % 3 == 0) for index in range(ASKING))
        )
        return await stores[0].entries(0, 10_000)


async def test_reserved_and_in_custody_never_exceed_the_capacity_whoever_asks_at_once(
    processes: Opened,
) -> None:
    found = states(await contend(processes))
    assert max(sample.taken for sample in found) == PLACES
    assert min(sample.reserved for sample in found) == 0


async def test_a_boundary_that_does_not_see_the_others_would_exceed_it(
    processes: Opened,
) -> None:
    found = states(await contend(processes, Decider(_blind, RESERVE_PLACE.decide)))
    assert max(sample.taken for sample in found) > PLACES


def _blind(command: ReservePlace) -> Boundary[PlaceSought]:
    """The boundary weakened on purpose: capacity alone, and nobody's reservation."""
    sees = (
        on(FacilityRegistered, CapacityApproved, MonitorReportRecorded, facility=command.facility),
    )
    site = msgspec.structs.replace(
        facilities.fold(command.facility), name="blind", alternatives=sees
    )
    return Boundary((site,), lambda state: PlaceSought(CustodyState(), state, PersonLocation()))


async def test_a_snapshot_of_the_counters_is_what_a_full_fold_gives(processes: Opened) -> None:
    entries = await contend(processes)
    full = states(entries)[-1]
    assert msgspec.json.decode(msgspec.json.encode(full), type=FacilityState) == full
    assert full.reserved == _held(entries)


def _held(entries: Iterable[bytes]) -> int:
    events = [decode(entry).event for entry in entries]
    reserved = sum(isinstance(event, PlaceReserved) for event in events)
    return reserved - sum(isinstance(event, ReservationReleased) for event in events)
