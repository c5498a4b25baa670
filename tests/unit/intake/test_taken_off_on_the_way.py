"""At a stopover a person can be taken off, into named custody; the others go on (G4, G13; T3)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from services.intake.domain.case import state as cases
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.manifest.remove_person import (
    AlreadyDeparted,
    HeldByTheSender,
    NobodyTakesThemOver,
)
from services.intake.domain.withdraw_case import WITHDRAW_CASE, TooLateToWithdraw, WithdrawCase
from services.intake.domain.wrongful_transfer import under_way
from services.intake.domain.wrongful_transfer.complete_recall import (
    COMPLETE_RECALL,
    BackBeforeDeparture,
    CompleteRecall,
)
from services.intake.domain.wrongful_transfer.overdue_recall import (
    MARK_RECALL_OVERDUE,
    MarkRecallOverdue,
)
from shared.contracts.manifest import Custodian, Leg, LegDeparted, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted, RecallOrdered, RecallOverdue
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DEPARTURE,
    ESCORT,
    FACILITY,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    SHA,
    hold,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
THERE = Custodian(party=OTHER, body="border-police", responsible_state=SENDER)
NOBODYS = Custodian(party=RECEIVER, body="police", responsible_state=SENDER)
DUE = DEPARTURE + timedelta(days=3)


def at_the_stopover(over: str = OTHER) -> Journey:
    """Two persons where the second leg begins."""
    journey = Journey(1, 2)
    second = Leg(over, RECEIVER, DEPARTURE + timedelta(hours=8))
    journey.log.decide(
        OPEN_MANIFEST,
        OpenManifest(
            manifest=MANIFEST,
            agreement=AGREEMENT,
            facility=FACILITY,
            legs=(Leg(SENDER, over, DEPARTURE), second),
            now=NOW,
            actor=AUTHORITY,
        ),
    )
    for person in journey.people:
        journey.manifest(person)
        journey.confirm(person)
    journey.seal()
    for person in journey.people:
        journey.board(person)
    journey.authorise()
    journey.depart()
    journey.arrive()
    return journey


def recalled(journey: Journey) -> None:
    """The first person is to be brought back."""
    listed = journey.log.last(LegDeparted)
    journey.log.events.append(
        RecallOrdered(
            manifest=MANIFEST,
            agreement=listed.agreement,
            case=ONE.case,
            person=ONE.person,
            ordered_at=DEPARTURE + timedelta(hours=4),
            due_at=DUE,
        )
    )


def test_g4_no_leg_departs_with_a_person_under_an_order_until_they_are_off() -> None:
    journey = at_the_stopover()
    journey.log.events.append(hold(on_person(ONE)))
    late = {"leg": 2, "now": DEPARTURE + timedelta(hours=7)}
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise(**late)
    (off,) = journey.remove(ONE, custodian=THERE)
    assert isinstance(off, PersonRemoved)
    assert (off.cause, off.custodian) == ("order", THERE)
    journey.authorise(**late)
    at = DEPARTURE + timedelta(hours=8)
    (departed,) = journey.depart(leg=2, departed_at=at, now=at)
    assert isinstance(departed, LegDeparted)
    assert departed.cases == (TWO.case,)


def test_who_is_off_is_under_review_and_no_longer_under_way() -> None:
    journey = at_the_stopover()
    journey.remove(ONE, custodian=THERE)
    case = journey.log.fold(cases.fold(ONE.case))
    assert (case.status, case.cleared, case.manifest) == ("under-review", False, None)
    assert set(journey.log.fold(under_way.FOLD).journeys) == {TWO.case}
    assert journey.log.fold(put_on.fold(ONE.person)).journeys == ()


@pytest.mark.parametrize(
    "custodian",
    [
        None,
        NOBODYS,
        Custodian(party=OTHER, body="border-police", responsible_state=OTHER),
    ],
)
def test_g13_nobody_is_taken_off_on_the_way_into_nobodys_custody(
    custodian: Custodian | None,
) -> None:
    with pytest.raises(NobodyTakesThemOver) as refused:
        at_the_stopover().remove(ONE, custodian=custodian)
    assert refused.value.rule == "G13"


def test_g13_no_case_is_withdrawn_while_somebody_holds_its_person_on_the_way() -> None:
    """'Nobody is lost': not after another removal either, until they travel on."""
    journey = at_the_stopover()
    (off,) = journey.remove(ONE, custodian=THERE)
    assert isinstance(off, PersonRemoved)
    agency = msgspec.structs.replace(AUTHORITY, office="intake-agency")
    withdraw = WithdrawCase(case=ONE.case, now=NOW, actor=agency)
    with pytest.raises(TooLateToWithdraw, match=f"{OTHER}/border-police holds the person"):
        journey.log.decide(WITHDRAW_CASE, withdraw)
    journey.log.events.append(msgspec.structs.replace(off, custodian=None))
    with pytest.raises(TooLateToWithdraw, match="complete their recall"):
        journey.log.decide(WITHDRAW_CASE, withdraw)
    left = msgspec.structs.replace(journey.log.last(LegDeparted), cases=(ONE.case,))
    case = journey.log.fold(cases.fold(ONE.case))
    assert case.held_by == THERE
    assert cases.evolve(case, left).held_by is None


@pytest.mark.parametrize("custodian", [NOBODYS, THERE])
def test_g13_a_stopover_in_the_receiving_state_is_no_handover(custodian: Custodian) -> None:
    """'A handover needs both signatures': before it the sender's own people hold them there."""
    journey = at_the_stopover(over=RECEIVER)
    with pytest.raises(NobodyTakesThemOver, match=f"name a custodian of {SENDER}, and"):
        journey.remove(ONE, custodian=custodian)
    escort = Custodian(party=SENDER, body="escort-4", responsible_state=SENDER)
    (off,) = journey.remove(ONE, custodian=escort)
    assert isinstance(off, PersonRemoved)
    assert off.custodian == escort


