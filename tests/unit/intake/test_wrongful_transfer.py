"""What comes after a departure and would have stopped it: by rule they come back (D2, D7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.intake.domain.handover import HandoverAlreadyOffered
from services.intake.domain.wrongful_transfer import under_way
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
    NobodyIsWithinReach,
)
from shared.contracts.case_return import CaseReturned
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import CaseTransferred
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, HoldId, ManifestId, PersonId, custody_of
from tests.support.intake_log import (
    AGREEMENT,
    DEPARTURE,
    DOCUMENT,
    FACILITY,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    hold,
    lifted,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
FOUND_AT = DEPARTURE + timedelta(hours=1)
MOMENT = timedelta(seconds=1)
EVERYBODY: list[HoldScope] = [
    CountryScope(RECEIVER),
    ClassScope("third-country", OTHER),
    AgreementScope(AGREEMENT),
    FlightScope(MANIFEST),
    FlightScope(MANIFEST, 1),
]
NOBODY: list[HoldScope] = [
    CountryScope("DDD"),
    ClassScope(nationality="DDD"),
    PersonScope(ONE.person, "DDD"),
    PersonScope(PersonId("person-9")),
    FlightScope(ManifestId("another")),
]


def due(name: str) -> FindWrongfulTransfers:
    """What is due because of an order."""
    return FindWrongfulTransfers(hold=HoldId(name), found_at=FOUND_AT)


def find(journey: Journey, scope: HoldScope, name: str = "hold-1") -> tuple[Event, ...]:
    """An order comes onto the record, and what is due because of it is done."""
    journey.log.events.append(hold(scope, name))
    return journey.log.decide(FIND_WRONGFUL_TRANSFERS, due(name))


def transferred(one: Any) -> CaseTransferred:  # noqa: ANN401 - a traveller of these tests
    """The receiving state has taken a person over."""
    return CaseTransferred(
        case=one.case,
        person=one.person,
        agreement=DOCUMENT.ref,
        manifest=MANIFEST,
        custody=custody_of(one.case),
        accepted=EntryRef("placement#9"),
    )


@pytest.mark.parametrize("scope", EVERYBODY)
def test_d7_an_order_after_a_departure_that_would_have_closed_the_gate_recalls_everybody_in_the_air(
    scope: HoldScope,
) -> None:
    """A `WrongfulTransferFound`: a recall is ordered by rule, with the agreement's deadline."""
    journey = Journey(1, 2).departed()
    events = find(journey, scope)
    assert [type(event) for event in events] == [WrongfulTransferFound, RecallOrdered] * 2
    found, recalled = events[0], events[1]
    assert isinstance(found, WrongfulTransferFound)
    assert (found.case, found.person, found.manifest) == (ONE.case, ONE.person, MANIFEST)
    assert (found.facility, found.sending, found.receiving) == (FACILITY, SENDER, RECEIVER)
    assert found.custody == custody_of(ONE.case)
    assert (found.closes.rule, found.closes.evidence) == ("G3", "hold/hold-1")
    assert (found.since, found.departed_at, found.found_at) == (NOW, DEPARTURE, FOUND_AT)
    assert found.issuer == hold(scope).asserted_by
    assert isinstance(recalled, RecallOrdered)
    assert recalled.ordered_at == FOUND_AT
    assert recalled.due_at == datetime(2025, 3, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("scope", NOBODY)
def test_an_order_on_others_finds_nobody(scope: HoldScope) -> None:
    with pytest.raises(NobodyIsWithinReach):
        find(Journey(1, 2).departed(), scope)


@pytest.mark.parametrize("scope", [*EVERYBODY, PersonScope(ONE.person)])
def test_who_is_not_departed_meets_the_order_at_the_gate(scope: HoldScope) -> None:
    with pytest.raises(NobodyIsWithinReach):
        find(Journey(1, 2).boarded(), scope)


def test_an_order_on_one_person_recalls_that_person() -> None:
    found, _ = find(Journey(1, 2).departed(), PersonScope(TWO.person))
    assert isinstance(found, WrongfulTransferFound)
    assert found.case == TWO.case


def test_g9_an_order_on_whom_they_may_be_recalls_them() -> None:
    """Near matches bind every pseudonym until told apart (G9)."""
    journey = Journey(1).departed()
    other = PersonId("person-9")
    journey.log.record(NearMatchFound(person=other, other=ONE.person, registrar="AAA:a:b"))
    found, _ = find(journey, PersonScope(other))
    assert isinstance(found, WrongfulTransferFound)
    assert found.person == ONE.person


def test_who_was_taken_off_is_on_no_journey_that_an_order_reaches() -> None:
    journey = Journey(1, 2).boarded()
    journey.remove(ONE)
    assert journey.log.fold(under_way.journeys_of(ONE.person)).journeys == {}
    with pytest.raises(NobodyIsWithinReach):
        find(journey, PersonScope(ONE.person))


def test_what_tells_of_no_journey_changes_nobody_under_way() -> None:
    nobody, event = under_way.UnderWay(), hold(CountryScope(RECEIVER))
    since = under_way.departed_since(NOW, NOW)
    for fold in (under_way.FOLD, under_way.journeys_of(ONE.person), since):
        assert fold.evolve(nobody, event) is nobody


def test_an_order_that_was_lifted_or_never_made_finds_nobody() -> None:
    journey = Journey(1).departed()
    journey.log.events += [hold(CountryScope(RECEIVER)), lifted(CountryScope(RECEIVER))]
    for name in ("hold-1", "hold-7"):
        with pytest.raises(NobodyIsWithinReach):
            journey.log.decide(FIND_WRONGFUL_TRANSFERS, due(name))


def test_d7_who_was_handed_over_is_found_and_not_recalled() -> None:
    """From the handover on placement owns the return (D2)."""
    journey = Journey(1, 2).arrived()
    journey.offer()
    journey.log.record(transferred(ONE))
    assert journey.log.fold(under_way.FOLD).journeys == {TWO.case: MANIFEST}
    (found,) = find(journey, PersonScope(ONE.person))
    assert isinstance(found, WrongfulTransferFound)
    later = hold(CountryScope(RECEIVER), "hold-2")
    journey.log.events.append(msgspec.structs.replace(later, received_at=DEPARTURE + MOMENT))
    events = journey.log.decide(FIND_WRONGFUL_TRANSFERS, due("hold-2"))
    assert [type(event) for event in events] == [WrongfulTransferFound, RecallOrdered]
    assert events[0].case == TWO.case  # type: ignore[attr-defined]  # a transfer that was found


@pytest.mark.parametrize("scope", EVERYBODY)
def test_g3_an_order_on_nobody_by_name_finds_who_departed_after_its_receipt_and_is_in_custody(
    scope: HoldScope,
) -> None:
    """An oral order binds from the minute it was received, however late it is recorded (D7)."""
    journey = Journey(1, 2).arrived()
    journey.offer()
    journey.log.events += [transferred(ONE), transferred(TWO)]
    events = find(journey, scope)
    assert [type(event) for event in events] == [WrongfulTransferFound] * 2


def test_an_order_that_was_received_after_a_departure_finds_nobody_of_it_in_custody() -> None:
    journey = Journey(1).arrived()
    journey.offer()
    journey.log.events.append(transferred(ONE))
    late = msgspec.structs.replace(hold(CountryScope(RECEIVER)), received_at=DEPARTURE + MOMENT)
    journey.log.events.append(late)
    with pytest.raises(NobodyIsWithinReach):
        journey.log.decide(FIND_WRONGFUL_TRANSFERS, due("hold-1"))
    assert journey.log.fold(under_way.departed_since(late.received_at, NOW)).journeys == {}


@pytest.mark.parametrize("scope", [*EVERYBODY, PersonScope(ONE.person)])
def test_g3_an_order_that_was_lifted_before_it_is_looked_at_finds_who_departed_under_it(
    scope: HoldScope,
) -> None:
    journey = Journey(1).departed()
    journey.log.events += [hold(scope), lifted(scope, at=DEPARTURE + MOMENT)]
    found, recalled = journey.log.decide(FIND_WRONGFUL_TRANSFERS, due("hold-1"))
    assert isinstance(found, WrongfulTransferFound)
    assert isinstance(recalled, RecallOrdered)
    assert found.issuer is None, "who lifted it knows"


@pytest.mark.parametrize("scope", [*EVERYBODY, PersonScope(ONE.person)])
def test_and_nobody_who_departed_when_it_was_lifted_already(scope: HoldScope) -> None:
    journey = Journey(1).departed()
    journey.log.events += [hold(scope), lifted(scope, at=DEPARTURE)]
    with pytest.raises(NobodyIsWithinReach):
        journey.log.decide(FIND_WRONGFUL_TRANSFERS, due("hold-1"))


def test_d7_who_is_back_is_not_found_on_the_journey_that_is_over() -> None:
    """A new case may have taken them elsewhere: the order is about that one, if about any."""
    journey = Journey(1).departed()
    back = CaseReturned(
        case=ONE.case,
        person=ONE.person,
        agreement=DOCUMENT.ref,
        custody=custody_of(ONE.case),
        completed=EntryRef("placement#12"),
        returned_at=NOW,
    )
    journey.log.events += [transferred(ONE), back]
    orders: list[HoldScope] = [PersonScope(ONE.person), CountryScope(RECEIVER)]
    for number, scope in enumerate(orders):
        with pytest.raises(NobodyIsWithinReach):
            find(journey, scope, f"hold-{number}")


def test_a_second_order_is_a_second_finding_and_no_second_recall() -> None:
    journey = Journey(1).departed()
    find(journey, CountryScope(RECEIVER))
    (found,) = find(journey, AgreementScope(AGREEMENT), "hold-2")
    assert isinstance(found, WrongfulTransferFound)


def test_d7_who_is_recalled_is_offered_to_nobody() -> None:
    journey = Journey(1, 2).arrived()
    find(journey, PersonScope(ONE.person))
    (offered,) = journey.offer()
    assert offered.case == TWO.case  # type: ignore[attr-defined]  # a handover that was offered
    with pytest.raises(HandoverAlreadyOffered, match="recalled"):
        journey.offer()
