"""Either party or a court suspends an agreement: that stops departures, and nothing else (G23)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.intake.domain.agreement.resume_agreement import (
    RESUME_AGREEMENT,
    NotSuspended,
    OnlyItsSuspenderResumes,
    ResumeAgreement,
)
from services.intake.domain.agreement.state import NotSignedByBoth
from services.intake.domain.agreement.stopped import AgreementIsSuspended, suspender
from services.intake.domain.agreement.suspend_agreement import (
    SUSPEND_AGREEMENT,
    SuspendAgreement,
    SuspendedAlready,
    SuspensionsAreNotForThisOffice,
)
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.handover import COMPLETE_TRANSFER, CompleteTransfer
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    BoardingRefused,
    LegDepartureRefused,
    ManifestingRefused,
    SealRefused,
)
from shared.kernel.actor import Actor
from shared.kernel.ids import EntryRef, SuspensionId, custody_of
from tests.support.decider_specification import given
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DOCUMENT,
    NOW,
    RECEIVING_AUTHORITY,
    agreement_events,
    hold,
    on_country,
    traveller,
)
from tests.support.journeys import Journey
from tests.unit.intake.made_events import replaced

COURT = Actor("XX", "court", "district-court-9/clerk-1")
SAME_COURT = Actor("XX", "court", "District-Court-9/clerk-2")
OTHER_COURT = Actor("XX", "court", "district-court-8/clerk-1")
CLERK = Actor("XX", "court", "clerk-7")
ONE = traveller(1)
SECOND = replaced(DOCUMENT, version=2)


def suspension(actor: Actor, number: int = 1) -> AgreementSuspended:
    return AgreementSuspended(
        agreement=DOCUMENT.ref,
        suspension=SuspensionId(f"suspension-{number}"),
        reference="note-7",
        suspended_at=NOW,
        suspended_by=str(actor),
    )


def resumption(actor: Actor, number: int = 1) -> AgreementResumed:
    return AgreementResumed(
        agreement=DOCUMENT.ref,
        suspension=SuspensionId(f"suspension-{number}"),
        reference="note-8",
        resumed_by=str(actor),
        resumed_at=NOW,
    )


def suspend(actor: Actor, number: int = 1) -> SuspendAgreement:
    name = SuspensionId(f"suspension-{number}")
    return SuspendAgreement(
        agreement=AGREEMENT, suspension=name, reference="note-7", now=NOW, actor=actor
    )


def resume(actor: Actor) -> ResumeAgreement:
    return ResumeAgreement(agreement=AGREEMENT, reference="note-8", now=NOW, actor=actor)


@pytest.mark.parametrize(
    "actor", [AUTHORITY, RECEIVING_AUTHORITY, COURT, CLERK, Actor("AAA", "court", "a/b")]
)
def test_g23_either_party_or_a_court_suspends_an_agreement(actor: Actor) -> None:
    given(*agreement_events()).when(SUSPEND_AGREEMENT, suspend(actor)).then(suspension(actor))


@pytest.mark.parametrize(
    "actor", [Actor("CCC", "central-authority", "a"), Actor("CCC", "court", "a/b")]
)
def test_g23_a_third_state_and_its_courts_suspend_nothing(actor: Actor) -> None:
    given(*agreement_events()).when(SUSPEND_AGREEMENT, suspend(actor)).refused(ActsOnlyForItself)


def test_g23_no_other_office_suspends() -> None:
    given(*agreement_events()).when(
        SUSPEND_AGREEMENT, suspend(Actor("AAA", "escort", "escort-1"))
    ).refused(SuspensionsAreNotForThisOffice, rule="G23")


def test_what_both_have_not_signed_is_not_suspended() -> None:
    given(agreement_events()[0]).when(SUSPEND_AGREEMENT, suspend(AUTHORITY)).refused(
        NotSignedByBoth
    )


def test_each_suspends_once_and_others_beside_it() -> None:
    log = (*agreement_events(), suspension(AUTHORITY))
    colleague = Actor("AAA", "central-authority", "authority-2")
    given(*log).when(SUSPEND_AGREEMENT, suspend(colleague, 2)).refused(SuspendedAlready, "note-7")
    given(*log).when(SUSPEND_AGREEMENT, suspend(COURT, 2)).then(suspension(COURT, 2))


@pytest.mark.parametrize(
    ("by", "actor"),
    [
        (AUTHORITY, Actor("AAA", "central-authority", "authority-2")),
        (COURT, SAME_COURT),
        (CLERK, CLERK),
    ],
)
def test_g23_whoever_suspended_it_resumes_it(by: Actor, actor: Actor) -> None:
    log = (*agreement_events(), suspension(by))
    given(*log).when(RESUME_AGREEMENT, resume(actor)).then(resumption(actor))


@pytest.mark.parametrize(
    ("by", "actor", "says"),
    [
        (AUTHORITY, RECEIVING_AUTHORITY, "only AAA:central-authority can"),
        (COURT, OTHER_COURT, "only XX:court:district-court-9/… can"),
        (COURT, Actor("AAA", "court", "district-court-9/clerk-1"), "can resume"),
        (COURT, AUTHORITY, "can resume"),
        (AUTHORITY, Actor("AAA", "court", "authority-1"), "can resume"),
        (CLERK, Actor("XX", "court", "clerk-7/clerk-1"), "only XX:court:clerk-7 can"),
    ],
)
def test_g23_nobody_lifts_the_suspension_of_another(by: Actor, actor: Actor, says: str) -> None:
    given(*agreement_events(), suspension(by)).when(RESUME_AGREEMENT, resume(actor)).refused(
        OnlyItsSuspenderResumes, says, rule="G23"
    )


def test_what_is_not_suspended_is_not_resumed() -> None:
    log = (*agreement_events(), suspension(COURT), resumption(COURT))
    given(*log).when(RESUME_AGREEMENT, resume(COURT)).refused(NotSuspended, "nothing to resume")


Step = Callable[[Journey], object]
GATES: dict[str, tuple[Step, Step, type]] = {
    "manifest": (Journey.opened, lambda log: log.manifest(ONE), ManifestingRefused),
    "seal": (Journey.manifested, lambda log: log.seal(), SealRefused),
    "board": (Journey.sealed, lambda log: log.board(ONE), BoardingRefused),
    "authorise": (Journey.boarded, lambda log: log.authorise(), LegDepartureRefused),
}


@pytest.mark.parametrize("name", GATES)
def test_g23_a_suspension_closes_every_gate_from_its_entry_on_and_its_end_opens_them(
    name: str,
) -> None:
    before, step, refusal = GATES[name]
    journey = Journey(1)
    before(journey)
    journey.log.record(suspension(COURT))
    with pytest.raises(AgreementIsSuspended, match="each its own") as refused:
        step(journey)
    (finding,) = refused.value.findings
    assert "XX:court:district-court-9/… suspended it on" in finding.missing
    assert journey.log.last(refusal).refusal.rule == "G23"
    journey.log.record(resumption(SAME_COURT))
    step(journey)


def test_g23_nobody_departs_who_is_on_board_when_it_is_suspended_with_the_doors_closed() -> None:
    journey = Journey(1).boarded()
    journey.authorise()
    journey.log.record(suspension(RECEIVING_AUTHORITY))
    with pytest.raises(AgreementIsSuspended):
        journey.depart()
    assert journey.log.last(LegDepartureRefused).refusal.rule == "G23"


def test_g23_suspended_by_both_and_resumed_by_one_it_stays_suspended() -> None:
    journey = Journey(1).sealed()
    journey.log.record(suspension(AUTHORITY))
    journey.log.record(suspension(RECEIVING_AUTHORITY, 2))
    journey.log.record(resumption(AUTHORITY))
    with pytest.raises(AgreementIsSuspended):
        journey.board(ONE)
    journey.log.record(resumption(RECEIVING_AUTHORITY, 2))
    journey.board(ONE)


def test_g23_an_amendment_that_both_sign_meanwhile_does_not_go_round_a_suspension() -> None:
    journey = Journey(1).sealed()
    journey.log.record(suspension(AUTHORITY))
    for event in agreement_events(SECOND):
        journey.log.record(event)
    with pytest.raises(AgreementIsSuspended):
        journey.board(ONE)


def test_an_order_comes_before_a_suspension_in_a_refusal() -> None:
    journey = Journey(1).sealed()
    journey.log.record(suspension(AUTHORITY))
    journey.log.record(hold(on_country()))
    with pytest.raises(HoldStandsAgainstDeparture) as refused:
        journey.board(ONE)
    assert [finding.rule for finding in refused.value.findings] == ["G23", "G3", "G4"]


def test_g23_a_suspension_stops_no_arrival_no_handover_and_nobody_who_is_taken_off() -> None:
    """Who is under way is received and cared for; who is on a list can leave it."""
    journey = Journey(1).departed()
    journey.log.record(suspension(COURT))
    journey.arrive()
    journey.offer()
    accepted = EntryRef("accord.example/placement/0#7")
    custody = custody_of(ONE.case)
    journey.log.decide(
        COMPLETE_TRANSFER, CompleteTransfer(case=ONE.case, custody=custody, accepted=accepted)
    )
    assert journey.log.last(CaseTransferred).custody == custody
    listed = Journey(1).boarded()
    listed.log.record(suspension(COURT))
    listed.remove(ONE)


def test_a_suspender_is_named_for_people() -> None:
    named = [suspender(suspension(actor)) for actor in (AUTHORITY, COURT, CLERK)]
    assert named == ["AAA:central-authority", "XX:court:district-court-9/…", "XX:court:clerk-7"]
