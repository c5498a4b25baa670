"""G17, D12: intake follows placement's suspension of a facility, and its gate closes."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.intake.domain.manifest.departures import (
    RESUME_DEPARTURES,
    STOP_DEPARTURES,
    FacilityIsSuspended,
    FollowedAlready,
    ResumeDepartures,
    StopDepartures,
    evolve,
    fold,
)
from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.contracts.manifest import BoardingRefused, LegDeparted, LegDepartureRefused
from shared.kernel.ids import EntryRef, FacilityId
from tests.support.intake_log import FACILITY, NOW, traveller
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
BECAUSE = EntryRef("accord.example/placement/0#9")


def stop(journey: Journey, facility: FacilityId = FACILITY, at: datetime = NOW) -> None:
    command = StopDepartures(facility=facility, because=BECAUSE, at=at)
    journey.log.decide(STOP_DEPARTURES, command)


def resume(journey: Journey, at: datetime = NOW) -> None:
    command = ResumeDepartures(facility=FACILITY, because=BECAUSE, at=at)
    journey.log.decide(RESUME_DEPARTURES, command)


def test_g17_nobody_is_put_on_a_list_to_a_suspended_facility_nor_boards() -> None:
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    stop(journey)
    with pytest.raises(FacilityIsSuspended, match="suspended until the monitor reports") as refused:
        journey.board(TWO)
    assert refused.value.rule == "G17"
    (finding,) = journey.log.last(BoardingRefused).refusal.findings
    assert (finding.rule, finding.evidence) == ("G17", f"facility/{FACILITY}")
    assert BECAUSE in finding.missing
    resume(journey)
    journey.board(TWO)


def test_g17_no_list_is_made_or_sealed_for_a_suspended_facility() -> None:
    journey = Journey(1, 2).opened()
    journey.manifest(ONE)
    stop(journey)
    with pytest.raises(FacilityIsSuspended):
        journey.manifest(TWO)
    with pytest.raises(FacilityIsSuspended):
        journey.seal()


def test_g17_a_suspension_between_the_seal_and_the_departure_keeps_the_plane_on_the_ground() -> (
    None
):
    """Going round it: everybody is on board and the doors are closed when a report lapses."""
    journey = Journey(1).boarded()
    stop(journey)
    with pytest.raises(FacilityIsSuspended):
        journey.authorise()
    resume(journey)
    journey.authorise()
    stop(journey)
    with pytest.raises(FacilityIsSuspended):
        journey.depart()
    assert journey.log.last(LegDepartureRefused).refusal.rule == "G17"
    resume(journey)
    journey.depart()
    assert isinstance(journey.log.events[-1], LegDeparted)


def test_another_facilitys_suspension_stops_nobody_here() -> None:
    journey = Journey(1).boarded()
    stop(journey, FacilityId("elsewhere"))
    journey.authorise()


def test_g17_who_has_arrived_is_handed_over_whatever_is_suspended() -> None:
    journey = Journey(1).departed()
    stop(journey)
    journey.arrive()
    journey.offer()


def test_intake_follows_each_end_once() -> None:
    journey = Journey(1).opened()
    with pytest.raises(FollowedAlready):
        resume(journey)
    stop(journey)
    assert isinstance(journey.log.events[-1], DeparturesStopped)
    with pytest.raises(FollowedAlready):
        stop(journey)
    resume(journey)
    assert isinstance(journey.log.events[-1], DeparturesResumed)
    state = journey.log.fold(fold(FACILITY))
    assert evolve(state, journey.log.events[0]) is state
