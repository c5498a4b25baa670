"""What of a case runs out when (D4), and which office does what next before a person is cleared."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.domain.clearance.running_out import RunsOut, running_out
from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.clearance.to_do import ToDo, to_do
from shared.contracts.assurance import AssuranceGiven
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.identity import NearMatchFound, PersonsMerged
from shared.contracts.intake import (
    FitnessToTravelAssessed,
    NoticeServed,
    ReceivingStateAccepted,
    RiskOfIllTreatmentAssessed,
)
from shared.kernel.dates import last_second
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId, ExclusionId, PersonId
from tests.unit.intake import made_events
from tests.unit.intake.made_events import CASE, EARLIER, LATER, PAPER, PERSON, SENDER, TODAY, facts
from tests.unit.intake.screening import BEGUN, TOMORROW, YESTERDAY, fitness, risk, state
from tests.unit.intake.test_dispute import by

TERMS = made_events.document(contest_days="60")
UNTIL = datetime(2025, 3, 20, 18, tzinfo=UTC)
ASSURED = AssuranceGiven(
    assurance=AssuranceId("a-1"),
    person=PERSON,
    giver="USA",
    to_party="XX",
    to_office="court",
    to_body="district-court-9",
    reference="25-cv-766",
    given_at=made_events.NOW,
    until=UNTIL,
    given_by="USA:central-authority:authority/one",
)
PAPERS = "POST /v1/cases/{}/facts"


def excluded(until: Any = None) -> ExclusionMatched:  # noqa: ANN401 - a day, or none
    """The agency finds that the person is not to be transferred."""
    return ExclusionMatched(
        exclusion=ExclusionId("e-1"),
        person=PERSON,
        document=PAPER,
        matched="pending-proceedings",
        signed_by="USA",
        office="intake-agency",
        recorded_by=str(SENDER),
        matched_at=made_events.NOW,
        valid_until=until,
    )


def ahead(*log: Event) -> list[tuple[str, datetime]]:
    """What runs out after these events, and when."""
    now = state(*BEGUN, *log)
    return [(each.what, each.ends_at) for each in running_out(TERMS, now, TODAY)]


def steps(*log: Event) -> list[tuple[str, str, str]]:
    """Who does what next after these events."""
    now = state(*BEGUN, *log)
    return [(each.party, each.office, each.command) for each in to_do(TERMS, now, TODAY)]


def test_d4_what_runs_out_is_told_by_time_with_the_last_second_of_its_day() -> None:
    contested = last_second(EARLIER + timedelta(days=59))
    sentence = last_second(EARLIER + timedelta(days=699))
    at_last = [
        ("contest-period", contested),
        ("fitness", last_second(LATER)),
        ("risk-assessment", last_second(LATER)),
        ("agreement", last_second(TERMS.effective.end - timedelta(days=1))),
        ("legal-basis", sentence),
    ]
    assert ahead(*facts()) == at_last
    barred = (*facts(), excluded(TOMORROW), ASSURED)
    assert ahead(*barred) == [
        ("exclusion", last_second(TOMORROW)),
        ("assurance", UNTIL),
        *at_last,
    ]
    assert ahead(*facts(), excluded()) == at_last, "one without a last day runs out never"


def test_a_clearance_ends_with_the_first_of_what_it_stands_on() -> None:
    now = state(*BEGUN, *facts(fitness(valid_until=TODAY)), made_events.cleared())
    first, second, *_ = running_out(TERMS, now, TODAY)
    assert (first.what, second.what) == ("clearance", "fitness")
    assert first.ends_at == second.ends_at == last_second(TODAY)
    assert "the fitness that it stands on ends" in first.then
    assert second.then == "the intake-agency of USA has it made again and records it"


def test_the_agreements_longest_term_ends_a_fact_before_its_own_day() -> None:
    made = fitness(assessed_on=TODAY, valid_until=LATER + timedelta(days=900))
    (ends,) = [at for what, at in ahead(*facts(made)) if what == "fitness"]
    longest = TERMS.longest_validity.fitness_days
    assert ends == last_second(TODAY + timedelta(days=longest))


def test_what_has_run_out_or_is_disputed_is_not_ahead() -> None:
    expired = facts(fitness(valid_until=YESTERDAY), risk(valid_until=TODAY))
    assert ("fitness", last_second(YESTERDAY)) not in ahead(*expired)
    assert ("risk-assessment", last_second(TODAY)) in ahead(*expired)
    disputed = facts(by(fitness(fit=False)))
    assert "fitness" not in [what for what, _ in ahead(*disputed)]
    assert "contest-period" not in [what for what, _ in ahead(*facts(without=NoticeServed))]
    no_contest = made_events.document(contest_days="0")
    whole = running_out(no_contest, state(*BEGUN, *facts()), TODAY)
    assert "contest-period" not in [each.what for each in whole]
    assert isinstance(whole[0], RunsOut)


def test_each_office_is_told_what_it_records_next_by_which_command() -> None:
    lacking = facts(without=RiskOfIllTreatmentAssessed)
    assert steps(*lacking) == [("USA", "central-authority", PAPERS.format(CASE))]
    accept = f"POST /v1/cases/{CASE}:accept"
    assert steps(*facts(without=ReceivingStateAccepted)) == [("SLV", "central-authority", accept)]
    assert len(steps()) == len(TERMS.required_facts)
    expired = (fitness(valid_until=YESTERDAY), risk(valid_until=YESTERDAY))
    assert steps(*facts(*expired)) == [
        ("USA", "central-authority", PAPERS.format(CASE)),
        ("USA", "intake-agency", PAPERS.format(CASE)),
    ]


def test_who_bars_a_departure_is_told_how_that_ends_and_nobody_else() -> None:
    order = made_events.hold()
    log = (*facts(), order, ASSURED, excluded())
    assert steps(*log) == [
        ("USA", "court", f"POST /v1/holds/{order.hold}:lift"),
        ("USA", "central-authority", "POST /v1/assurances/a-1:end"),
        ("USA", "intake-agency", "POST /v1/exclusions/e-1:withdraw"),
    ]
    over = excluded(YESTERDAY)
    assert steps(*facts(), over) == [("USA", "intake-agency", f"POST /v1/cases/{CASE}:clear")]


def test_g1_both_offices_of_a_dispute_are_told_to_settle_it() -> None:
    withdraw = f"POST /v1/cases/{CASE}/facts:withdraw"
    assert steps(*facts(by(fitness(fit=False)))) == [
        ("USA", "intake-agency", withdraw),
        ("SLV", "central-authority", withdraw),
    ]


def test_g9_a_near_match_waits_for_the_agency_and_a_merged_one_for_nobody() -> None:
    other = PersonId("01955e3a-0000-7000-8000-000000000002")
    found = NearMatchFound(person=PERSON, other=other, registrar=str(SENDER))
    (step,) = to_do(TERMS, state(*BEGUN, *facts(), found), TODAY)
    assert step.command == f"POST /v1/persons/{PERSON}:same-as, or :different-from"
    merged = PersonsMerged(person=PERSON, other=other, decided_by="b", set_aside=True)
    assert [each[2] for each in steps(*facts(), found, merged)] == [f"POST /v1/cases/{CASE}:clear"]


def test_when_nothing_is_left_the_agency_asks_for_clearance_and_then_nobody_does_anything() -> None:
    (step,) = to_do(TERMS, state(*BEGUN, *facts()), TODAY)
    assert isinstance(step, ToDo)
    assert (step.party, step.office) == ("USA", "intake-agency")
    assert to_do(TERMS, state(*BEGUN, *facts(), made_events.cleared()), TODAY) == ()
    assert to_do(TERMS, ClearanceState(), TODAY) == ()
    assert any(isinstance(fact, FitnessToTravelAssessed) for fact in facts())
