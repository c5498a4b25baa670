"""A fact is signed by the side and office that the agreement names for its kind."""

from datetime import UTC, date, datetime

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
from services.intake.domain.case.record_fact import (
    RECORD_FACT,
    CaseIsBeyondFacts,
    NotTheSigningOffice,
    RecordFact,
)
from services.intake.domain.case.state import CaseIsUnknown, CaseState, fold
from services.intake.domain.case.withdraw_case import WITHDRAW_CASE, WithdrawCase
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
from shared.kernel.ids import ManifestId
from tests.unit.intake import given
from tests.unit.intake.given import (
    AGREEMENT,
    CASE,
    PAPER,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
    when,
)

BEGUN = (*given.in_force(), REGISTERED, given.case_proposed())
DEPARTED = LegDeparted(
    manifest=ManifestId("m"),
    agreement=given.document().ref,
    leg=1,
    cases=(CASE,),
    departed_at=datetime(2025, 3, 16, 2, tzinfo=UTC),
)


def after(*log: Event) -> CaseState:
    """The case after these events."""
    return given.folded(fold(CASE), log)


def record(content: FactContent, actor: Actor = SENDER) -> RecordFact:
    """A fact put on record."""
    return RecordFact(
        case=CASE,
        agreement=AGREEMENT,
        document=PAPER,
        content=content,
        actor=actor,
        signed_on=given.TODAY,
    )


def accept(actor: Actor = RECEIVING_AUTHORITY) -> AcceptCase:
    """The receiving state's yes."""
    return AcceptCase(case=CASE, agreement=AGREEMENT, document=PAPER, actor=actor)


def decline() -> DeclineCase:
    """The receiving state's no."""
    return DeclineCase(case=CASE, agreement=AGREEMENT, document=PAPER, actor=RECEIVING_AUTHORITY)


IDENTITY = Identity(identifiers=("passport", "fingerprints"))


def test_a_first_fact_takes_the_case_under_review() -> None:
    (fact,) = when(RECORD_FACT, record(IDENTITY), *BEGUN)
    assert fact == given.fact(IdentityConfirmed, identifiers=("passport", "fingerprints"))
    assert after(*BEGUN, fact).status == "under-review"
    assert after(*BEGUN, fact).fact_of("identity") == fact


@pytest.mark.parametrize("counted_on", [None, given.EARLIER])
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
    (fact,) = when(RECORD_FACT, record(judgment), *BEGUN)
    assert isinstance(fact, LegalBasisRecorded)
    assert (fact.TYPE, fact.days_remaining) == ("intake.LegalBasisRecorded.v2", 700)
    assert fact.counted_on == (counted_on or given.TODAY)
    assert after(*BEGUN, fact).fact_of("legal-basis") == fact


def test_the_latest_fact_of_a_kind_counts() -> None:
    disputed = given.fact(NationalityDetermined, nationalities=(), disputed=True)
    settled = given.fact(NationalityDetermined, nationalities=("VEN",), disputed=False)
    assert after(*BEGUN, disputed, settled).facts == (settled,)


@pytest.mark.parametrize(
    ("content", "actor"),
    [
        (IDENTITY, RECEIVING_AUTHORITY),
        (IDENTITY, SENDING_AUTHORITY),
        (IDENTITY, Actor("SLV", "intake-agency", "one")),
        (RiskAssessment("SLV", (), substantial_grounds=False, valid_until=given.LATER), SENDER),
    ],
)
def test_a_fact_is_signed_by_the_side_and_office_that_the_agreement_names(
    content: FactContent, actor: Actor
) -> None:
    with pytest.raises(NotTheSigningOffice, match="usa-slv-2025@1"):
        when(RECORD_FACT, record(content, actor), *BEGUN)


def test_a_kind_of_fact_that_the_agreement_does_not_list_is_signed_by_nobody() -> None:
    listed = [
        {"fact": one.fact, "side": one.side, "office": one.office}
        for one in given.document().required_facts
        if one.fact != "fitness"
    ]
    log = (*given.in_force(given.document(required_facts=listed)), *BEGUN[-2:])
    with pytest.raises(NotTheSigningOffice, match="signed by nobody"):
        when(RECORD_FACT, record(Fitness(fit=True, valid_until=given.LATER)), *log)


@pytest.mark.parametrize("end", [DEPARTED, given.withdrawn(), given.transferred()])
def test_facts_are_for_a_case_that_has_not_departed(end: Event) -> None:
    with pytest.raises(CaseIsBeyondFacts):
        when(RECORD_FACT, record(IDENTITY), *BEGUN, end)
    with pytest.raises(CaseIsBeyondFacts):
        when(ACCEPT_CASE, accept(), *BEGUN, end)


def test_a_case_that_is_not_there_is_unknown() -> None:
    with pytest.raises(CaseIsUnknown):
        when(RECORD_FACT, record(IDENTITY), *given.in_force())
    with pytest.raises(CaseIsUnknown):
        when(WITHDRAW_CASE, WithdrawCase(case=CASE, actor=SENDER), *given.in_force())


def test_g8_the_receiving_states_central_authority_accepts() -> None:
    (accepted,) = when(ACCEPT_CASE, accept(), *BEGUN)
    assert accepted == given.fact(ReceivingStateAccepted, RECEIVING_AUTHORITY)
    assert after(*BEGUN, accepted).status == "accepted"
    with pytest.raises(AnsweredAlready):
        when(ACCEPT_CASE, accept(), *BEGUN, accepted)
    with pytest.raises(NotTheSigningOffice):
        when(ACCEPT_CASE, accept(SENDING_AUTHORITY), *BEGUN)


def test_g8_a_later_no_takes_the_acceptance_and_the_clearance_away() -> None:
    log = (*BEGUN, *given.facts(), given.cleared())
    assert after(*log).status == "cleared"
    (declined,) = when(DECLINE_CASE, decline(), *log)
    state = after(*log, declined)
    assert (state.status, state.cleared) == ("under-review", False)
    assert state.fact(ReceivingStateAccepted) is None
    with pytest.raises(AnsweredAlready):
        when(DECLINE_CASE, decline(), *log, declined)


def test_a_state_has_no_right_to_refuse_its_own_national() -> None:
    home = given.fact(NationalityDetermined, nationalities=("SLV",), disputed=False)
    log = (*given.in_force(), REGISTERED, given.case_proposed("repatriation"))
    with pytest.raises(NoRightToRefuseANational):
        when(DECLINE_CASE, decline(), *log, home)
    disputed = given.fact(NationalityDetermined, nationalities=("SLV",), disputed=True)
    for fact in (disputed, given.fact(NationalityDetermined, nationalities=(), disputed=False)):
        (declined,) = when(DECLINE_CASE, decline(), *log, fact)
        assert isinstance(declined, ReceivingStateDeclined)
