"""Clearance is computed: every required fact present, in force, rightly signed, and no hold."""

import pytest

from services.intake.domain.clearance.clear_case import (
    CLEAR_CASE,
    AlreadyCleared,
    ClearCase,
    TooLateToClear,
)
from services.intake.domain.clearance.state import (
    HoldStandsAgainstDeparture,
    NationalOfTheSendingState,
    NoFinalJudgment,
    NotAdmitted,
    RequirementsNotMet,
    RiskNotExcluded,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.hold import CountryScope, HoldLifted, OrdersSeen, PersonScope
from shared.contracts.intake import (
    ClearanceRefused,
    ConsularNoticeRecorded,
    IdentityConfirmed,
    NoticeServed,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId, HoldId, ManifestId
from shared.kernel.rejected import RuleBroken
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    COURT,
    HOLD,
    NOW,
    PERSON,
    RECEIVING_AUTHORITY,
    SENDER,
    facts,
)
from tests.unit.intake.screening import BEGUN, nationality, risk, rules, state

LIFTED = HoldLifted(
    hold=HOLD, scope=PersonScope(PERSON), instrument="x", lifted_by=str(COURT), lifted_at=NOW
)
REF = made_events.document().ref
MANIFESTED = PersonManifested(
    manifest=ManifestId("m"),
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
)
BOARDED = PersonBoarded(
    manifest=ManifestId("m"), agreement=REF, case=CASE, person=PERSON, boarded_at=NOW
)
DEPARTED = LegDeparted(
    manifest=ManifestId("m"), agreement=REF, leg=1, cases=(CASE,), departed_at=NOW
)


def clear(actor: Actor = SENDER) -> ClearCase:
    """The request for clearance."""
    return ClearCase(case=CASE, on=NOW.date(), now=NOW, actor=actor)


def test_everything_required_present_in_force_and_signed_is_clearance() -> None:
    assert rules(*facts()) == ()
    events = given(*BEGUN, *facts()).when(CLEAR_CASE, clear()).events
    assert events == (made_events.cleared(),)
    assert state(*BEGUN, *facts(), *events).case.status == "cleared"


def test_a_case_without_facts_finds_every_rule_in_its_fixed_order() -> None:
    found = rules()
    assert found == (
        "G7",
        "G6",
        "G5",
        "G8",
        "G9",
        "G10",
        "G10",
        "G11",
        "G8",
        "required_facts.opinion",
    )


@pytest.mark.parametrize(
    ("log", "broken", "rule"),
    [
        ((*facts(), made_events.hold()), HoldStandsAgainstDeparture, "G3"),
        (facts(nationality("USA")), NationalOfTheSendingState, "G7"),
        (facts(without=LegalBasisRecorded), NoFinalJudgment, "G6"),
        (facts(risk(substantial_grounds=True)), RiskNotExcluded, "G5"),
        (facts(without=ReceivingStateAccepted), NotAdmitted, "G8"),
        (facts(without=IdentityConfirmed), RequirementsNotMet, "G9"),
        (facts(without=NoticeServed), RequirementsNotMet, "G10"),
        (facts(without=ConsularNoticeRecorded), RequirementsNotMet, "G11"),
        (facts(without=PersonOpinionRecorded), RequirementsNotMet, "required_facts.opinion"),
    ],
)
def test_a_refused_clearance_is_recorded_with_its_rule_and_all_its_findings(
    log: tuple[Event, ...], broken: type[RuleBroken], rule: str
) -> None:
    rejected = (
        given(*BEGUN, *log).when(CLEAR_CASE, clear()).refused(broken, recording=ClearanceRefused)
    )
    refusal = rejected.refusal
    assert refusal.rule == rule
    assert [finding.rule for finding in refusal.findings] == [rule]
    assert rejected.recorded == ClearanceRefused(
        case=CASE, person=PERSON, agreement=REF, refusal=refusal
    )


def test_a_refusal_says_how_many_findings_there_are() -> None:
    refusal = (
        given(*BEGUN)
        .when(CLEAR_CASE, clear())
        .refused(NationalOfTheSendingState, "(and 9 more)", recording=ClearanceRefused)
    )
    assert len(refusal.findings) == 10


def test_clearance_is_the_sending_states_to_ask_for() -> None:
    given(*BEGUN, *facts()).when(CLEAR_CASE, clear(RECEIVING_AUTHORITY)).refused(ActsOnlyForItself)


def test_a_cleared_case_is_not_cleared_twice() -> None:
    given(*BEGUN, *facts(), made_events.cleared()).when(CLEAR_CASE, clear()).refused(AlreadyCleared)


@pytest.mark.parametrize("end", [made_events.withdrawn(), made_events.transferred()])
def test_a_closed_case_is_not_cleared(end: Event) -> None:
    given(*BEGUN, *facts(), end).when(CLEAR_CASE, clear()).refused(TooLateToClear)


@pytest.mark.parametrize("way", [(), (MANIFESTED,), (MANIFESTED, BOARDED)])
def test_a_hold_takes_a_case_back_under_review_and_never_to_where_it_was(
    way: tuple[Event, ...],
) -> None:
    log = (*BEGUN, *facts(), made_events.cleared(), *way)
    for after in (state(*log, made_events.hold()), state(*log, made_events.hold(), LIFTED)):
        assert (after.case.status, after.case.cleared) == ("under-review", False)
        assert after.case.manifested == (MANIFESTED if way else None)


def test_after_a_lifted_hold_a_new_clearance_is_needed_and_possible() -> None:
    log = (*BEGUN, *facts(), made_events.cleared(), made_events.hold())
    given(*log).when(CLEAR_CASE, clear()).refused(
        HoldStandsAgainstDeparture, recording=ClearanceRefused
    )
    again = given(*log, LIFTED).when(CLEAR_CASE, clear()).events
    assert again == (made_events.cleared(),)
    assert state(*log, LIFTED, *again).case.status == "cleared"
    aboard = (
        *BEGUN,
        *facts(),
        made_events.cleared(),
        MANIFESTED,
        BOARDED,
        made_events.hold(),
        LIFTED,
    )
    assert state(*aboard, *again).case.status == "manifested"


def test_g3_a_clearance_names_the_orders_against_its_destination_that_it_had_seen() -> None:
    """One more, lifted at once, undoes it: what was granted had not seen it."""
    order = made_events.hold(CountryScope("SLV"))
    lifted = made_events.replaced(LIFTED, scope=CountryScope("SLV"))
    elsewhere = made_events.hold(CountryScope("HND"), hold_id=HoldId("elsewhere"))
    log = (*BEGUN, *facts(), elsewhere, order, lifted)
    (granted,) = given(*log).when(CLEAR_CASE, clear()).events
    assert granted == made_events.replaced(
        made_events.cleared(), orders=(OrdersSeen("country:SLV", 1),)
    )
    given(*log, granted).when(CLEAR_CASE, clear()).refused(AlreadyCleared)
    again = (*log, granted, made_events.replaced(order, hold=HoldId("2")))
    undone = (*again, made_events.replaced(lifted, hold=HoldId("2")))
    assert not state(*undone).case.cleared
    (renewed,) = given(*undone).when(CLEAR_CASE, clear()).events
    assert renewed == made_events.replaced(granted, orders=(OrdersSeen("country:SLV", 2),))


def test_a_hold_lifted_before_clearance_takes_nothing_away() -> None:
    after = state(*BEGUN, *facts(), made_events.hold(), LIFTED, made_events.cleared())
    assert (after.case.status, after.case.cleared) == ("cleared", True)


def test_a_hold_after_departure_leaves_the_person_where_they_are_and_not_cleared() -> None:
    log = (*BEGUN, *facts(), made_events.cleared(), MANIFESTED, BOARDED, DEPARTED)
    after = state(*log, made_events.hold())
    assert (after.case.status, after.case.cleared) == ("in-transit", False)
    cleared_again = state(*log, made_events.hold(), LIFTED, made_events.cleared())
    assert (cleared_again.case.status, cleared_again.case.cleared) == ("in-transit", True)
