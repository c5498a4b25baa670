"""Whom the receiving state refuses at arrival: the case follows, and goes on no journey (T4)."""

import msgspec
import pytest

from services.intake.domain import handover
from services.intake.domain.case import state as cases
from services.intake.domain.handover import (
    COMPLETE_TRANSFER,
    AlreadyTransferred,
    CompleteTransfer,
    HandoverAlreadyOffered,
    HandoverNotOffered,
    RefusedAtArrivalAlready,
)
from services.intake.domain.handover_refusal import REFUSE_TRANSFER, RefuseTransfer
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.board_person import AlreadyBoarded
from services.intake.domain.manifest.remove_person import AlreadyDeparted
from services.intake.domain.person import fold as person_fold
from services.intake.domain.return_case import ReturnedAlready
from services.intake.reactions import TYPES, react
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, custody_of
from tests.support.entries import foreign
from tests.support.intake_log import (
    traveller,
)
from tests.support.journeys import Journey
from tests.unit.intake.test_reactions import ACCEPTED as TAKEN_OVER
from tests.unit.intake.test_reactions import BACK, TURNED_BACK

ONE, TWO = traveller(1), traveller(2)
ACCEPTED = CompleteTransfer(
    case=ONE.case, custody=custody_of(ONE.case), accepted=EntryRef("placement#7")
)


def told(journey: Journey, event: Event) -> tuple[Event, ...]:
    """What intake records when placement says so."""
    (step,) = react(foreign(1, event))
    return journey.log.decide(step.decider, step.command)


def test_t4_the_case_of_whom_the_receiving_state_refuses_at_arrival_follows() -> None:
    """It stays open, since the sending state has the person and takes them back (G13)."""
    journey = Journey(1, 2).arrived()
    journey.offer()
    (followed,) = told(journey, TURNED_BACK)
    assert isinstance(followed, CaseRefusedAtArrival)
    assert (followed.case, followed.person) == (ONE.case, ONE.person)
    assert journey.log.fold(cases.fold(ONE.case)).status == "arrival-refused"
    assert journey.log.fold(cases.fold(TWO.case)).status == "handover-offered"
    assert journey.log.fold(put_on.fold(ONE.person)).journeys == ()
    assert ArrivalRefused in TYPES


def test_g13_who_was_refused_is_offered_boarded_and_transferred_no_more() -> None:
    """Going round it: another offer, another door, an acceptance that comes late."""
    journey = Journey(1).arrived()
    journey.offer()
    told(journey, TURNED_BACK)
    with pytest.raises(HandoverAlreadyOffered):
        journey.offer()
    with pytest.raises(AlreadyBoarded):
        journey.board(ONE)
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE)
    with pytest.raises(RefusedAtArrivalAlready):
        journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    with pytest.raises(RefusedAtArrivalAlready):
        told(journey, TURNED_BACK)


def test_a_refusal_of_nobody_who_was_offered_changes_no_case() -> None:
    journey = Journey(1).arrived()
    with pytest.raises(HandoverNotOffered):
        told(journey, TURNED_BACK)
    journey.offer()
    command = RefuseTransfer(
        case=ONE.case, custody=custody_of(TWO.case), refused=EntryRef("placement#7")
    )
    with pytest.raises(HandoverNotOffered):
        journey.log.decide(REFUSE_TRANSFER, command)
    journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    with pytest.raises(AlreadyTransferred, match="returned from custody"):
        told(journey, TURNED_BACK)


def test_an_offer_that_was_on_its_way_changes_nothing_of_a_refusal() -> None:
    journey = Journey(1).arrived()
    (offered,) = journey.offer()
    told(journey, TURNED_BACK)
    journey.log.record(msgspec.structs.replace(offered))
    assert journey.log.fold(handover.fold(ONE.case)).refused


def test_d2_the_case_of_whom_the_sending_state_has_back_is_returned_once() -> None:
    """Whoever was transferred, and whoever was refused; a new case may be proposed then."""
    for first in (TAKEN_OVER, TURNED_BACK):
        journey = Journey(1).arrived()
        with pytest.raises(HandoverNotOffered):
            told(journey, BACK)
        journey.offer()
        with pytest.raises(HandoverNotOffered):
            told(journey, BACK)
        told(journey, first)
        is_open = journey.log.fold(person_fold(ONE.person)).open_case is not None
        assert is_open == (first is TURNED_BACK)
        (returned,) = told(journey, BACK)
        assert isinstance(returned, CaseReturned)
        assert journey.log.fold(cases.fold(ONE.case)).status == "returned"
        assert journey.log.fold(person_fold(ONE.person)).open_case is None
        with pytest.raises(ReturnedAlready):
            told(journey, BACK)
