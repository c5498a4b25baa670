"""Who is recalled is brought back: journey and case are over, and a new case may come (D2)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.domain import person as persons
from services.intake.domain.case import state as cases
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.board_person import AlreadyBoarded
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.manifest.remove_person import AlreadyDeparted
from services.intake.domain.manifest.state import HasNotHappenedYet
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.wrongful_transfer import under_way
from services.intake.domain.wrongful_transfer.complete_recall import (
    COMPLETE_RECALL,
    BackBeforeDeparture,
    BroughtBackAlready,
    CompleteRecall,
    NotRecalled,
)
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
    NobodyIsWithinReach,
)
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.manifest import Leg, LegDeparted
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import HoldId, custody_of
from tests.support.intake_log import (
    AFTER,
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    ESCORT,
    FACILITY,
    MANIFEST,
    NOW,
    RECEIVER,
    RECEIVING_AUTHORITY,
    SENDER,
    SHA,
    hold,
    lifted,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
BACK_AT = DEPARTURE + timedelta(hours=3)


def ordered_back(journey: Journey, scope: HoldScope, name: str = "hold-1") -> None:
    """An order comes after the departure, and whoever it reaches is recalled."""
    journey.log.events.append(hold(scope, name))
    command = FindWrongfulTransfers(hold=HoldId(name), found_at=DEPARTURE + timedelta(hours=1))
    journey.log.decide(FIND_WRONGFUL_TRANSFERS, command)


def brought_back(
    journey: Journey,
    completed_at: datetime = BACK_AT,
    **changed: Any,  # noqa: ANN401 - any field
) -> tuple[Event, ...]:
    """The escort says that it has the first person back."""
    fields = {"manifest": MANIFEST, "case": ONE.case, "evidence": SHA, "now": AFTER}
    command = CompleteRecall(**{**fields, "completed_at": completed_at, "actor": ESCORT, **changed})
    return journey.log.decide(COMPLETE_RECALL, command)


def recalled() -> Journey:
    """Two are in the air, and the first is recalled."""
    journey = Journey(1, 2).departed()
    ordered_back(journey, PersonScope(ONE.person))
    return journey


@pytest.mark.parametrize("actor", [ESCORT, AUTHORITY])
def test_d2_a_recall_is_completed_by_the_sending_side_which_has_the_person(actor: Actor) -> None:
    (event,) = brought_back(recalled(), actor=actor)
    assert isinstance(event, RecallCompleted)
    assert (event.case, event.person, event.custody) == (
        ONE.case,
        ONE.person,
        custody_of(ONE.case),
    )
    assert (event.completed_at, event.completed_by) == (BACK_AT, str(actor))
    assert event.evidence == SHA


def test_d2_the_case_is_returned_and_a_new_one_may_be_proposed() -> None:
    journey = recalled()
    assert journey.log.fold(put_on.fold(ONE.person)).journeys
    brought_back(journey)
    assert journey.log.fold(cases.fold(ONE.case)).status == "returned"
    assert journey.log.fold(persons.fold(ONE.person)).open_case is None
    assert journey.log.fold(put_on.fold(ONE.person)).journeys == ()


def test_d7_who_is_back_is_under_way_no_more_and_no_later_order_finds_them() -> None:
    journey = recalled()
    brought_back(journey)
    assert journey.log.fold(under_way.FOLD).journeys == {TWO.case: MANIFEST}
    with pytest.raises(NobodyIsWithinReach):
        ordered_back(journey, PersonScope(ONE.person), "hold-2")
    journey.arrive()
    assert journey.log.fold(cases.fold(ONE.case)).status == "returned"
    (offered,) = journey.offer()
    assert offered.case == TWO.case  # type: ignore[attr-defined]  # a handover that was offered


def test_d2_the_others_go_on_from_a_stopover() -> None:
    journey = Journey(1, 2)
    legs = (Leg(SENDER, "DDD", DEPARTURE), Leg("DDD", RECEIVER, DEPARTURE + timedelta(hours=8)))
    opening = OpenManifest(
        manifest=MANIFEST,
        agreement=AGREEMENT,
        facility=FACILITY,
        legs=legs,
        now=NOW,
        actor=AUTHORITY,
    )
    journey.log.decide(OPEN_MANIFEST, opening)
    for passenger in journey.people:
        journey.manifest(passenger)
        journey.confirm(passenger)
    journey.seal()
    for passenger in journey.people:
        journey.board(passenger)
    journey.authorise()
    journey.depart()
    ordered_back(journey, PersonScope(ONE.person))
    journey.arrive()
    brought_back(journey, DEPARTURE + timedelta(hours=6))
    journey.authorise(leg=2, now=AFTER)
    journey.depart(leg=2, departed_at=AFTER)
    assert journey.log.last(LegDeparted).cases == (TWO.case,)


def test_twice_is_a_conflict_and_nobody_takes_them_off_or_lets_them_board() -> None:
    journey = recalled()
    brought_back(journey)
    with pytest.raises(BroughtBackAlready):
        brought_back(journey)
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE)
    with pytest.raises(AlreadyBoarded):
        journey.board(ONE)


def test_it_is_taken_late_after_the_arrival_and_after_the_order_was_lifted() -> None:
    """What was recorded late or out of order is taken."""
    journey = recalled()
    journey.log.events.append(lifted(PersonScope(ONE.person)))
    journey.arrive()
    assert brought_back(journey, DEPARTURE + timedelta(minutes=30))


def test_who_is_not_recalled_is_not_brought_back() -> None:
    with pytest.raises(NotRecalled, match="nobody is to be brought back"):
        brought_back(recalled(), case=TWO.case)


def test_d2_who_was_offered_before_the_recall_is_answered_for_by_the_receiving_state_first() -> (
    None
):
    journey = Journey(1).arrived()
    journey.offer()
    ordered_back(journey, CountryScope(RECEIVER))
    with pytest.raises(NotRecalled, match="answers the offer first"):
        brought_back(journey)


def test_nobody_is_back_before_they_left_or_before_it_happened() -> None:
    with pytest.raises(BackBeforeDeparture):
        brought_back(recalled(), DEPARTURE - timedelta(seconds=1))
    with pytest.raises(HasNotHappenedYet):
        brought_back(recalled(), AFTER + timedelta(hours=1))


def test_the_receiving_side_does_not_say_so() -> None:
    with pytest.raises(ActsOnlyForItself):
        brought_back(recalled(), actor=RECEIVING_AUTHORITY)
