"""An agreement's term: nothing is proposed, accepted, cleared or boarded outside it (D4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.intake.domain.agreement.term import AgreementNotInForce, day_of, only_within
from services.intake.domain.case.answer_case import ACCEPT_CASE, AcceptCase
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from shared.contracts.intake import ClearanceRefused, ReceivingStateAccepted
from shared.contracts.manifest import (
    BoardingRefused,
    LegDepartureRefused,
    ManifestingRefused,
    SealRefused,
)
from tests.support.decider_specification import given
from tests.support.intake_log import traveller
from tests.support.journeys import Journey
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    PAPER,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    facts,
)

TERM = made_events.document().effective
LAST_DAY = TERM.end - timedelta(days=1)
OUTSIDE = (TERM.start - timedelta(days=1), TERM.end)
BEGUN = (*made_events.in_force(), REGISTERED, made_events.case_proposed())
AFTER_THE_END = datetime(2026, 3, 1, tzinfo=UTC)
"""The first instant that the term of the journeys' agreement does not have."""


def clear(on: date) -> ClearCase:
    return ClearCase(case=CASE, on=on, now=made_events.NOW, actor=SENDER)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def propose(on: date) -> ProposeCase:
    return ProposeCase(
        case=CASE,
        person=PERSON,
        agreement=AGREEMENT,
        kind="third-country",
        proposed_at=noon(on),
        now=noon(on),
        actor=SENDER,
    )


def accept(on: date) -> AcceptCase:
    return AcceptCase(
        case=CASE, agreement=AGREEMENT, document=PAPER, on=on, actor=RECEIVING_AUTHORITY
    )


@pytest.mark.parametrize("day", OUTSIDE)
def test_no_case_is_cleared_under_an_agreement_that_has_run_out_or_has_not_begun(day: date) -> None:
    refused = (
        given(*BEGUN, *facts())
        .when(CLEAR_CASE, clear(day))
        .refused(AgreementNotInForce, "", rule="effective", recording=ClearanceRefused)
    )
    (finding,) = refused.findings
    assert f"in force on {day}" in finding.missing
    assert finding.evidence == "agreement/usa-slv-2025@1"


@pytest.mark.parametrize("day", OUTSIDE)
def test_nothing_is_proposed_or_accepted_outside_the_term(day: date) -> None:
    begun = given(*made_events.in_force(), REGISTERED)
    refused = begun.when(PROPOSE_CASE, propose(day)).refused(AgreementNotInForce, "sign a version")
    assert refused.rule == "effective"
    given(*BEGUN).when(ACCEPT_CASE, accept(day)).refused(AgreementNotInForce)


def test_d4_the_last_day_of_a_term_is_a_day_of_it_up_to_its_last_second_in_utc() -> None:
    given(*BEGUN, *facts(without=ReceivingStateAccepted)).when(ACCEPT_CASE, accept(LAST_DAY))
    evening = datetime(2026, 3, 15, 23, 59, 59, tzinfo=UTC)
    assert day_of(evening) == LAST_DAY
    only_within(made_events.document(), LAST_DAY)
    west = datetime.fromisoformat("2026-03-15T18:00:00-06:00")
    assert day_of(west) == TERM.end
    with pytest.raises(AgreementNotInForce, match="from 2025-03-16 to 2026-03-15"):
        only_within(made_events.document(), TERM.end)


def test_a_day_that_has_not_come_makes_no_agreement_be_in_force() -> None:
    told = datetime(2025, 5, 1, tzinfo=UTC)
    assert day_of(datetime(2025, 3, 1, tzinfo=UTC), told) == date(2025, 3, 1)


def test_d6_an_amendment_that_prolongs_the_term_is_what_a_case_is_cleared_under() -> None:
    longer = made_events.document(
        version="2", effective={"start": "2025-03-16", "end": "2027-03-16"}
    )
    log = (*BEGUN, *facts(), *made_events.in_force(longer))
    (granted,) = given(*log).when(CLEAR_CASE, clear(TERM.end)).events
    assert granted == made_events.cleared()


def test_an_order_comes_before_the_term_in_a_refusal() -> None:
    refused = (
        given(*BEGUN, *facts(), made_events.hold())
        .when(CLEAR_CASE, clear(TERM.end))
        .refused(HoldStandsAgainstDeparture, recording=ClearanceRefused)
    )
    assert [finding.rule for finding in refused.findings] == ["G3", "effective"]


def test_g4_no_gate_on_the_way_opens_once_the_term_has_run_out() -> None:
    late = {"now": AFTER_THE_END, "done_at": AFTER_THE_END}
    listing = Journey(1).opened()
    with pytest.raises(AgreementNotInForce, match="sign a version"):
        listing.manifest(traveller(1), **late)
    assert listing.log.last(ManifestingRefused).refusal.rule == "effective"
    listed = Journey(1).manifested()
    with pytest.raises(AgreementNotInForce):
        listed.seal(**late)
    assert listed.log.last(SealRefused).refusal.rule == "effective"
    sealed = Journey(1).sealed()
    with pytest.raises(AgreementNotInForce):
        sealed.board(traveller(1), **late)
    assert sealed.log.last(BoardingRefused).refusal.rule == "effective"
    boarded = Journey(1).boarded()
    with pytest.raises(AgreementNotInForce):
        boarded.authorise(**late)
    assert boarded.log.last(LegDepartureRefused).refusal.rule == "effective"


def test_what_was_done_within_the_term_may_be_told_after_it() -> None:
    told = {"now": AFTER_THE_END, "done_at": AFTER_THE_END - timedelta(seconds=1)}
    Journey(1).manifested().seal(**told)
