"""Boarding: a person on a sealed list passes the gate at the door, once (G1, G3, G4)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.clearance import HoldStandsAgainstDeparture, RiskNotExcluded
from services.intake.domain.gate import GateClosed, NotReadInOneDecision
from services.intake.domain.manifest.board_person import (
    AlreadyBoarded,
    DoorsAreClosed,
    ManifestNotSealed,
    TakenOffBeforeBoarding,
)
from services.intake.domain.manifest.state import ManifestUnknown, PersonNotOnManifest
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from tests.support.intake_log import (
    OTHER,
    RECEIVING_AUTHORITY,
    cleared_again,
    hold,
    lifted,
    on_country,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)


def test_a_person_on_a_sealed_list_boards_once() -> None:
    journey = Journey(1).sealed()
    journey.board(ONE)
    assert journey.log.last(PersonBoarded).person == ONE.person
    with pytest.raises(AlreadyBoarded):
        journey.board(ONE)


def test_t2_a_stay_that_arrives_before_the_doors_close_blocks() -> None:
    """T2: the stay arrives, and from there nobody whom it matches boards."""
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    journey.log.events.append(hold(on_country()))
    with pytest.raises(HoldStandsAgainstDeparture) as refused:
        journey.board(TWO)
    recorded = journey.log.last(BoardingRefused)
    assert (recorded.case, recorded.refusal) == (TWO.case, refused.value.refusal)
    assert [one.rule for one in recorded.refusal.findings] == ["G3", "G4"]


def test_a_hold_that_was_lifted_needs_a_new_clearance() -> None:
    journey = Journey(1).sealed()
    journey.log.events.extend((hold(on_person(ONE)), lifted(on_person(ONE))))
    with pytest.raises(GateClosed):
        journey.board(ONE)
    journey.log.events.append(cleared_again(ONE))
    assert journey.board(ONE)


def test_one_order_lifted_does_not_lift_the_other() -> None:
    journey = Journey(1).sealed()
    journey.log.events.extend(
        (
            hold(on_person(ONE), "hold-1"),
            hold(on_country(), "hold-2"),
            lifted(on_country(), "hold-2"),
        )
    )
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.board(ONE)


def test_g1_a_stale_reading_or_a_skewed_clock_is_refused_and_recorded() -> None:
    journey = Journey(1, 2).sealed()
    for changed in (
        {"destination": OTHER},
        {"agreement": "another"},
        {"clock_skew": timedelta(seconds=3)},
    ):
        with pytest.raises(NotReadInOneDecision):
            journey.board(ONE, **changed)
    with pytest.raises(NotReadInOneDecision):
        journey.board(type(ONE)(ONE.case, TWO.person))
    assert journey.log.last(BoardingRefused).person == ONE.person
    assert sum(isinstance(one, BoardingRefused) for one in journey.log.events) == 4


def test_g5_an_assessment_that_expired_since_the_seal_closes_the_gate() -> None:
    journey = Journey(1).sealed()
    with pytest.raises(RiskNotExcluded):
        journey.board(ONE, now=datetime(2026, 3, 2, tzinfo=UTC))


def test_nobody_boards_out_of_order() -> None:
    journey = Journey(1, 2)
    with pytest.raises(ManifestUnknown):
        journey.board(ONE)
    journey.manifested()
    with pytest.raises(ManifestNotSealed):
        journey.board(ONE)
    with pytest.raises(PersonNotOnManifest):
        journey.board(traveller(3))
    journey.remove(TWO)
    journey.seal(ONE)
    with pytest.raises(ActsOnlyForItself):
        journey.board(ONE, actor=RECEIVING_AUTHORITY)
    with pytest.raises(TakenOffBeforeBoarding):
        journey.board(TWO)


def test_nobody_boards_once_the_doors_are_closed() -> None:
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    journey.authorise(ONE)
    with pytest.raises(DoorsAreClosed):
        journey.board(TWO)
    journey.depart(ONE)
    with pytest.raises(TakenOffBeforeBoarding):
        journey.board(TWO)
