"""A fact that is told after a departure and would have closed the gate: they come back (D7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.intake.deadlines import deadlines, fall_due
from services.intake.domain.case import state as cases
from services.intake.domain.wrongful_transfer.late_fact import FIND_LATE_FACTS, FindLateFacts
from services.intake.domain.wrongful_transfer.late_order import NobodyIsWithinReach
from shared.contracts.case_return import CaseReturned
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.hold import CountryScope
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import (
    CaseFact,
    CaseTransferred,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    ReceivingStateAccepted,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.wrongful_transfer import RecallOrdered, WrongfulTransferFound
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, ExclusionId, PersonId, custody_of
from tests.support.entries import foreign
from tests.support.intake_log import (
    DEPARTURE,
    DOCUMENT,
    MANIFEST,
    SENDER,
    SHA,
    hold,
    lifted,
    on_person,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
OTHER = PersonId("person-9")
FOUND_AT = DEPARTURE + timedelta(hours=1)
AFTER = DEPARTURE.date() + timedelta(days=1)
LATE = {"document": "1" * 64, "after_departure": True}
CLOSES: dict[str, tuple[type[CaseFact], dict[str, Any], str]] = {
    "a legal basis that is not final": (LegalBasisRecorded, {"final_on": None}, "G6"),
    "a sentence that was over": (
        LegalBasisRecorded,
        {"counted_on": AFTER, "days_remaining": -1},
        "G6",
    ),
    "a national of the sending state": (NationalityDetermined, {"nationalities": (SENDER,)}, "G7"),
    "nobody's known national": (NationalityDetermined, {"nationalities": ()}, "G7"),
    "a real risk": (RiskOfIllTreatmentAssessed, {"substantial_grounds": True}, "G5"),
    "an unfit person": (FitnessToTravelAssessed, {"fit": False}, "G8"),
    "one identifier": (IdentityConfirmed, {"identifiers": ("passport",)}, "G9"),
}
PASSES: dict[str, tuple[type[CaseFact], dict[str, Any]]] = {
    "unfit since": (FitnessToTravelAssessed, {"fit": False, "assessed_on": AFTER}),
    "fit then": (FitnessToTravelAssessed, {"assessed_on": DEPARTURE.date()}),
    "notice once more": (NoticeServed, {"served_on": AFTER}),
    "the consulate once more": (ConsularNoticeRecorded, {"offered_on": AFTER}),
    "counsel once more": (CounselAccessRecorded, {"accessed_on": AFTER}),
    "a sentence that goes on": (
        LegalBasisRecorded,
        {"counted_on": AFTER, "days_remaining": 0},
    ),
    "the same risk": (RiskOfIllTreatmentAssessed, {}),
}


def told(journey: Journey, kind: type[CaseFact], **said: object) -> None:
    """An office says something else, after the departure."""
    fact = msgspec.structs.replace(journey.log.last(kind), **{**LATE, **said})
    journey.log.record(fact)


def find(journey: Journey, person: PersonId = ONE.person) -> tuple[Event, ...]:
    """What is due because of it is done."""
    return journey.log.decide(FIND_LATE_FACTS, FindLateFacts(person=person, found_at=FOUND_AT))


def over() -> CaseTransferred:
    """The receiving state has taken the person over."""
    return CaseTransferred(
        case=ONE.case,
        person=ONE.person,
        agreement=DOCUMENT.ref,
        manifest=MANIFEST,
        custody=custody_of(ONE.case),
        accepted=EntryRef("placement#9"),
    )


def excluded(**said: object) -> ExclusionMatched:
    """A court finds that the person is a minor."""
    fields: dict[str, Any] = {
        "exclusion": ExclusionId("exclusion-1"),
        "person": ONE.person,
        "document": SHA,
        "matched": "minor",
        "signed_by": "XX",
        "office": "court",
        "recorded_by": "XX:court:court-1/clerk-1",
        "matched_at": DEPARTURE - timedelta(hours=1),
        **said,
    }
    return ExclusionMatched(**fields)


@pytest.mark.parametrize(("kind", "said", "rule"), CLOSES.values(), ids=CLOSES)
def test_d7_a_fact_after_departure_that_would_have_closed_the_gate_is_a_wrongful_transfer(
    kind: type[CaseFact], said: dict[str, Any], rule: str
) -> None:
    """Facts are taken at any time: a recall is ordered by rule, with the agreement's deadline."""
    journey = Journey(1).departed()
    told(journey, kind, **said)
    found, recalled = find(journey)
    assert isinstance(found, WrongfulTransferFound)
    assert (found.closes.rule, found.closes.evidence) == (rule, f"document/{LATE['document']}")
    assert (found.since, found.departed_at, found.found_at) == (DEPARTURE, DEPARTURE, FOUND_AT)
    assert found.issuer is None
    assert isinstance(recalled, RecallOrdered)
    assert recalled.due_at == datetime(2025, 3, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "said"), PASSES.values(), ids=PASSES)
def test_a_fact_of_a_later_day_takes_nothing_from_a_departure(
    kind: type[CaseFact], said: dict[str, Any]
) -> None:
    journey = Journey(1).departed()
    told(journey, kind, **said)
    with pytest.raises(NobodyIsWithinReach):
        find(journey)


