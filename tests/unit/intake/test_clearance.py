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
from shared.contracts.hold import HoldLifted, PersonScope
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
from shared.kernel.ids import FacilityId, ManifestId
from shared.kernel.rejected import RuleBroken
from tests.unit.intake import given
from tests.unit.intake.given import (
    CASE,
    COURT,
    HOLD,
    NOW,
    PERSON,
    RECEIVING_AUTHORITY,
    SENDER,
    facts,
    when,
)
from tests.unit.intake.screening import BEGUN, nationality, risk, rules, state

LIFTED = HoldLifted(hold=HOLD, scope=PersonScope(PERSON), instrument="x", lifted_by=str(COURT))
REF = given.document().ref
MANIFESTED = PersonManifested(
    manifest=ManifestId("m"),
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
)
BOARDED = PersonBoarded(manifest=ManifestId("m"), agreement=REF, case=CASE, person=PERSON)
DEPARTED = LegDeparted(
    manifest=ManifestId("m"), agreement=REF, leg=1, cases=(CASE,), departed_at=NOW
)


def clear(actor: Actor = SENDER) -> ClearCase:
    """The request for clearance."""
    return ClearCase(case=CASE, now=NOW, actor=actor)


def test_everything_required_present_in_force_and_signed_is_clearance() -> None:
    assert rules(*facts()) == ()
    events = when(CLEAR_CASE, clear(), *BEGUN, *facts())
    assert events == (given.cleared(),)
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
        ((*facts(), given.hold()), HoldStandsAgainstDeparture, "G3"),
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
    with pytest.raises(broken) as caught:
        when(CLEAR_CASE, clear(), *BEGUN, *log)
    refusal = caught.value.refusal
    assert refusal.rule == rule
    assert [one.rule for one in refusal.findings] == [rule]
    assert caught.value.recorded == ClearanceRefused(
        case=CASE, person=PERSON, agreement=REF, refusal=refusal
    )


def test_a_refusal_says_how_many_findings_there_are() -> None:
    with pytest.raises(NationalOfTheSendingState, match=r"\(and 9 more\)") as caught:
        when(CLEAR_CASE, clear(), *BEGUN)
    assert len(caught.value.findings) == 10


def test_clearance_is_the_sending_states_to_ask_for() -> None:
    with pytest.raises(ActsOnlyForItself):
        when(CLEAR_CASE, clear(RECEIVING_AUTHORITY), *BEGUN, *facts())


def test_a_cleared_case_is_not_cleared_twice() -> None:
    with pytest.raises(AlreadyCleared):
        when(CLEAR_CASE, clear(), *BEGUN, *facts(), given.cleared())


@pytest.mark.parametrize("end", [given.withdrawn(), given.transferred()])
def test_a_closed_case_is_not_cleared(end: Event) -> None:
    with pytest.raises(TooLateToClear):
        when(CLEAR_CASE, clear(), *BEGUN, *facts(), end)


@pytest.mark.parametrize("way", [(), (MANIFESTED,), (MANIFESTED, BOARDED)])
def test_a_hold_takes_a_case_back_under_review_and_never_to_where_it_was(
    way: tuple[Event, ...],
) -> None:
    log = (*BEGUN, *facts(), given.cleared(), *way)
    for after in (state(*log, given.hold()), state(*log, given.hold(), LIFTED)):
        assert (after.case.status, after.case.cleared) == ("under-review", False)
        assert after.case.manifested == (MANIFESTED if way else None)


def test_after_a_lifted_hold_a_new_clearance_is_needed_and_possible() -> None:
    log = (*BEGUN, *facts(), given.cleared(), given.hold())
    with pytest.raises(HoldStandsAgainstDeparture):
        when(CLEAR_CASE, clear(), *log)
    again = when(CLEAR_CASE, clear(), *log, LIFTED)
    assert again == (given.cleared(),)
    assert state(*log, LIFTED, *again).case.status == "cleared"
    aboard = (*BEGUN, *facts(), given.cleared(), MANIFESTED, BOARDED, given.hold(), LIFTED)
    assert state(*aboard, *again).case.status == "manifested"


def test_a_hold_lifted_before_clearance_takes_nothing_away() -> None:
    after = state(*BEGUN, *facts(), given.hold(), LIFTED, given.cleared())
    assert (after.case.status, after.case.cleared) == ("cleared", True)


def test_a_hold_after_departure_leaves_the_person_where_they_are_and_not_cleared() -> None:
    log = (*BEGUN, *facts(), given.cleared(), MANIFESTED, BOARDED, DEPARTED)
    after = state(*log, given.hold())
    assert (after.case.status, after.case.cleared) == ("in-transit", False)
    cleared_again = state(*log, given.hold(), LIFTED, given.cleared())
    assert (cleared_again.case.status, cleared_again.case.cleared) == ("in-transit", True)
