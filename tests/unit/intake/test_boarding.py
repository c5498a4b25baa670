"""Boarding: a person on a sealed list passes the gate at the door, once (G1, G3, G4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.domain.clearance.state import HoldStandsAgainstDeparture, RiskNotExcluded
from services.intake.domain.manifest.board_person import (
    BOARD_PERSON,
    AlreadyBoarded,
    BoardPerson,
    DoorsAreClosed,
    ManifestNotSealed,
    TakenOffBeforeBoarding,
)
from services.intake.domain.manifest.gate import GateClosed, NotReadInOneDecision
from services.intake.domain.manifest.journey import ManifestUnknown
from services.intake.domain.manifest.passenger import PersonNotOnManifest
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from shared.kernel.decider import Fold, resolve
from tests.support.intake_log import (
    ESCORT,
    MANIFEST,
    NOW,
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
    assert [finding.rule for finding in recorded.refusal.findings] == ["G3", "G4"]


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


def test_g1_a_skewed_clock_is_refused_and_recorded() -> None:
    journey = Journey(1, 2).sealed()
    with pytest.raises(NotReadInOneDecision):
        journey.board(ONE, clock_skew=timedelta(seconds=3))
    assert journey.log.last(BoardingRefused).person == ONE.person


def test_a_boarding_reads_nothing_of_the_other_passengers() -> None:
    """However many are on the manifest: no fold of a boarding grows with them."""
    few, many = Journey(1).sealed(), Journey(*range(1, 9)).sealed()
    command = BoardPerson(
        manifest=MANIFEST, case=ONE.case, clock_skew=timedelta(0), now=NOW, actor=ESCORT
    )

    def read(journey: Journey) -> int:
        count = 0

        def states(folds: tuple[Fold[Any], ...]) -> list[Any]:
            nonlocal count
            count += sum(len(journey.log.chosen(fold)) for fold in folds)
            return [journey.log.fold(fold) for fold in folds]

        resolve(BOARD_PERSON.boundary(command), states)
        return count

    assert read(few) == read(many)


def test_g5_an_assessment_that_expired_since_the_seal_closes_the_gate() -> None:
    journey = Journey(1).sealed()
    with pytest.raises(RiskNotExcluded):
        journey.board(ONE, now=datetime(2026, 3, 2, tzinfo=UTC), done_at=NOW)


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
    journey.seal()
    with pytest.raises(ActsOnlyForItself):
        journey.board(ONE, actor=RECEIVING_AUTHORITY)
    with pytest.raises(TakenOffBeforeBoarding):
        journey.board(TWO)


def test_nobody_boards_once_the_doors_are_closed() -> None:
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    journey.authorise()
    with pytest.raises(DoorsAreClosed):
        journey.board(TWO)
    journey.depart()
    with pytest.raises(TakenOffBeforeBoarding):
        journey.board(TWO)
