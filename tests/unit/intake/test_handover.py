"""Handovers: offered to a named custodian, complete with both signatures (G13; T6)."""

from datetime import timedelta

import pytest

from services.intake.domain.handover import (
    COMPLETE_TRANSFER,
    AlreadyTransferred,
    CompleteTransfer,
    CustodianNotNamed,
    HandoverAlreadyOffered,
    HandoverNotOffered,
    JourneyNotOver,
    OfferedBeforeArrival,
)
from services.intake.domain.manifest.board_person import AlreadyBoarded
from services.intake.domain.manifest.remove_person import AlreadyDeparted
from services.intake.domain.manifest.state import HasNotHappenedYet
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import Custodian, HandoverOffered, HandoverOfferRefused
from shared.kernel.ids import CustodyId, EntryRef, custody_of
from tests.support.intake_log import (
    AFTER,
    CUSTODIAN,
    DEPARTURE,
    ESCORT,
    OTHER,
    RECEIVER,
    RECEIVING_AUTHORITY,
    SENDER,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
ACCEPTED = CompleteTransfer(
    case=ONE.case, custody=CustodyId(ONE.case), accepted=EntryRef("placement#7")
)


def test_g13_the_offer_names_custodian_and_responsible_state_for_each_person() -> None:
    journey = Journey(1, 2).arrived()
    offers = journey.offer()
    assert [getattr(offer, "case", None) for offer in offers] == [ONE.case, TWO.case]
    offered = journey.log.last(HandoverOffered)
    assert (offered.custodian, offered.custody) == (CUSTODIAN, custody_of(TWO.case))
    assert (offered.sending, offered.receiving) == (SENDER, RECEIVER)
    assert offered.offered_by == str(ESCORT)
    with pytest.raises(HandoverAlreadyOffered):
        journey.offer()
    with pytest.raises(AlreadyDeparted):
        journey.remove(ONE)


MISTAKEN = Custodian(party=RECEIVER, body="house-two", responsible_state=RECEIVER)


def test_g13_a_mistaken_offer_is_made_again_for_those_who_are_not_transferred() -> None:
    journey = Journey(1, 2).arrived()
    journey.offer(custodian=MISTAKEN)
    journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    (again,) = journey.offer()
    assert isinstance(again, HandoverOffered)
    assert (again.case, again.custodian) == (TWO.case, CUSTODIAN)
    later = DEPARTURE + timedelta(hours=7)
    (corrected,) = journey.offer(offered_at=later)
    assert isinstance(corrected, HandoverOffered)
    assert corrected.offered_at == later
    with pytest.raises(HandoverAlreadyOffered):
        journey.offer(offered_at=later)
    for passenger in (ONE, TWO):
        with pytest.raises(AlreadyDeparted):
            journey.remove(passenger)


def test_g13_an_acceptance_that_was_on_its_way_ends_the_case_whatever_was_offered_again() -> None:
    journey = Journey(1).arrived()
    journey.offer()
    journey.offer(custodian=MISTAKEN)
    journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    assert journey.log.last(CaseTransferred).accepted == "placement#7"
    with pytest.raises(HandoverAlreadyOffered, match="or is transferred"):
        journey.offer()
    with pytest.raises(AlreadyBoarded):
        journey.board(ONE)


@pytest.mark.parametrize(
    "custodian",
    [
        Custodian(party=SENDER, body="house-one", responsible_state=RECEIVER),
        Custodian(party="XX", body="house-one", responsible_state=RECEIVER),
        Custodian(party=RECEIVER, body="house-one", responsible_state=OTHER),
    ],
)
def test_g13_nobody_is_not_a_custodian(custodian: Custodian) -> None:
    journey = Journey(1).arrived()
    with pytest.raises(CustodianNotNamed):
        journey.offer(custodian=custodian)
    assert journey.log.last(HandoverOfferRefused).refusal.rule == "G13"


def test_a_handover_is_offered_where_the_journey_ends_by_the_sending_state() -> None:
    journey = Journey(1).departed()
    with pytest.raises(JourneyNotOver):
        journey.offer()
    journey.arrive()
    with pytest.raises(JourneyNotOver):
        journey.offer(leg=2)
    with pytest.raises(OfferedBeforeArrival):
        journey.offer(offered_at=DEPARTURE)
    with pytest.raises(HasNotHappenedYet):
        journey.offer(offered_at=AFTER + timedelta(hours=1))
    with pytest.raises(ActsOnlyForItself):
        journey.offer(actor=RECEIVING_AUTHORITY)


def test_g13_a_transfer_takes_both_signatures() -> None:
    journey = Journey(1).arrived()
    with pytest.raises(HandoverNotOffered):
        journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    journey.offer()
    journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
    assert journey.log.last(CaseTransferred).accepted == "placement#7"
    with pytest.raises(AlreadyTransferred):
        journey.log.decide(COMPLETE_TRANSFER, ACCEPTED)
