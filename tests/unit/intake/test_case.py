"""A case is proposed, documented by the offices that the agreement names, and taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.agreement.state import AgreementIsUnknown, NotSignedByBoth
from services.intake.domain.case.propose_case import (
    PROPOSE_CASE,
    CaseIsOpenAlready,
    KindIsNotAgreed,
    ProposeCase,
)
from services.intake.domain.case.state import CaseState, fold
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import PersonIsUnknown
from services.intake.domain.withdraw_case import WITHDRAW_CASE, TooLateToWithdraw, WithdrawCase
from shared.contracts.intake import (
    PersonRegistered,
)
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    Leg,
    LegDeparted,
    ManifestOpened,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import CaseKind
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId, ManifestId, custody_of
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    PERSON,
    REGISTERED,
    SENDER,
)

BEGUN = (*made_events.in_force(), REGISTERED, made_events.case_proposed())
MANIFEST = ManifestId("01955e3a-0000-7000-8000-0000000000d1")
REF = made_events.document().ref


OPENED = ManifestOpened(
    manifest=MANIFEST,
    agreement=REF,
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
    legs=(Leg("USA", "SLV", made_events.NOW + timedelta(hours=9)),),
)
MANIFESTED = PersonManifested(
    manifest=MANIFEST,
    agreement=REF,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
)
BOARDED = PersonBoarded(
    manifest=MANIFEST,
    agreement=REF,
    case=CASE,
    person=PERSON,
    boarded_at=datetime(2025, 3, 15, tzinfo=UTC),
)
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
    cause="withdrawn",
)


def after(*log: Event) -> CaseState:
    """The case after these events."""
    return folded(fold(CASE), log)


def propose(actor: Actor = SENDER, kind: CaseKind = "third-country") -> ProposeCase:
    """The proposal of the case."""
    return ProposeCase(
        case=CASE,
        person=PERSON,
        agreement=AGREEMENT,
        kind=kind,
        proposed_at=made_events.PROPOSED_AT,
        now=made_events.NOW,
        actor=actor,
    )


def test_a_case_is_proposed_under_the_version_that_both_signed() -> None:
    events = given(*made_events.in_force(), REGISTERED).when(PROPOSE_CASE, propose()).events
    assert events == (made_events.case_proposed(),)
    assert after(*events).status == "proposed"


def test_f8_nothing_happens_before_both_have_signed() -> None:
    terms = made_events.document()
    one_signature = (made_events.proposed(terms), made_events.signed(terms, "USA"))
    refusal = (
        given(*one_signature, REGISTERED).when(PROPOSE_CASE, propose()).refused(NotSignedByBoth)
    )
    assert refusal.rule == "F8"


def test_no_case_without_an_agreement() -> None:
    given(REGISTERED).when(PROPOSE_CASE, propose()).refused(AgreementIsUnknown)


@pytest.mark.parametrize("party", ["SLV", "XX", "VEN"])
def test_each_side_acts_only_for_itself(party: str) -> None:
    actor = Actor(party, "intake-agency", "one")
    given(*made_events.in_force(), REGISTERED).when(PROPOSE_CASE, propose(actor)).refused(
        ActsOnlyForItself
    )
    given(*BEGUN).when(WITHDRAW_CASE, withdraw(actor)).refused(ActsOnlyForItself)


def test_a_case_is_about_a_person_whom_the_sending_state_registered() -> None:
    given(*made_events.in_force()).when(PROPOSE_CASE, propose()).refused(PersonIsUnknown)
    theirs = PersonRegistered(person=PERSON, registered_by="SLV", commitment="cd" * 32)
    given(*made_events.in_force(), theirs).when(PROPOSE_CASE, propose()).refused(
        PersonIsUnknown, "USA has registered no person"
    )


def test_a_kind_that_the_agreement_does_not_admit_is_refused() -> None:
    terms = made_events.document(admission={"kinds": ["repatriation"]})
    refusal = (
        given(*made_events.in_force(terms), REGISTERED)
        .when(PROPOSE_CASE, propose())
        .refused(KindIsNotAgreed)
    )
    assert refusal.rule == "admission.kinds"


def test_a_person_has_one_open_case_and_the_conflict_names_it() -> None:
    given(*BEGUN).when(PROPOSE_CASE, propose()).refused(CaseIsOpenAlready, CASE)
    again = given(*BEGUN, made_events.withdrawn()).when(PROPOSE_CASE, propose()).events
    assert again == (made_events.case_proposed(),)


def test_a_case_goes_its_way_to_the_transfer() -> None:
    log: list[Event] = [*BEGUN, *made_events.facts()]
    seen = [after(*log).status]
    way = (made_events.cleared(), MANIFESTED, BOARDED, DEPARTED, OFFERED, made_events.transferred())
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
    state = after(*BEGUN, *made_events.facts(), made_events.cleared(), MANIFESTED, BOARDED, REMOVED)
    assert (state.status, state.manifest) == ("cleared", None)


def withdraw(actor: Actor = SENDER) -> WithdrawCase:
    return WithdrawCase(case=CASE, now=made_events.NOW, actor=actor)


def test_a_withdrawal_ends_the_case() -> None:
    events = given(*BEGUN).when(WITHDRAW_CASE, withdraw()).events
    assert events == (made_events.withdrawn(),)
    assert after(*BEGUN, *events).status == "withdrawn"


def test_a_withdrawal_takes_the_person_off_the_manifest() -> None:
    log = (*BEGUN, *made_events.facts(), made_events.cleared(), OPENED, MANIFESTED)
    assert after(*log).manifest == MANIFEST
    events = given(*log).when(WITHDRAW_CASE, withdraw()).events
    assert events == (REMOVED, made_events.withdrawn())
    state = after(*log, *events)
    assert (state.status, state.manifest) == ("withdrawn", None)


@pytest.mark.parametrize(
    "end", [DEPARTED, OFFERED, made_events.transferred(), made_events.withdrawn()]
)
def test_after_departure_nothing_is_withdrawn(end: Event) -> None:
    given(*BEGUN, end).when(WITHDRAW_CASE, withdraw()).refused(TooLateToWithdraw)
