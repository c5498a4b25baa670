"""Legs: authorised by one subject, departed by another, with the gate at both (G1, G3, G4)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.intake.domain.agreement.term import AgreementNotInForce
from services.intake.domain.case import state as cases
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.leg.arrive_leg import (
    ArrivedBeforeDeparture,
    LegAlreadyArrived,
    LegNotDeparted,
)
from services.intake.domain.leg.authorise_leg import DepartureAlreadyAuthorised
from services.intake.domain.leg.depart_leg import (
    DepartedBeforePlan,
    DepartureNotAuthorised,
    OneSubjectForBoth,
)
from services.intake.domain.leg.state import (
    LegAlreadyDeparted,
    LegUnknown,
    NobodyOnBoard,
)
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.gate import GateClosed, NotReadInOneDecision
from services.intake.domain.manifest.state import HasNotHappenedYet
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.intake import NoticeServed
from shared.contracts.manifest import (
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    LegDepartureRefused,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from tests.support.intake_log import (
    AFTER,
    AUTHORITY,
    DEPARTURE,
    FACILITY,
    MANIFEST,
    RECEIVING_AUTHORITY,
    SENDER,
    cleared_again,
    hold,
    lifted,
    on_country,
    on_person,
    traveller,
)
from tests.support.journeys import Journey
from tests.support.two_subjects import spelt_otherwise

ONE, TWO, THREE = traveller(1), traveller(2), traveller(3)


def test_a_leg_departs_and_arrives_with_exactly_those_on_board() -> None:
    log = Journey(1, 2).arrived().log
    cases = (ONE.case, TWO.case)
    assert log.last(LegDepartureAuthorised).cases == cases
    assert log.last(LegDeparted).cases == cases
    assert log.last(LegArrived).cases == cases


def test_g4_the_gate_runs_when_the_doors_close() -> None:
    journey = Journey(1, 2).boarded()
    journey.log.events.append(hold(on_person(TWO)))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise()
    recorded = journey.log.last(LegDepartureRefused)
    assert (recorded.leg, recorded.refusal.rule) == (1, "G3")
    assert recorded.refusal.findings[0].missing.startswith("case/case-2: ")


def test_g4_the_gate_runs_again_at_departure() -> None:
    """A hold between the doors and the departure still stops it."""
    journey = Journey(1, 2).boarded()
    journey.authorise()
    journey.log.events.append(hold(on_country()))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.depart()
    journey.log.events.append(lifted(on_country()))
    with pytest.raises(GateClosed):
        journey.depart()
    journey.log.events.extend(cleared_again(person, journey.log.events) for person in (ONE, TWO))
    assert journey.depart()


def test_who_leaves_the_plane_opens_its_doors_again() -> None:
    journey = Journey(1, 2).boarded()
    journey.authorise()
    journey.log.events.append(hold(on_person(TWO)))
    journey.remove(TWO)
    with pytest.raises(DepartureNotAuthorised):
        journey.depart()
    journey.authorise()
    journey.depart()
    assert journey.log.last(LegDeparted).cases == (ONE.case,)


def test_who_was_not_on_board_leaves_the_doors_closed() -> None:
    journey = Journey(1, 2).sealed()
    journey.board(ONE)
    journey.authorise()
    journey.remove(TWO)
    assert journey.depart()


def test_g19_who_is_left_behind_at_the_gate_gives_the_place_back_and_may_take_another_journey() -> (
    None
):
    journey = Journey(1, 2, 3).sealed()
    journey.board(ONE)
    journey.remove(THREE)
    journey.authorise()
    removed, departed = journey.depart()
    assert isinstance(departed, LegDeparted)
    assert departed.cases == (ONE.case,)
    assert isinstance(removed, PersonRemoved)
    assert (removed.case, removed.facility, removed.cause) == (TWO.case, FACILITY, "left-behind")
    assert journey.log.fold(put_on.fold(TWO.person)).journeys == ()
    (under_way,) = journey.log.fold(put_on.fold(ONE.person)).journeys
    assert under_way.manifest == MANIFEST
    left = journey.log.fold(cases.fold(TWO.case))
    assert (left.status, left.manifest) == ("cleared", None)


def test_g4_a_departure_is_bound_by_its_own_day_however_late_it_is_reported() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    served = journey.log.last(NoticeServed)
    late = msgspec.structs.replace(served, served_on=DEPARTURE.date() + timedelta(days=1))
    journey.log.exchange(served, late)
    with pytest.raises(GateClosed) as refused:
        journey.depart(now=AFTER + timedelta(days=30))
    assert refused.value.rule == "G10"


def test_a_leg_departs_a_day_before_its_plan_at_the_earliest() -> None:
    journey, early = Journey(1).sealed(), DEPARTURE - timedelta(days=2)
    journey.board(ONE, done_at=early)
    journey.authorise(done_at=early)
    with pytest.raises(DepartedBeforePlan):
        journey.depart(departed_at=DEPARTURE - timedelta(days=1, seconds=1))
    assert journey.depart(departed_at=DEPARTURE - timedelta(days=1))


def test_g1_a_departure_is_refused_while_the_clock_is_skewed() -> None:
    journey = Journey(1, 2).boarded()
    journey.authorise()
    with pytest.raises(NotReadInOneDecision):
        journey.depart(clock_skew=timedelta(seconds=-5))


def test_g1_the_gate_reads_everybody_on_board() -> None:
    journey = Journey(1, 2).boarded()
    journey.log.events.append(hold(on_person(TWO)))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise()


def test_requester_and_approver_are_never_the_same_subject() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    both = Actor(SENDER, "escort", AUTHORITY.subject)
    for escort in (both, spelt_otherwise(AUTHORITY, "escort")):
        with pytest.raises(OneSubjectForBoth):
            journey.depart(actor=escort)


def test_a_departure_is_authorised_once_and_takes_place_once() -> None:
    journey = Journey(1).sealed()
    with pytest.raises(NobodyOnBoard):
        journey.authorise()
    journey.board(ONE)
    with pytest.raises(DepartureNotAuthorised):
        journey.depart()
    journey.authorise()
    with pytest.raises(DepartureAlreadyAuthorised):
        journey.authorise()
    journey.depart()
    for step in (journey.authorise, journey.depart):
        with pytest.raises(LegAlreadyDeparted):
            step()


@pytest.mark.parametrize("leg", [0, -1, 2])
def test_a_leg_that_the_journey_does_not_have_is_unknown(leg: int) -> None:
    journey = Journey(1).boarded()
    with pytest.raises(LegUnknown):
        journey.authorise(leg=leg)
    with pytest.raises(LegUnknown):
        journey.arrive(leg=leg)


def test_each_side_acts_only_for_itself() -> None:
    journey = Journey(1).boarded()
    with pytest.raises(ActsOnlyForItself):
        journey.authorise(actor=RECEIVING_AUTHORITY)
    journey.authorise()
    with pytest.raises(ActsOnlyForItself):
        journey.depart(actor=RECEIVING_AUTHORITY)
    with pytest.raises(ActsOnlyForItself):
        journey.arrive(actor=RECEIVING_AUTHORITY)


def test_the_world_is_recorded_once_it_has_happened_and_in_its_order() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    with pytest.raises(HasNotHappenedYet):
        journey.depart(departed_at=AFTER + timedelta(minutes=1))
    with pytest.raises(LegNotDeparted):
        journey.arrive()
    journey.depart()
    with pytest.raises(ArrivedBeforeDeparture):
        journey.arrive(arrived_at=DEPARTURE)
    with pytest.raises(HasNotHappenedYet):
        journey.arrive(arrived_at=AFTER + timedelta(minutes=1))
    journey.arrive()
    with pytest.raises(LegAlreadyArrived):
        journey.arrive()


def test_no_leg_departs_outside_the_agreement() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    early = datetime(2025, 2, 28, tzinfo=UTC)
    with pytest.raises(AgreementNotInForce) as refused:
        journey.depart(departed_at=early)
    assert refused.value.rule == "effective"
    assert journey.log.last(LegDepartureRefused).refusal.rule == "effective"