def test_d7_who_is_in_custody_by_then_is_found_and_not_recalled() -> None:
    journey = Journey(1).arrived()
    journey.offer()
    journey.log.record(over())
    told(journey, NationalityDetermined, nationalities=(SENDER,))
    (found,) = find(journey)
    assert isinstance(found, WrongfulTransferFound)


def test_what_was_found_is_found_once() -> None:
    journey = Journey(1).departed()
    told(journey, NationalityDetermined, nationalities=(SENDER,))
    find(journey)
    with pytest.raises(NobodyIsWithinReach):
        find(journey)
    told(journey, FitnessToTravelAssessed, fit=False)
    (found,) = find(journey)
    assert isinstance(found, WrongfulTransferFound)
    assert found.closes.rule == "G8"


def test_g8_a_minor_is_brought_back_until_it_is_over_before_the_departure() -> None:
    journey = Journey(1, 2).departed()
    journey.log.record(excluded())
    found, _ = find(journey)
    assert isinstance(found, WrongfulTransferFound)
    assert (found.case, found.closes.evidence) == (ONE.case, "exclusion/exclusion-1")
    assert found.issuer == "XX:court:court-1/clerk-1"
    journey = Journey(1).departed()
    journey.log.record(excluded(valid_until=DEPARTURE.date() - timedelta(days=1)))
    with pytest.raises(NobodyIsWithinReach):
        find(journey)


def test_g9_an_order_on_whom_they_turn_out_to_be_brings_them_back() -> None:
    """A near match binds every pseudonym; the order was found to reach nobody before it."""
    for alike in (
        NearMatchFound(person=OTHER, other=ONE.person, registrar="AAA:a:b"),
        PersonsMerged(person=ONE.person, other=OTHER, set_aside=False, decided_by="AAA:a:b"),
    ):
        journey = Journey(1).departed()
        order = msgspec.structs.replace(hold(on_person(ONE)), scope=_on(OTHER))
        journey.log.events += [order, alike]
        found, _ = find(journey, alike.person)
        assert isinstance(found, WrongfulTransferFound)
        assert (found.person, found.closes.evidence) == (ONE.person, "hold/hold-1")
        assert found.since == order.received_at


def test_an_order_on_them_that_was_lifted_under_way_is_found_and_one_on_nobody_is_not() -> None:
    journey = Journey(1).departed()
    journey.log.events += [
        hold(CountryScope("BBB"), "hold-2"),
        hold(_on(OTHER)),
        lifted(_on(OTHER), at=DEPARTURE + timedelta(minutes=1)),
        NearMatchFound(person=OTHER, other=ONE.person, registrar="AAA:a:b"),
    ]
    events = find(journey)
    found = [event for event in events if isinstance(event, WrongfulTransferFound)]
    assert [event.closes.evidence for event in found] == ["hold/hold-1"]


def _on(person: PersonId) -> Any:  # noqa: ANN401 - the scope of an order
    return on_person(msgspec.structs.replace(ONE, person=person))


def test_who_never_left_and_who_is_back_is_not_found() -> None:
    journey = Journey(1).boarded()
    told(journey, NationalityDetermined, nationalities=(SENDER,))
    with pytest.raises(NobodyIsWithinReach):
        find(journey)
    journey = Journey(1).departed()
    told(journey, NationalityDetermined, nationalities=(SENDER,))
    about: dict[str, Any] = {"case": ONE.case, "person": ONE.person, "agreement": DOCUMENT.ref}
    back = CaseReturned(**about, custody=custody_of(ONE.case), completed=EntryRef("placement#12"))
    journey.log.events += [over(), back]
    with pytest.raises(NobodyIsWithinReach):
        find(journey)


def test_a_fact_says_that_its_person_had_departed_and_changes_no_status() -> None:
    journey = Journey(1).departed()
    told(journey, ReceivingStateAccepted)
    assert journey.log.fold(cases.fold(ONE.case)).status == "in-transit"
    journey.log.record(over())
    told(journey, LegalBasisRecorded)
    assert journey.log.fold(cases.fold(ONE.case)).status == "transferred"


def test_what_is_due_because_of_what_is_told() -> None:
    """Of a fact before departure nothing is; who is who and what excludes is always looked at."""
    journey = Journey(1).departed()
    said = journey.log.last(NationalityDetermined)
    likeness = NearMatchFound(person=OTHER, other=ONE.person, registrar="AAA:a:b")
    merged = PersonsMerged(person=OTHER, other=ONE.person, set_aside=False, decided_by="AAA:a:b")
    apart = PersonsToldApart(person=OTHER, other=ONE.person, decided_by="AAA:a:b")
    kinds = {
        msgspec.structs.replace(said, after_departure=True): ["late-fact"],
        said: [],
        excluded(): ["late-fact"],
        likeness: ["who-is-who"],
        merged: ["who-is-who"],
        apart: [],
    }
    for event, due in kinds.items():
        entry = foreign(1, event)
        assert [deadline.kind for deadline in deadlines(entry)] == due
        for deadline in deadlines(entry):
            decider, command = fall_due(deadline, FOUND_AT)
            assert decider is FIND_LATE_FACTS
            assert command == FindLateFacts(
                person=event.person,  # type: ignore[attr-defined]  # of these events
                found_at=entry.recorded_at,
            )
