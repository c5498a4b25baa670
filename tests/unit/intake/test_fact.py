"""A fact is signed by the side and office that the agreement names for its kind."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.domain.case.answer_case import (
    ACCEPT_CASE,
    DECLINE_CASE,
    AcceptCase,
    AnsweredAlready,
    DeclineCase,
    NoRightToRefuseANational,
)
from services.intake.domain.case.fact import (
    FactContent,
    Fitness,
    Identity,
    LegalBasis,
    RiskAssessment,
)
from services.intake.domain.case.identifiers import IdentifierNamedTwice, IdentifierNotHeld
from services.intake.domain.case.record_fact import (
    RECORD_FACT,
    CaseIsBeyondFacts,
    NotTheSigningOffice,
    RecordFact,
)
from services.intake.domain.case.state import CaseIsUnknown, CaseState, fold
from services.intake.domain.withdraw_case import WITHDRAW_CASE, WithdrawCase
from shared.contracts.case_return import CaseReturned
from shared.contracts.intake import (
    IdentityConfirmed,
    NationalityDetermined,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import (
    LegDeparted,
)
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, ManifestId, custody_of
from tests.support import identifiers
from tests.support.bad_input import rows
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    PAPER,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
)

BEGUN = (*made_events.in_force(), REGISTERED, made_events.case_proposed())
DEPARTED = LegDeparted(
    manifest=ManifestId("m"),
    agreement=made_events.document().ref,
    leg=1,
    cases=(CASE,),
    departed_at=datetime(2025, 3, 16, 2, tzinfo=UTC),
)
RETURNED = CaseReturned(
    case=CASE,
    person=made_events.PERSON,
    agreement=made_events.document().ref,
    custody=custody_of(CASE),
    completed=EntryRef("accord.example/placement/0#9"),
)


def after(*log: Event) -> CaseState:
    """The case after these events."""
    return folded(fold(CASE), log)


def record(content: FactContent, actor: Actor = SENDER) -> RecordFact:
    """A fact put on record."""
    return RecordFact(
        case=CASE,
        agreement=AGREEMENT,
        document=PAPER,
        content=content,
        actor=actor,
        on=made_events.TODAY,
    )


def accept(actor: Actor = RECEIVING_AUTHORITY) -> AcceptCase:
    """The receiving state's yes."""
    return AcceptCase(
        case=CASE, agreement=AGREEMENT, document=PAPER, on=made_events.TODAY, actor=actor
    )


def decline() -> DeclineCase:
    """The receiving state's no."""
    return DeclineCase(
        case=CASE,
        agreement=AGREEMENT,
        document=PAPER,
        on=made_events.TODAY,
        actor=RECEIVING_AUTHORITY,
    )


IDENTITY = Identity(identifiers=("passport", "fingerprints"))


def test_a_first_fact_takes_the_case_under_review() -> None:
    (fact,) = given(*BEGUN).when(RECORD_FACT, record(IDENTITY)).events
    assert fact == made_events.fact(IdentityConfirmed, identifiers=("passport", "fingerprints"))
    assert after(*BEGUN, fact).status == "under-review"
    assert after(*BEGUN, fact).of_kind("identity") == (fact,)


@pytest.mark.parametrize("counted_on", [None, made_events.EARLIER])
def test_g6_what_remains_of_a_sentence_has_a_date_that_of_the_signature_if_no_other_is_named(
    counted_on: date | None,
) -> None:
    judgment = LegalBasis(
        court="Circuit Court 1",
        reference="CR-2019-77",
        judged_on=date(2020, 5, 4),
        final_on=date(2020, 6, 4),
        offence="0501",
        days_remaining=700,
        counted_on=counted_on,
    )
    (fact,) = given(*BEGUN).when(RECORD_FACT, record(judgment)).events
    assert isinstance(fact, LegalBasisRecorded)
    assert (fact.TYPE, fact.days_remaining) == ("intake.LegalBasisRecorded.v2", 700)
    assert fact.counted_on == (counted_on or made_events.TODAY)
    assert after(*BEGUN, fact).of_kind("legal-basis") == (fact,)


def test_the_latest_fact_of_a_kind_counts() -> None:
    disputed = made_events.fact(NationalityDetermined, nationalities=(), disputed=True)
    settled = made_events.fact(NationalityDetermined, nationalities=("VEN",), disputed=False)
    assert after(*BEGUN, disputed, settled).facts == (settled,)


@pytest.mark.parametrize(
    ("content", "actor"),
    [
        (IDENTITY, RECEIVING_AUTHORITY),
        (IDENTITY, SENDING_AUTHORITY),
        (IDENTITY, Actor("SLV", "intake-agency", "one")),
        (
            RiskAssessment("SLV", (), substantial_grounds=False, valid_until=made_events.LATER),
            SENDER,
        ),
    ],
)
def test_a_fact_is_signed_by_the_side_and_office_that_the_agreement_names(
    content: FactContent, actor: Actor
) -> None:
    given(*BEGUN).when(RECORD_FACT, record(content, actor)).refused(
        NotTheSigningOffice, "usa-slv-2025@1"
    )


