"""Clearance is computed: every required fact present, in force, rightly signed, and no hold."""

from datetime import date, timedelta

import pytest

from services.intake.domain.clearance import (
    CLEAR_CASE,
    AlreadyCleared,
    ClearanceState,
    ClearCase,
    HoldStandsAgainstDeparture,
    NationalOfTheSendingState,
    NoFinalJudgment,
    NotAdmitted,
    ReadModelDiffers,
    RequirementsNotMet,
    RiskNotExcluded,
    TooLateToClear,
    findings,
    fold,
)
from services.intake.domain.side import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    ClearanceRefused,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    CountryScope,
    FitnessToTravelAssessed,
    HoldLifted,
    IdentityConfirmed,
    LegalBasisRecorded,
    NationalityDetermined,
    NoticeServed,
    PersonOpinionRecorded,
    PersonScope,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.journey import LegDeparted, PersonBoarded, PersonManifested
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId, ManifestId, PersonId
from shared.kernel.rejected import RuleBroken
from tests.unit.intake import given
from tests.unit.intake.given import (
    AGREEMENT,
    CASE,
    COURT,
    EARLIER,
    HOLD,
    NOW,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
    TODAY,
    fact,
    facts,
    when,
)

BEGUN = (*given.in_force(), REGISTERED, given.case_proposed())
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
LIFTED = HoldLifted(hold=HOLD, scope=PersonScope(PERSON), instrument="x", lifted_by=str(COURT))
REF = given.document().ref
MANIFESTED = PersonManifested(
    manifest=ManifestId("m"),
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
)
BOARDED = PersonBoarded(manifest=ManifestId("m"), agreement=REF, case=CASE, person=PERSON)
DEPARTED = LegDeparted(
    manifest=ManifestId("m"), agreement=REF, leg=1, cases=(CASE,), departed_at=NOW
)


def clear(actor: Actor = SENDER) -> ClearCase:
    """The request for clearance."""
    return ClearCase(
        case=CASE, person=PERSON, agreement=AGREEMENT, destination="SLV", now=NOW, actor=actor
    )


def state(*log: Event) -> ClearanceState:
    """Case and holds, folded together."""
    return given.folded(fold(CASE, PERSON, "SLV"), log)


def rules(*log: Event, terms: AgreementDocument | None = None, on: date = TODAY) -> tuple[str, ...]:
    """The rules that the findings are about."""
    now = state(*BEGUN, *log)
    found = findings(terms or given.document(), now.case, now.holds, on)
    return tuple(one.rule for one in found)


def judgment(**changed: object) -> CaseFact:
    """The judgment with some of it changed."""
    (whole,) = (one for one in facts() if isinstance(one, LegalBasisRecorded))
    return given.replaced(whole, **changed)


def nationality(
    *nationalities: str, disputed: bool = False, instrument: str | None = None
) -> CaseFact:
    """Whose national the person is."""
    return fact(
        NationalityDetermined,
        nationalities=nationalities,
        disputed=disputed,
        instrument=instrument,
    )


def risk(**changed: object) -> CaseFact:
    """The risk assessment with some of it changed."""
    (whole,) = (one for one in facts() if isinstance(one, RiskOfIllTreatmentAssessed))
    return given.replaced(whole, **changed)


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
    ("without", "rule"),
    [
        (IdentityConfirmed, "G9"),
        (LegalBasisRecorded, "G6"),
        (NationalityDetermined, "G7"),
        (RiskOfIllTreatmentAssessed, "G5"),
        (FitnessToTravelAssessed, "G8"),
        (NoticeServed, "G10"),
        (CounselAccessRecorded, "G10"),
        (ConsularNoticeRecorded, "G11"),
        (PersonOpinionRecorded, "required_facts.opinion"),
        (ReceivingStateAccepted, "G8"),
    ],
)
def test_each_required_fact_that_is_missing_is_one_finding(
    without: type[CaseFact], rule: str
) -> None:
    assert rules(*facts(without=without)) == (rule,)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (judgment(final=False), "G6"),
        (judgment(judged_on=TOMORROW), "G6"),
        (judgment(days_remaining=0), "G6"),
        (nationality("USA"), "G7"),
        (nationality("VEN", "USA"), "G7"),
        (nationality("VEN", disputed=True), "G7"),
        (nationality(), "G7"),
        (risk(destination="GTM"), "G5"),
        (risk(valid_until=YESTERDAY), "G5"),
        (risk(substantial_grounds=True), "G5"),
        (fact(FitnessToTravelAssessed, fit=False, valid_until=given.LATER), "G8"),
        (fact(FitnessToTravelAssessed, fit=True, valid_until=YESTERDAY), "G8"),
        (fact(ReceivingStateDeclined, RECEIVING_AUTHORITY), "G8"),
        (fact(IdentityConfirmed, identifiers=("passport",)), "G9"),
        (fact(IdentityConfirmed, identifiers=("passport", "passport")), "G9"),
        (fact(NoticeServed, language="es", served_on=TOMORROW), "G10"),
        (fact(CounselAccessRecorded, accessed_on=TOMORROW), "G10"),
        (fact(ConsularNoticeRecorded, offered_on=TOMORROW, answer="declined"), "G11"),
    ],
)
def test_a_fact_that_does_not_hold_is_a_finding(changed: CaseFact, rule: str) -> None:
    assert rules(*facts(changed)) == (rule,)
    now = state(*BEGUN, *facts(changed))
    (found,) = findings(given.document(), now.case, now.holds, TODAY)
    assert found.evidence == f"document/{given.PAPER}"


