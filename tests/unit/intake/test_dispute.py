"""Facts of two offices that contradict each other are disputed until one is withdrawn (G1)."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain import class_fit, custody_term
from services.intake.domain.case.answer_case import DECLINE_CASE, NoRightToRefuseANational
from services.intake.domain.case.dispute import disputed
from services.intake.domain.case.fact import IdentityDispute, kind_of
from services.intake.domain.case.record_fact import RECORD_FACT, CaseIsBeyondFacts
from services.intake.domain.case.state import kind_of as kind_of_fact
from services.intake.domain.case.withdraw_fact import (
    WITHDRAW_FACT,
    DepartedByTheFact,
    FactIsForItsOffice,
    FactIsUnknown,
    WithdrawFact,
)
from services.intake.domain.clearance.state import findings
from shared.contracts.fact_dispute import FactWithdrawn, IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
    IdentityConfirmed,
    ReceivingStateAccepted,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import FactKind
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    AGREEMENT,
    CASE,
    PERSON,
    RECEIVING_AUTHORITY,
    REGISTERED,
    SENDER,
    TODAY,
    fact,
    facts,
    replaced,
)
from tests.unit.intake.screening import BEGUN, fitness, judgment, nationality, rules, state
from tests.unit.intake.test_fact import after, decline, record

JUDGE = Actor("USA", "court", "district-court-9/judge-2")
KINDS = (
    ("identity", "receiving", "central-authority"),
    ("nationality", "receiving", "central-authority"),
    ("legal-basis", "sending", "court"),
    ("fitness", "receiving", "central-authority"),
)
BY_TWO = made_events.document(
    required_facts=[
        *(
            {"fact": each.fact, "side": each.side, "office": each.office}
            for each in made_events.document().required_facts
        ),
        *({"fact": kind, "side": side, "office": office} for kind, side, office in KINDS),
    ]
)
"""Both states say who somebody is, whose national and whether fit; a court says the judgment."""
OF_BOTH = (*made_events.in_force(BY_TWO), REGISTERED, made_events.case_proposed())


def by(event: CaseFact, actor: Actor = RECEIVING_AUTHORITY, **changed: object) -> CaseFact:
    """The same fact as another office tells it."""
    return replaced(event, signed_by=actor.party, office=actor.office, **changed)


def taken_back(event: CaseFact) -> FactWithdrawn:
    """The office that recorded a fact takes it back."""
    return FactWithdrawn(
        case=CASE,
        person=PERSON,
        agreement=event.agreement,
        kind=kind_of_fact(event),
        signed_by=event.signed_by,
        office=event.office,
        withdrawn=event.document,
        document="ef" * 32,
        reason="recorded-in-error",
    )


def take_back(kind: FactKind, actor: Actor = SENDER) -> WithdrawFact:
    """An office asks for that."""
    return WithdrawFact(
        case=CASE,
        agreement=AGREEMENT,
        kind=kind,
        reason="recorded-in-error",
        document="ef" * 32,
        on=TODAY,
        actor=actor,
    )


IDENTITY = fact(IdentityConfirmed, identifiers=("passport", "fingerprints"))
THEIRS = (by(IDENTITY), by(nationality("VEN")), by(judgment(), JUDGE), by(fitness()))
"""What the other office of each kind says, and agrees in."""
AGREED = facts(*THEIRS)


def test_both_offices_that_an_agreement_names_sign_a_fact() -> None:
    assert rules(*AGREED, terms=BY_TWO) == ()
    assert rules(*facts(), terms=BY_TWO) == ("G9", "G7", "G6", "G8")


@pytest.mark.parametrize(
    ("word", "own", "rule"),
    [
        (by(fact(IdentityDisputed)), IDENTITY, "G9"),
        (by(judgment(offence="0701"), JUDGE), judgment(), "G6"),
        (by(nationality("COL")), nationality("VEN"), "G7"),
        (by(fitness(fit=False)), fitness(), "G8"),
    ],
    ids=["identity", "legal basis", "nationality", "fitness"],
)
def test_g1_what_is_disputed_counts_as_missing_until_one_office_takes_its_word_back(
    word: CaseFact, own: CaseFact, rule: str
) -> None:
    """Fail closed: by G7 a disputed nationality counts as the sending state's."""
    log = (*AGREED, word)
    assert set(rules(*log, terms=BY_TWO)) == {rule}
    for withdrawn in (taken_back(word), taken_back(own)):
        left = after(*BEGUN, *log, withdrawn)
        assert disputed(left.facts) == ()
        assert set(rules(*log, withdrawn, terms=BY_TWO)) == {rule}, "one signature is missing"
    again = replaced(own, signed_by=word.signed_by, office=word.office)
    assert rules(*log, again, terms=BY_TWO) == (), "its own office says otherwise now"


def test_g7_the_senders_instrument_lets_nobody_go_whose_nationality_is_disputed() -> None:
    own = nationality("USA", instrument="ACT-1")
    assert rules(*AGREED, own, terms=BY_TWO)[0] == "G7"
    agreed = (*AGREED, own, by(nationality("USA")))
    assert rules(*agreed, terms=BY_TWO) == ()


def test_a_dispute_does_not_end_because_one_of_the_two_runs_out_or_is_named_no_more() -> None:
    unfit = by(fitness(fit=False, valid_until=TODAY - timedelta(days=1)))
    assert "G8" in rules(*AGREED, unfit, terms=BY_TWO)
    assert "G8" in rules(*facts(unfit))


def test_the_word_of_an_office_that_is_named_no_more_does_not_count_beside_one_that_is() -> None:
    expired = by(fitness(valid_until=TODAY - timedelta(days=1)))
    assert rules(*facts(expired)) == ()
    assert rules(*AGREED, expired, terms=BY_TWO) == ("G8",)


