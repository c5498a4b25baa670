"""A case is proposed, documented by the offices that the agreement names, and taken back."""

from datetime import UTC, datetime

import pytest

from services.intake.domain.agreement import AgreementIsUnknown, NotSignedByBoth
from services.intake.domain.case.propose_case import (
    PROPOSE_CASE,
    CaseIsOpenAlready,
    KindIsNotAgreed,
    ProposeCase,
)
from services.intake.domain.case.state import CaseState, fold
from services.intake.domain.case.withdraw_case import WITHDRAW_CASE, TooLateToWithdraw, WithdrawCase
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.codes import CaseKind
from shared.contracts.intake import (
    PersonRegistered,
)
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    LegDeparted,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId, ManifestId, custody_of
from tests.unit.intake import given
from tests.unit.intake.given import (
    AGREEMENT,
    CASE,
    PERSON,
    REGISTERED,
    SENDER,
    when,
)

BEGUN = (*given.in_force(), REGISTERED, given.case_proposed())
MANIFEST = ManifestId("01955e3a-0000-7000-8000-0000000000d1")
REF = given.document().ref


MANIFESTED = PersonManifested(
    manifest=MANIFEST,
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
)
BOARDED = PersonBoarded(manifest=MANIFEST, agreement=REF, case=CASE, person=PERSON)
DEPARTED = LegDeparted(
    manifest=MANIFEST,
    agreement=REF,
    leg=1,
    cases=(CASE,),
    departed_at=datetime(2025, 3, 16, 2, tzinfo=UTC),
)
OFFERED = HandoverOffered(
    manifest=MANIFEST,
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    custody=custody_of(CASE),
    custodian=Custodian("SLV", "cecot", "SLV"),
    sending="USA",
    receiving="SLV",
    offered_by="USA:escort:escort-1",
    offered_at=datetime(2025, 3, 16, 6, tzinfo=UTC),
)
REMOVED = PersonRemoved(
    manifest=MANIFEST,
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    reason="case-withdrawn",
)


def after(*log: Event) -> CaseState:
    """The case after these events."""
    return given.folded(fold(CASE), log)


def propose(actor: Actor = SENDER, kind: CaseKind = "third-country") -> ProposeCase:
    """The proposal of the case."""
    return ProposeCase(case=CASE, person=PERSON, agreement=AGREEMENT, kind=kind, actor=actor)


def test_a_case_is_proposed_under_the_version_that_both_signed() -> None:
    events = when(PROPOSE_CASE, propose(), *given.in_force(), REGISTERED)
    assert events == (given.case_proposed(),)
    assert after(*events).status == "proposed"


def test_f8_nothing_happens_before_both_have_signed() -> None:
    terms = given.document()
    one_signature = (given.proposed(terms), given.signed(terms, "USA"))
    with pytest.raises(NotSignedByBoth) as caught:
        when(PROPOSE_CASE, propose(), *one_signature, REGISTERED)
    assert caught.value.refusal.rule == "F8"


def test_no_case_without_an_agreement() -> None:
    with pytest.raises(AgreementIsUnknown):
        when(PROPOSE_CASE, propose(), REGISTERED)


@pytest.mark.parametrize("party", ["SLV", "XX", "VEN"])
def test_each_side_acts_only_for_itself(party: str) -> None:
    actor = Actor(party, "intake-agency", "one")
    with pytest.raises(ActsOnlyForItself):
        when(PROPOSE_CASE, propose(actor), *given.in_force(), REGISTERED)
    with pytest.raises(ActsOnlyForItself):
        when(WITHDRAW_CASE, WithdrawCase(case=CASE, actor=actor), *BEGUN)


def test_a_case_is_about_a_person_whom_the_sending_state_registered() -> None:
    with pytest.raises(PersonIsUnknown):
        when(PROPOSE_CASE, propose(), *given.in_force())
    theirs = PersonRegistered(person=PERSON, registered_by="SLV", commitment="cd" * 32)
    with pytest.raises(PersonIsUnknown, match="USA has registered no person"):
        when(PROPOSE_CASE, propose(), *given.in_force(), theirs)


def test_a_kind_that_the_agreement_does_not_admit_is_refused() -> None:
    terms = given.document(admission={"kinds": ["repatriation"]})
    with pytest.raises(KindIsNotAgreed) as caught:
        when(PROPOSE_CASE, propose(), *given.in_force(terms), REGISTERED)
    assert caught.value.refusal.rule == "admission.kinds"


def test_a_person_has_one_open_case_and_the_conflict_names_it() -> None:
    with pytest.raises(CaseIsOpenAlready, match=CASE):
        when(PROPOSE_CASE, propose(), *BEGUN)
    again = when(PROPOSE_CASE, propose(), *BEGUN, given.withdrawn())
    assert again == (given.case_proposed(),)


def test_a_case_goes_its_way_to_the_transfer() -> None:
    log: list[Event] = [*BEGUN, *given.facts()]
    seen = [after(*log).status]
    way = (given.cleared(), MANIFESTED, BOARDED, DEPARTED, OFFERED, given.transferred())
    for event in way:
        log.append(event)
        seen.append(after(*log).status)
    assert seen == [
        "accepted",
        "cleared",
        "manifested",
        "boarded",
        "in-transit",
        "handover-offered",
        "transferred",
    ]


def test_a_person_taken_off_the_manifest_is_cleared_still() -> None:
    state = after(*BEGUN, *given.facts(), given.cleared(), MANIFESTED, BOARDED, REMOVED)
    assert (state.status, state.manifest) == ("cleared", None)


def test_a_withdrawal_ends_the_case() -> None:
    events = when(WITHDRAW_CASE, WithdrawCase(case=CASE, actor=SENDER), *BEGUN)
    assert events == (given.withdrawn(),)
    assert after(*BEGUN, *events).status == "withdrawn"


def test_a_withdrawal_takes_the_person_off_the_manifest() -> None:
    log = (*BEGUN, *given.facts(), given.cleared(), MANIFESTED)
    assert after(*log).manifest == MANIFEST
    events = when(WITHDRAW_CASE, WithdrawCase(case=CASE, actor=SENDER), *log)
    assert events == (REMOVED, given.withdrawn())
    state = after(*log, *events)
    assert (state.status, state.manifest) == ("withdrawn", None)


@pytest.mark.parametrize("end", [DEPARTED, OFFERED, given.transferred(), given.withdrawn()])
def test_after_departure_nothing_is_withdrawn(end: Event) -> None:
    with pytest.raises(TooLateToWithdraw):
        when(WITHDRAW_CASE, WithdrawCase(case=CASE, actor=SENDER), *BEGUN, end)
