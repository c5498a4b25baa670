"""Each safeguard finds what it is there to find, and nothing else."""

from datetime import date, timedelta

import pytest

from services.intake.domain.case.fact import FactContent, Fitness, RiskAssessment
from services.intake.domain.case.record_fact import RECORD_FACT, RecordFact, ValidForTooLong
from services.intake.domain.clearance.state import (
    findings,
)
from shared.contracts.hold import CountryScope, PersonScope
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.ids import PersonId
from tests.support.bad_input import rows
from tests.support.decider_specification import given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    EARLIER,
    HOLD,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDING_AUTHORITY,
    TODAY,
    fact,
    facts,
)
from tests.unit.intake.screening import (
    BEGUN,
    TOMORROW,
    YESTERDAY,
    fitness,
    judgment,
    nationality,
    risk,
    rules,
    state,
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
        (judgment(final_on=None), "G6"),
        (judgment(final_on=TOMORROW), "G6"),
        (judgment(judged_on=TOMORROW), "G6"),
        (judgment(days_remaining=0), "G6"),
        (nationality("USA"), "G7"),
        (nationality("VEN", "USA"), "G7"),
        (nationality("VEN", disputed=True), "G7"),
        (nationality(), "G7"),
        (nationality("XXA"), "G7"),
        (nationality("VEN", "XXX"), "G7"),
        (nationality("PRI"), "G7"),  # refused at the rim, and here
        (nationality("VEN", "GUM"), "G7"),
        (nationality("ATA"), "G7"),
        (risk(destination="GTM"), "G5"),
        (risk(valid_until=YESTERDAY), "G5"),
        (risk(substantial_grounds=True), "G5"),
        (fact(FitnessToTravelAssessed, fit=False, valid_until=made_events.LATER), "G8"),
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
    (found,) = findings(made_events.document(), now, TODAY)
    assert found.evidence == f"document/{made_events.PAPER}"


@pytest.mark.parametrize("answer", ["accepted", "declined", "withheld-without-consent"])
def test_g11_consular_notice_counts_with_whatever_answer_was_recorded(answer: str) -> None:
    offered = fact(ConsularNoticeRecorded, offered_on=TODAY, answer=answer)
    assert rules(*facts(offered)) == ()


def test_what_is_in_force_today_is_judged_on_the_day_asked_for() -> None:
    assert rules(*facts(risk(valid_until=TODAY))) == ()
    assert rules(*facts(risk(valid_until=TODAY)), on=TOMORROW) == ("G5",)


def test_g6_what_remained_of_a_sentence_runs_out_day_by_day() -> None:
    dated = judgment(days_remaining=10, counted_on=TODAY)
    without = facts(without=LegalBasisRecorded)
    for days, broken in ((-1, ("G6",)), (0, ()), (9, ()), (10, ("G6",)), (30_000, ("G6",))):
        found = rules(*without, dated, on=TODAY + timedelta(days=days))
        assert tuple(rule for rule in found if rule == "G6") == broken


def test_g6_a_sentence_without_a_day_of_counting_runs_out_from_the_judgment() -> None:
    judged = {"judged_on": YESTERDAY, "final_on": YESTERDAY, "counted_on": None}
    assert rules(*facts(judgment(days_remaining=2, **judged))) == ()
    assert rules(*facts(judgment(days_remaining=1, **judged))) == ("G6",)


@pytest.mark.parametrize(("kind", "longest", "days", "right"), rows("validities"))
def test_an_assessment_stands_no_longer_than_the_agreement_lets_it(
    kind: str, longest: str, days: str, right: str
) -> None:
    name = kind.replace("-", "_") + "_days"
    terms = made_events.document(longest_validity={name: longest})
    until = TODAY + timedelta(days=int(days))
    changed = {"valid_until": until, "assessed_on": TODAY}
    one = risk(**changed) if kind == "risk-assessment" else fitness(**changed)
    last = TODAY + timedelta(days=int(longest))
    broken = {"risk-assessment": "G5", "fitness": "G8"}[kind]
    assert broken not in rules(*facts(one), terms=terms, on=last)
    assert broken in rules(*facts(one), terms=terms, on=last + timedelta(days=1))
    log = (*made_events.in_force(terms), REGISTERED, made_events.case_proposed())
    outcome = given(*log).when(RECORD_FACT, _recorded(kind, until))
    if right == "good":
        assert outcome.events[0].assessed_on == TODAY  # type: ignore[attr-defined]  # an assessment
        return
    outcome.refused(ValidForTooLong, str(last), rule=broken)
    assert right == broken


def _recorded(kind: str, until: date) -> RecordFact:
    content: FactContent = Fitness(fit=True, valid_until=until)
    if kind == "risk-assessment":
        content = RiskAssessment("SLV", (), substantial_grounds=False, valid_until=until)
    return RecordFact(
        case=made_events.CASE,
        agreement=made_events.AGREEMENT,
        document=made_events.PAPER,
        content=content,
        on=TODAY,
        actor=SENDING_AUTHORITY if kind == "risk-assessment" else made_events.SENDER,
    )


def test_g6_an_offence_outside_the_schedule_is_no_legal_basis() -> None:
    terms = made_events.document(
        admission={"kinds": ["third-country"], "offences": ["0101", "0501"]}
    )
    assert rules(*facts(), terms=terms) == ()
    assert rules(*facts(judgment(offence="0701")), terms=terms) == ("G6",)


def test_g7_the_sending_states_own_instrument_allows_its_national() -> None:
    assert rules(*facts(nationality("USA", instrument="Public Law 1"))) == ()
    assert rules(*facts(nationality(disputed=True, instrument="Public Law 1"))) == ()


def test_g7_an_instrument_that_the_sending_state_did_not_sign_allows_nothing() -> None:
    theirs = made_events.replaced(nationality("USA", instrument="Decree 1"), signed_by="SLV")
    assert "G7" in rules(*facts(theirs))


def test_g8_nationals_whom_the_agreement_excludes_are_not_admitted() -> None:
    """T4: whom the agreement excludes is refused at clearance."""
    terms = made_events.document(
        admission={"kinds": ["third-country"], "excluded_nationalities": ["NIC", "VEN"]}
    )
    assert rules(*facts(), terms=terms) == ("G8",)
    assert rules(*facts(nationality("GTM")), terms=terms) == ()


def test_a_kind_that_a_later_version_no_longer_admits_stands_in_the_way() -> None:
    terms = made_events.document(version="2", admission={"kinds": ["repatriation"]})
    assert rules(*facts(), terms=terms) == ("admission.kinds",)


def test_only_nationals_of_the_receiving_state_are_repatriated() -> None:
    log = (*made_events.in_force(), REGISTERED, made_events.case_proposed("repatriation"))
    foreign = state(*log, *facts())
    found = findings(made_events.document(), foreign, TODAY)
    assert [finding.rule for finding in found] == ["G8"]
    home = state(*log, *facts(nationality("SLV")))
    assert findings(made_events.document(), home, TODAY) == ()


def test_g10_the_agreements_contest_period_runs_out_before_clearance() -> None:
    terms = made_events.document(contest_days="30")
    last = EARLIER + timedelta(days=29)
    assert rules(*facts(), terms=terms, on=last) == ("G10",)
    assert rules(*facts(), terms=terms, on=last + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("signed_by", "office"), [("SLV", "intake-agency"), ("USA", "central-authority")]
)
def test_a_fact_signed_by_another_side_or_office_does_not_count(
    signed_by: str, office: str
) -> None:
    changed = made_events.replaced(judgment(), signed_by=signed_by, office=office)
    assert rules(*facts(changed, without=LegalBasisRecorded)) == ("G6",)


@pytest.mark.parametrize(
    "scope", [PersonScope(PERSON), PersonScope(PERSON, "SLV"), CountryScope("SLV")]
)
def test_g3_a_matching_hold_stands_before_everything_else(
    scope: PersonScope | CountryScope,
) -> None:
    assert rules(made_events.hold(scope))[0] == "G3"
    now = state(*BEGUN, *facts(), made_events.hold(scope))
    (found,) = findings(made_events.document(), now, TODAY)
    assert (found.rule, found.evidence) == ("G3", f"hold/{HOLD}")


@pytest.mark.parametrize("years", [0, 1, 100])
def test_d5_an_order_never_runs_out(years: int) -> None:
    assert rules(made_events.hold(), on=TODAY + timedelta(days=365 * years))[0] == "G3"


@pytest.mark.parametrize(
    "scope", [PersonScope(PERSON, "RWA"), CountryScope("RWA"), PersonScope(PersonId("other"))]
)
def test_g3_a_hold_on_something_else_does_not_stand_here(
    scope: PersonScope | CountryScope,
) -> None:
    assert rules(*facts(), made_events.hold(scope)) == ()


def test_the_risk_assessment_is_the_central_authoritys() -> None:
    others = made_events.replaced(risk(), office="intake-agency")
    assert rules(*facts(others, without=RiskOfIllTreatmentAssessed)) == ("G5",)
    assert made_events.replaced(risk(), office=SENDING_AUTHORITY.office) == risk()
