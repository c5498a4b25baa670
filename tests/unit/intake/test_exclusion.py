"""G8: minors, pregnancy, serious illness, pending proceedings and asylum claims exclude."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import msgspec
import pytest

from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import NotAdmitted
from services.intake.domain.exclusion.match_exclusion import (
    MATCH_EXCLUSION,
    ExclusionIsOver,
    ExclusionStandsAlready,
    MatchExclusion,
)
from services.intake.domain.exclusion.state import ExclusionIsForAnotherOffice, ExclusionIsUnknown
from services.intake.domain.exclusion.withdraw_exclusion import (
    WITHDRAW_EXCLUSION,
    ExclusionIsWithdrawn,
    WithdrawExclusion,
)
from services.intake.domain.manifest.gate import GateClosed
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import CaseWithdrawn, ClearanceRefused
from shared.contracts.manifest import BoardingRefused, LegDepartureRefused
from shared.kernel.actor import Actor
from shared.kernel.codes import ExclusionKind
from shared.kernel.event import Event
from shared.kernel.ids import ExclusionId, PersonId
from tests.support.decider_specification import given
from tests.support.intake_log import traveller
from tests.support.journeys import Journey
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    COURT,
    NOW,
    OTHER_CLERK,
    PAPER,
    PERSON,
    REGISTERED,
    SENDER,
    TODAY,
    facts,
)
from tests.unit.intake.screening import BEGUN, TOMORROW, YESTERDAY, rules

FIRST, SECOND = ExclusionId("exclusion-1"), ExclusionId("exclusion-2")
COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")


def match(actor: Actor = COURT, **changed: Any) -> MatchExclusion:  # noqa: ANN401 - any field
    """The command of an office that found a person to be excluded."""
    whole = MatchExclusion(
        exclusion=FIRST,
        person=PERSON,
        matched="pregnancy",
        document=PAPER,
        on=TODAY,
        matched_at=NOW,
        actor=actor,
    )
    return msgspec.structs.replace(whole, **changed)


def excluded(actor: Actor = COURT, **changed: Any) -> ExclusionMatched:  # noqa: ANN401 - any field
    """What it records."""
    whole = ExclusionMatched(
        exclusion=FIRST,
        person=PERSON,
        document=PAPER,
        matched="pregnancy",
        signed_by=actor.party,
        office="court",
        recorded_by=str(actor),
        matched_at=NOW,
    )
    return msgspec.structs.replace(whole, **changed)


def withdraw(actor: Actor = OTHER_CLERK, exclusion: ExclusionId = FIRST) -> WithdrawExclusion:
    """The command that ends it."""
    return WithdrawExclusion(exclusion=exclusion, document=PAPER, now=NOW, actor=actor)


WITHDRAWN = ExclusionWithdrawn(
    exclusion=FIRST,
    person=PERSON,
    document=PAPER,
    withdrawn_by=str(OTHER_CLERK),
    withdrawn_at=NOW,
)
CLEAR = ClearCase(case=CASE, on=TODAY, now=NOW, actor=SENDER)
CLEARED = made_events.cleared()


@pytest.mark.parametrize("matched", get_args(ExclusionKind))
def test_g8_excluded_by_default_whatever_the_agreement_says(matched: ExclusionKind) -> None:
    (event,) = given(REGISTERED).when(MATCH_EXCLUSION, match(matched=matched)).events
    assert event == excluded(matched=matched)
    log = (*BEGUN, *facts(), event)
    refusal = given(*log).when(CLEAR_CASE, CLEAR).refused(NotAdmitted, recording=ClearanceRefused)
    (finding,) = refusal.findings
    assert (finding.rule, finding.evidence) == ("G8", f"exclusion/{FIRST}")
    assert finding.missing.startswith(f"{matched}: the court of USA excludes the person")


def test_d4_an_exclusion_forbids_to_its_last_day_and_says_when_it_ends() -> None:
    event = excluded(valid_until=TODAY)
    assert rules(*facts(), event) == ("G8",)
    assert rules(*facts(), event, on=TOMORROW) == ()
    refusal = (
        given(*BEGUN, *facts(), event)
        .when(CLEAR_CASE, CLEAR)
        .refused(NotAdmitted, recording=ClearanceRefused)
    )
    assert f"until {TODAY} has passed, or it withdraws it" in refusal.findings[0].missing


def test_g8_an_exclusion_that_comes_after_clearance_undoes_it_and_its_end_brings_none_back() -> (
    None
):
    log = (*BEGUN, *facts(), CLEARED, excluded(), WITHDRAWN)
    assert given(*log).when(CLEAR_CASE, CLEAR).events == (CLEARED,)
    over = (*BEGUN, *facts(), CLEARED, excluded(valid_until=YESTERDAY))
    assert given(*over).when(CLEAR_CASE, CLEAR).events == (CLEARED,)


def test_g8_contradicting_words_of_two_offices_exclude_until_each_has_withdrawn_its_own() -> None:
    agency = excluded(SENDER, exclusion=SECOND, office="intake-agency", matched="minor")
    log = (*BEGUN, *facts(), excluded(), agency, WITHDRAWN)
    refusal = given(*log).when(CLEAR_CASE, CLEAR).refused(NotAdmitted, recording=ClearanceRefused)
    assert [finding.evidence for finding in refusal.findings] == [f"exclusion/{SECOND}"]


def test_g8_no_other_pseudonym_and_no_new_case_goes_round_an_exclusion() -> None:
    over = CaseWithdrawn(case=CASE, person=PERSON, agreement=made_events.document().ref)
    again = (over, made_events.case_proposed(), *facts())
    assert rules(*facts(), excluded(), *again) == ("G8",)
    other = made_events.replaced(made_events.REGISTERED, person=OTHER)
    alike = NearMatchFound(person=OTHER, other=PERSON, registrar=str(SENDER))
    log = (*BEGUN, other, *facts(), alike, excluded(person=OTHER))
    given(*log).when(CLEAR_CASE, CLEAR).refused(NotAdmitted, recording=ClearanceRefused)


def test_g8_g4_every_gate_is_closed_to_whoever_is_excluded() -> None:
    one = traveller(1)
    event = excluded(person=one.person)
    sealed = Journey(1).sealed()
    sealed.log.events.append(event)
    with pytest.raises(NotAdmitted):
        sealed.board(one)
    assert sealed.log.last(BoardingRefused).refusal.rule == "G8"
    sealed.log.events.append(msgspec.structs.replace(WITHDRAWN, person=one.person))
    with pytest.raises(GateClosed, match="settle every finding and clear the case again"):
        sealed.board(one)
    boarded = Journey(1).boarded()
    boarded.log.events.append(event)
    with pytest.raises(NotAdmitted):
        boarded.authorise()
    assert boarded.log.last(LegDepartureRefused).refusal.rule == "G8"


@pytest.mark.parametrize(
    "actor", [Actor("USA", "escort", "escort/one"), Actor("XX", "court", "clerk-7")]
)
def test_g8_an_exclusion_is_of_an_office_that_may_and_that_can_withdraw_it(actor: Actor) -> None:
    refusal = (
        given(REGISTERED).when(MATCH_EXCLUSION, match(actor)).refused(ExclusionIsForAnotherOffice)
    )
    assert refusal.rule == "G8"


def test_an_exclusion_is_recorded_once_of_somebody_who_is_registered_and_is_not_over() -> None:
    given(REGISTERED, excluded()).when(MATCH_EXCLUSION, match()).refused(ExclusionStandsAlready)
    given().when(MATCH_EXCLUSION, match(person=OTHER)).refused(PersonIsUnknown)
    over = match(valid_until=YESTERDAY)
    given(REGISTERED).when(MATCH_EXCLUSION, over).refused(ExclusionIsOver)
    (event,) = given(REGISTERED).when(MATCH_EXCLUSION, match(valid_until=date(2025, 3, 18))).events
    assert event == excluded(valid_until=TODAY)


AGENCYS = excluded(SENDER, office="intake-agency")


@pytest.mark.parametrize(
    ("recorded", "actor"),
    [
        (excluded(), COURT),
        (excluded(), SENDER),
        (excluded(), Actor("USA", "court", "district-court-1/clerk-2")),
        (excluded(), Actor("USA", "court", "clerk-2")),
        (AGENCYS, SENDER),
        (AGENCYS, OTHER_CLERK),
        (AGENCYS, Actor("SLV", "intake-agency", "mesa-1")),
        (AGENCYS, Actor("USA", "central-authority", "authority-1")),
        (AGENCYS, Actor("USA", "intake-agency", "unit/two")),
    ],
)
def test_g8_nobody_but_a_second_subject_of_the_very_office_withdraws_it(
    recorded: Event, actor: Actor
) -> None:
    given(recorded).when(WITHDRAW_EXCLUSION, withdraw(actor)).refused(ExclusionIsForAnotherOffice)


def test_an_exclusion_is_withdrawn_once() -> None:
    given().when(WITHDRAW_EXCLUSION, withdraw()).refused(ExclusionIsUnknown)
    assert given(excluded()).when(WITHDRAW_EXCLUSION, withdraw()).events == (WITHDRAWN,)
    (event,) = given(AGENCYS).when(WITHDRAW_EXCLUSION, withdraw(COLLEAGUE)).events
    assert event == made_events.replaced(WITHDRAWN, withdrawn_by=str(COLLEAGUE))
    given(excluded(), WITHDRAWN).when(WITHDRAW_EXCLUSION, withdraw()).refused(ExclusionIsWithdrawn)