def test_a_kind_of_fact_that_the_agreement_does_not_list_is_signed_by_nobody() -> None:
    listed = [
        {"fact": required_fact.fact, "side": required_fact.side, "office": required_fact.office}
        for required_fact in made_events.document().required_facts
        if required_fact.fact != "fitness"
    ]
    log = (*made_events.in_force(made_events.document(required_facts=listed)), *BEGUN[-2:])
    given(*log).when(RECORD_FACT, record(Fitness(fit=True, valid_until=made_events.LATER))).refused(
        NotTheSigningOffice, "signed by nobody"
    )


@pytest.mark.parametrize("end", [DEPARTED, made_events.transferred()])
def test_d7_facts_are_taken_at_any_time_and_say_that_their_person_had_departed(end: Event) -> None:
    """One that comes after departure is looked at: it may make the transfer a wrongful one."""
    (fact,) = given(*BEGUN, end).when(RECORD_FACT, record(IDENTITY)).events
    (accepted,) = given(*BEGUN, end).when(ACCEPT_CASE, accept()).events
    (before,) = given(*BEGUN).when(RECORD_FACT, record(IDENTITY)).events
    said = [event.after_departure for event in (fact, accepted, before)]  # type: ignore[attr-defined]  # they are facts of a case
    assert said == [True, True, False]


@pytest.mark.parametrize("end", [made_events.withdrawn(), RETURNED])
def test_facts_are_for_a_case_that_is_not_over(end: Event) -> None:
    given(*BEGUN, end).when(RECORD_FACT, record(IDENTITY)).refused(CaseIsBeyondFacts)
    given(*BEGUN, end).when(ACCEPT_CASE, accept()).refused(CaseIsBeyondFacts)


@pytest.mark.parametrize("again", [("passport",) * 20, ("passport", "iris", "passport")])
def test_g9_an_identity_is_confirmed_by_different_identifiers(again: tuple[Any, ...]) -> None:
    said = record(Identity(identifiers=again))
    refusal = given(*BEGUN).when(RECORD_FACT, said).refused(IdentifierNamedTwice, "passport")
    assert refusal.rule == "G9"


@pytest.mark.parametrize(("held", "named", "right"), rows("identifiers"))
def test_g9_two_independent_identifiers_tied_to_what_the_vault_holds(
    held: str, named: str, right: str
) -> None:
    registered = made_events.replaced(REGISTERED, documents=identifiers.held(held))
    said = record(Identity(identifiers=identifiers.named(named)))
    outcome = given(*made_events.in_force(), registered, BEGUN[-1]).when(RECORD_FACT, said)
    if right == "good":
        assert len(outcome.events) == 1
        return
    refused = {"twice": IdentifierNamedTwice, "not held": IdentifierNotHeld}[right]
    outcome.refused(refused, rule="G9")


def test_a_case_that_is_not_there_is_unknown() -> None:
    agreed = made_events.in_force()
    given(*agreed).when(RECORD_FACT, record(IDENTITY)).refused(CaseIsUnknown)
    withdraw = WithdrawCase(case=CASE, now=made_events.NOW, actor=SENDER)
    given().beside(*agreed).when(WITHDRAW_CASE, withdraw).refused(CaseIsUnknown)


def test_g8_the_receiving_states_central_authority_accepts() -> None:
    (accepted,) = given(*BEGUN).when(ACCEPT_CASE, accept()).events
    assert accepted == made_events.fact(ReceivingStateAccepted, RECEIVING_AUTHORITY)
    assert after(*BEGUN, accepted).status == "accepted"
    given(*BEGUN, accepted).when(ACCEPT_CASE, accept()).refused(AnsweredAlready)
    given(*BEGUN).when(ACCEPT_CASE, accept(SENDING_AUTHORITY)).refused(NotTheSigningOffice)


def test_g8_a_later_no_takes_the_acceptance_and_the_clearance_away() -> None:
    log = (*BEGUN, *made_events.facts(), made_events.cleared())
    assert after(*log).status == "cleared"
    (declined,) = given(*log).when(DECLINE_CASE, decline()).events
    state = after(*log, declined)
    assert (state.status, state.cleared) == ("under-review", False)
    assert state.fact(ReceivingStateAccepted) is None
    given(*log, declined).when(DECLINE_CASE, decline()).refused(AnsweredAlready)


def test_a_state_has_no_right_to_refuse_its_own_national() -> None:
    home = made_events.fact(NationalityDetermined, nationalities=("SLV",), disputed=False)
    log = (*made_events.in_force(), REGISTERED, made_events.case_proposed("repatriation"))
    given(*log, home).when(DECLINE_CASE, decline()).refused(NoRightToRefuseANational)
    disputed = made_events.fact(NationalityDetermined, nationalities=("SLV",), disputed=True)
    for fact in (
        disputed,
        made_events.fact(NationalityDetermined, nationalities=(), disputed=False),
    ):
        (declined,) = given(*log, fact).when(DECLINE_CASE, decline()).events
        assert isinstance(declined, ReceivingStateDeclined)