def test_an_identity_that_one_office_disputes_alone_is_not_confirmed() -> None:
    (said,) = given(*BEGUN).when(RECORD_FACT, record(IdentityDispute())).events
    assert said == fact(IdentityDisputed)
    assert kind_of(IdentityDispute()) == "identity"
    assert rules(*facts(said)) == ("G9",)
    assert rules(*facts(said, IDENTITY)) == ()


def test_the_finding_names_each_office_and_its_paper() -> None:
    log = (*AGREED, by(fitness(fit=False), document="12" * 32))
    found = findings(BY_TWO, state(*BEGUN, *log), TODAY)
    said = [finding for finding in found if "disputed" in finding.missing]
    papers = [f"document/{made_events.PAPER}", f"document/{'12' * 32}"]
    assert [finding.evidence for finding in said] == papers
    assert "the central-authority of SLV" in said[1].missing


def test_a_dispute_undoes_the_clearance_and_its_end_does_not_bring_it_back() -> None:
    cleared = (*OF_BOTH, *AGREED, made_events.cleared())
    assert after(*cleared, by(fitness())).cleared
    differs = by(fitness(fit=False))
    undone = after(*cleared, differs)
    assert (undone.status, undone.cleared) == ("under-review", False)
    assert not after(*cleared, differs, taken_back(differs)).cleared


def test_an_office_takes_back_its_own_fact_and_nobody_elses() -> None:
    log = (*OF_BOTH, *AGREED)
    (withdrawn,) = given(*log).when(WITHDRAW_FACT, take_back("fitness")).events
    assert withdrawn == taken_back(fitness())
    left = after(*log, withdrawn)
    assert left.of_kind("fitness") == (by(fitness()),)
    assert left.status == "accepted"
    given(*log, withdrawn).when(WITHDRAW_FACT, take_back("fitness")).refused(
        FactIsForItsOffice, "the central-authority of SLV"
    )
    given(*OF_BOTH).when(WITHDRAW_FACT, take_back("fitness")).refused(FactIsUnknown)


@pytest.mark.parametrize("kind", ["acceptance", "fitness"])
def test_what_is_taken_back_bears_no_clearance(kind: FactKind) -> None:
    log = (*OF_BOTH, *AGREED, made_events.cleared())
    taken = take_back(kind, RECEIVING_AUTHORITY)
    (withdrawn,) = given(*log).when(WITHDRAW_FACT, taken).events
    now = after(*log, withdrawn)
    assert (now.status, now.cleared) == ("under-review", False)


def test_g8_an_acceptance_that_is_taken_back_leaves_the_case_under_review() -> None:
    log = (*OF_BOTH, *AGREED)
    taken = take_back("acceptance", RECEIVING_AUTHORITY)
    (withdrawn,) = given(*log).when(WITHDRAW_FACT, taken).events
    assert after(*log, withdrawn).status == "under-review"
    assert rules(*AGREED, withdrawn, terms=BY_TWO) == ("G8",)


def test_a_state_takes_back_no_acceptance_of_its_own_national() -> None:
    begun = (*OF_BOTH[:-1], made_events.case_proposed("repatriation"))
    home = (nationality("SLV"), fact(ReceivingStateAccepted, RECEIVING_AUTHORITY))
    taken = take_back("acceptance", RECEIVING_AUTHORITY)
    given(*begun, *home).when(WITHDRAW_FACT, taken).refused(NoRightToRefuseANational)
    elsewhere = by(nationality("GTM"))
    assert given(*begun, *home, elsewhere).when(WITHDRAW_FACT, taken).events
    assert given(*begun, home[0], elsewhere).when(DECLINE_CASE, decline()).events, "disputed"


@pytest.mark.parametrize(
    ("end", "refusal"),
    [(made_events.withdrawn(), CaseIsBeyondFacts), (made_events.transferred(), DepartedByTheFact)],
)
def test_nothing_is_taken_back_of_a_case_that_is_over(end: Event, refusal: type[Conflict]) -> None:
    given(*OF_BOTH, fitness(), end).when(WITHDRAW_FACT, take_back("fitness")).refused(refusal)


def test_g7_a_class_of_orders_means_every_nationality_and_judgment_that_an_office_names() -> None:
    fold = class_fit.determinations(PERSON)
    differ: tuple[Any, ...] = (nationality("VEN"), by(nationality("COL")))
    assert folded(fold, differ).counts_as("USA") == {"VEN", "COL", "USA"}
    assert folded(fold, (*differ, taken_back(differ[1]))).counts_as("USA") == {"VEN"}
    other = (*differ, taken_back(by(fitness())))
    assert folded(fold, other).counts_as("USA") == {"VEN", "COL", "USA"}
    begun = after(*BEGUN, judgment(), by(judgment(offence="0701", court="Court 2"), JUDGE))
    fits = class_fit.Fitting(begun, class_fit.Determined()).attributes
    assert fits["offence"] == {"0501", "0701"}
    assert len(fits["court"]) == 2


def test_g15_a_person_is_handed_over_by_the_judgment_that_stands() -> None:
    fold = custody_term.judgments_fold(CASE)
    of_court, shorter = by(judgment(reference="CR-1"), JUDGE), judgment(days_remaining=1)
    assert folded(fold, (judgment(), of_court)) == (judgment(), of_court)
    assert folded(fold, (judgment(), of_court, shorter)) == (of_court, shorter)
    assert folded(fold, (judgment(), of_court, taken_back(of_court))) == (judgment(),)
    assert folded(fold, (judgment(), taken_back(fitness()))) == (judgment(),)