def test_nobody_is_taken_off_in_the_air_or_at_the_end_and_before_the_start_nobody_holds_them() -> (
    None
):
    journey = Journey(1).boarded()
    with pytest.raises(HeldByTheSender):
        journey.remove(ONE, custodian=THERE)
    journey.authorise()
    journey.depart()
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE, custodian=THERE)
    journey.arrive()
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE, custodian=THERE)
    journey.offer()
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE, custodian=THERE)


def test_d2_who_is_recalled_and_taken_off_is_on_the_journey_until_the_sender_has_them_back() -> (
    None
):
    journey = at_the_stopover()
    recalled(journey)
    (off,) = journey.remove(ONE, custodian=THERE)
    assert isinstance(off, PersonRemoved)
    assert [finding.rule for finding in off.because] == ["D7"]
    assert off.cause == "recall"
    assert len(journey.log.fold(put_on.fold(ONE.person)).journeys) == 1
    overdue = MarkRecallOverdue(manifest=MANIFEST, case=ONE.case, overdue_at=DUE, now=DUE)
    (alarm,) = journey.log.decide(MARK_RECALL_OVERDUE, overdue)
    assert isinstance(alarm, RecallOverdue)
    back = CompleteRecall(
        manifest=MANIFEST,
        case=ONE.case,
        completed_at=DEPARTURE + timedelta(hours=9),
        evidence=SHA,
        now=DUE,
        actor=ESCORT,
    )
    early = msgspec.structs.replace(back, completed_at=DEPARTURE - timedelta(hours=1))
    with pytest.raises(BackBeforeDeparture):
        journey.log.decide(COMPLETE_RECALL, early)
    (completed,) = journey.log.decide(COMPLETE_RECALL, back)
    assert isinstance(completed, RecallCompleted)
    assert journey.log.fold(put_on.fold(ONE.person)).journeys == ()
    assert journey.log.fold(cases.fold(ONE.case)).status == "returned"
