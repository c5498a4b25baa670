"""Nothing is begun under an agreement that is suspended or has been terminated (G23, D4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.intake.domain.agreement.state import AgreementState, fold
from services.intake.domain.agreement.stopped import AgreementIsSuspended
from services.intake.domain.agreement.term import AgreementNotInForce
from services.intake.domain.agreement.terminate_agreement import (
    TERMINATE_AGREEMENT,
    NoticeGivenAlready,
    TerminateAgreement,
)
from services.intake.domain.case.answer_case import ACCEPT_CASE, AcceptCase
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.manifest.open_manifest import (
    OPEN_MANIFEST,
    JourneyOutsideAgreement,
    OpenManifest,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement_course import AgreementSuspended, AgreementTerminated
from shared.contracts.intake import ClearanceRefused, ReceivingStateAccepted
from shared.contracts.manifest import Leg
from shared.kernel.actor import Actor
from shared.kernel.ids import FacilityId, ManifestId, SuspensionId
from tests.support.decider_specification import folded, given
from tests.support.intake_log import traveller
from tests.support.journeys import Journey
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    NOW,
    PAPER,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
    TODAY,
    facts,
)

TERMS = made_events.document(termination_notice_days="30")
AGREED = made_events.in_force(TERMS)
BEGUN = (*AGREED, REGISTERED, made_events.case_proposed())
SUSPENDED = AgreementSuspended(
    agreement=TERMS.ref,
    suspension=SuspensionId("suspension-1"),
    reference="note-7",
    suspended_at=NOW,
    suspended_by=str(SENDING_AUTHORITY),
)
LAST_DAY = TODAY + timedelta(days=30)
TERMINATED = AgreementTerminated(
    agreement=TERMS.ref,
    reference="note-9",
    given_on=TODAY,
    last_day=LAST_DAY,
    terminated_by=str(RECEIVING_AUTHORITY),
)
AFTER = LAST_DAY + timedelta(days=1)


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


def clear(on: date) -> ClearCase:
    return ClearCase(case=CASE, on=on, now=NOW, actor=SENDER)


def plan(on: date) -> OpenManifest:
    return OpenManifest(
        manifest=ManifestId("manifest-1"),
        agreement=AGREEMENT,
        facility=FacilityId("cecot"),
        legs=(Leg("USA", "SLV", noon(on)),),
        now=NOW,
        actor=SENDING_AUTHORITY,
    )


def notice(actor: Actor) -> TerminateAgreement:
    return TerminateAgreement(agreement=AGREEMENT, reference="note-9", now=NOW, actor=actor)


def test_g23_no_case_is_proposed_and_no_journey_planned_under_a_suspended_agreement() -> None:
    begun = given(*AGREED, REGISTERED, SUSPENDED)
    begun.when(PROPOSE_CASE, propose(TODAY)).refused(AgreementIsSuspended, "note-7", rule="G23")
    given(*AGREED, SUSPENDED).when(OPEN_MANIFEST, plan(TODAY)).refused(AgreementIsSuspended)


def test_g23_nobody_is_cleared_under_a_suspended_agreement() -> None:
    given(*BEGUN, *facts(), SUSPENDED).when(CLEAR_CASE, clear(TODAY)).refused(
        AgreementIsSuspended, rule="G23", recording=ClearanceRefused
    )


def test_g23_facts_and_the_receiving_states_answer_are_taken_at_any_time() -> None:
    accept = AcceptCase(
        case=CASE, agreement=AGREEMENT, document=PAPER, on=TODAY, actor=RECEIVING_AUTHORITY
    )
    before = given(*BEGUN, *facts(without=ReceivingStateAccepted), SUSPENDED)
    (accepted,) = before.when(ACCEPT_CASE, accept).events
    assert isinstance(accepted, ReceivingStateAccepted)


def test_either_state_gives_notice_which_runs_as_long_as_the_terms_say() -> None:
    given(*AGREED).when(TERMINATE_AGREEMENT, notice(RECEIVING_AUTHORITY)).then(TERMINATED)
    at_once = made_events.in_force(made_events.document())
    (ended,) = given(*at_once).when(TERMINATE_AGREEMENT, notice(SENDING_AUTHORITY)).events
    assert isinstance(ended, AgreementTerminated)
    assert ended.last_day == TODAY


def test_a_third_state_gives_no_notice_and_nobody_gives_a_second_one() -> None:
    stranger = Actor("NLD", "central-authority", "a")
    given(*AGREED).when(TERMINATE_AGREEMENT, notice(stranger)).refused(ActsOnlyForItself)
    given(*AGREED, TERMINATED).when(TERMINATE_AGREEMENT, notice(SENDING_AUTHORITY)).refused(
        NoticeGivenAlready, f"ends with {LAST_DAY}"
    )


def test_d4_a_notice_runs_out_with_the_last_second_of_its_last_day() -> None:
    log = (*AGREED, REGISTERED, TERMINATED)
    assert given(*log).when(PROPOSE_CASE, propose(LAST_DAY)).events
    given(*log).when(PROPOSE_CASE, propose(AFTER)).refused(AgreementNotInForce, "a notice ended it")
    cleared = (*BEGUN, *facts(), TERMINATED)
    assert given(*cleared).when(CLEAR_CASE, clear(LAST_DAY)).events
    given(*cleared).when(CLEAR_CASE, clear(AFTER)).refused(
        AgreementNotInForce, rule="effective", recording=ClearanceRefused
    )


def test_d4_no_journey_is_planned_for_a_day_after_a_notice_has_run_out() -> None:
    log = (*AGREED, TERMINATED)
    assert given(*log).when(OPEN_MANIFEST, plan(LAST_DAY)).events
    given(*log).when(OPEN_MANIFEST, plan(AFTER)).refused(JourneyOutsideAgreement)


def test_d6_a_version_signed_after_a_notice_prolongs_nothing() -> None:
    longer = made_events.document(
        version="2", effective={"start": "2025-03-16", "end": "2029-03-16"}
    )
    state = folded(fold(AGREEMENT), (*AGREED, TERMINATED, *made_events.in_force(longer)))
    assert isinstance(state, AgreementState)
    assert state.in_force(LAST_DAY) == longer
    assert state.in_force(AFTER) is None
    assert list(state.changes(TODAY)) == [(AFTER, None)]


def test_nobody_boards_once_a_notice_has_run_out() -> None:
    journey = Journey(1).sealed()
    document = journey.log.events[0].document  # type: ignore[attr-defined]  # it was proposed
    day = date(2025, 3, 15)
    ended = made_events.replaced(
        TERMINATED, agreement=document.ref, given_on=day, last_day=day - timedelta(days=1)
    )
    journey.log.record(ended)
    with pytest.raises(AgreementNotInForce):
        journey.board(traveller(1))