def test_what_is_in_force_today_is_judged_on_the_day_asked_for() -> None:
    assert rules(*facts(risk(valid_until=TODAY))) == ()
    assert rules(*facts(risk(valid_until=TODAY)), on=TOMORROW) == ("G5",)


def test_g6_an_offence_outside_the_schedule_is_no_legal_basis() -> None:
    terms = given.document(admission={"kinds": ["third-country"], "offences": ["0101", "0501"]})
    assert rules(*facts(), terms=terms) == ()
    assert rules(*facts(judgment(offence="0701")), terms=terms) == ("G6",)


def test_g7_the_sending_states_own_instrument_allows_its_national() -> None:
    assert rules(*facts(nationality("USA", instrument="Public Law 1"))) == ()
    assert rules(*facts(nationality(disputed=True, instrument="Public Law 1"))) == ()


def test_g7_an_instrument_that_the_sending_state_did_not_sign_allows_nothing() -> None:
    theirs = given.replaced(nationality("USA", instrument="Decree 1"), signed_by="SLV")
    assert "G7" in rules(*facts(theirs))


def test_g8_nationals_whom_the_agreement_excludes_are_not_admitted() -> None:
    terms = given.document(
        admission={"kinds": ["third-country"], "excluded_nationalities": ["NIC", "VEN"]}
    )
    assert rules(*facts(), terms=terms) == ("G8",)
    assert rules(*facts(nationality("GTM")), terms=terms) == ()


def test_only_nationals_of_the_receiving_state_are_repatriated() -> None:
    log = (*given.in_force(), REGISTERED, given.case_proposed("repatriation"))
    foreign = state(*log, *facts())
    found = findings(given.document(), foreign.case, foreign.holds, TODAY)
    assert [one.rule for one in found] == ["G8"]
    home = state(*log, *facts(nationality("SLV")))
    assert findings(given.document(), home.case, home.holds, TODAY) == ()


def test_g10_the_agreements_contest_period_runs_out_before_clearance() -> None:
    terms = given.document(contest_days="30")
    last = EARLIER + timedelta(days=29)
    assert rules(*facts(), terms=terms, on=last) == ("G10",)
    assert rules(*facts(), terms=terms, on=last + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("signed_by", "office"), [("SLV", "intake-agency"), ("USA", "central-authority")]
)
def test_a_fact_signed_by_another_side_or_office_does_not_count(
    signed_by: str, office: str
) -> None:
    changed = given.replaced(judgment(), signed_by=signed_by, office=office)
    assert rules(*facts(changed)) == ("G6",)


@pytest.mark.parametrize(
    "scope", [PersonScope(PERSON), PersonScope(PERSON, "SLV"), CountryScope("SLV")]
)
def test_g3_a_matching_hold_stands_before_everything_else(
    scope: PersonScope | CountryScope,
) -> None:
    assert rules(given.hold(scope))[0] == "G3"
    now = state(*BEGUN, *facts(), given.hold(scope))
    (found,) = findings(given.document(), now.case, now.holds, TODAY)
    assert (found.rule, found.evidence) == ("G3", f"hold/{HOLD}")


@pytest.mark.parametrize(
    "scope", [PersonScope(PERSON, "RWA"), CountryScope("RWA"), PersonScope(PersonId("other"))]
)
def test_g3_a_hold_on_something_else_does_not_stand_here(
    scope: PersonScope | CountryScope,
) -> None:
    assert rules(*facts(), given.hold(scope)) == ()


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


@pytest.mark.parametrize("changed", [{"person": "somebody else"}, {"destination": "RWA"}])
def test_g1_a_decision_never_rests_on_another_persons_holds(changed: dict[str, str]) -> None:
    with pytest.raises(ReadModelDiffers):
        when(CLEAR_CASE, given.replaced(clear(), **changed), *BEGUN, *facts())


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


def test_the_risk_assessment_is_the_central_authoritys() -> None:
    assert rules(*facts(given.replaced(risk(), office="intake-agency"))) == ("G5",)
    assert given.replaced(risk(), office=SENDING_AUTHORITY.office) == risk()
