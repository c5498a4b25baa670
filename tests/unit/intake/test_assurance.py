"""D5: an assurance blocks like a hold until its instant, or until its giver and receiver end it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.intake.deadlines import ASSURANCE, deadlines, fall_due
from services.intake.domain.assurance.end_assurance import (
    END_ASSURANCE,
    EndAssurance,
    EndedByGiverAndReceiver,
)
from services.intake.domain.assurance.expire_assurance import EXPIRE_ASSURANCE, ExpireAssurance
from services.intake.domain.assurance.give_assurance import (
    GIVE_ASSURANCE,
    AssuranceAssuresNothing,
    AssuranceStandsAlready,
    GiveAssurance,
    OnlyGovernmentsAssure,
)
from services.intake.domain.assurance.state import AssuranceIsOver, AssuranceIsUnknown
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import AssuranceStands
from services.intake.domain.manifest.gate import GateClosed
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.assurance import (
    AssuranceEndAsked,
    AssuranceEnded,
    AssuranceExpired,
    AssuranceGiven,
)
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import ClearanceRefused
from shared.contracts.manifest import BoardingRefused
from shared.kernel.actor import Actor
from shared.kernel.event import Event, tags_of
from shared.kernel.ids import AssuranceId, PersonId
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded
from tests.support.decider_specification import given
from tests.support.intake_log import traveller
from tests.support.journeys import Journey
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    NOW,
    PERSON,
    REGISTERED,
    SENDER,
    SENDING_AUTHORITY,
    TODAY,
    facts,
)
from tests.unit.intake.screening import BEGUN

NAME = AssuranceId("assurance-1")
UNTIL = NOW + timedelta(days=14)
OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")
JUDGE = Actor("XX", "court", "district-court-9/judge")
ORDER = "25-cv-766 order 9"
TO: dict[str, Any] = {"to_party": "XX", "to_office": "court", "to_body": "district-court-9"}


def give(actor: Actor = SENDING_AUTHORITY, **changed: Any) -> GiveAssurance:  # noqa: ANN401 - any field
    """The command of a government that assures a court."""
    whole = GiveAssurance(
        assurance=NAME,
        person=PERSON,
        **TO,
        reference="25-cv-766",
        given_at=NOW,
        until=UNTIL,
        now=NOW,
        actor=actor,
    )
    return msgspec.structs.replace(whole, **changed)


def assured(person: PersonId = PERSON) -> AssuranceGiven:
    """What it records."""
    return AssuranceGiven(
        assurance=NAME,
        person=person,
        giver="USA",
        **TO,
        reference="25-cv-766",
        given_at=NOW,
        until=UNTIL,
        given_by=str(SENDING_AUTHORITY),
    )


def end(actor: Actor, instrument: str = ORDER) -> EndAssurance:
    """The command of either side that it ends."""
    return EndAssurance(assurance=NAME, instrument=instrument, now=NOW, actor=actor)


ASKED = AssuranceEndAsked(
    assurance=NAME, person=PERSON, instrument=ORDER, asked_by=str(SENDING_AUTHORITY)
)
ENDED = AssuranceEnded(
    assurance=NAME, person=PERSON, instrument=ORDER, agreed_by=str(JUDGE), ended_at=NOW
)
EXPIRED = AssuranceExpired(assurance=NAME, person=PERSON, expired_at=UNTIL)
CLEAR = ClearCase(case=CASE, on=TODAY, now=NOW, actor=SENDER)
CLEARED = made_events.cleared()


def test_d5_an_assurance_blocks_like_a_hold_and_says_to_whom_and_until_when() -> None:
    (event,) = given(REGISTERED).when(GIVE_ASSURANCE, give()).events
    assert event == assured()
    log = (*BEGUN, *facts(), CLEARED, event)
    refusal = (
        given(*log).when(CLEAR_CASE, CLEAR).refused(AssuranceStands, recording=ClearanceRefused)
    )
    (finding,) = refusal.findings
    assert (finding.rule, finding.evidence) == ("D5", f"assurance/{NAME}")
    assert f"USA assured the court district-court-9 of XX, until {UNTIL.isoformat()}" in (
        finding.missing
    )


@pytest.mark.parametrize("over", [(EXPIRED,), (ENDED,)])
def test_d5_its_end_is_an_entry_and_brings_no_clearance_back(over: tuple[Event, ...]) -> None:
    log = (*BEGUN, *facts(), CLEARED, assured(), *over)
    assert given(*log).when(CLEAR_CASE, CLEAR).events == (CLEARED,)


def test_d5_one_that_ends_leaves_another_standing_and_no_pseudonym_goes_round_it() -> None:
    second = msgspec.structs.replace(assured(), assurance=AssuranceId("assurance-2"))
    log = (*BEGUN, *facts(), second, assured(), ENDED)
    given(*log).when(CLEAR_CASE, CLEAR).refused(AssuranceStands, recording=ClearanceRefused)
    other = made_events.replaced(REGISTERED, person=OTHER)
    alike = NearMatchFound(person=OTHER, other=PERSON, registrar=str(SENDER))
    whoever = (*BEGUN, other, *facts(), alike, assured(OTHER))
    given(*whoever).when(CLEAR_CASE, CLEAR).refused(AssuranceStands, recording=ClearanceRefused)


def test_d5_nobody_boards_while_it_stands_nor_on_the_clearance_from_before_it() -> None:
    one = traveller(1)
    journey = Journey(1).sealed()
    journey.log.events.append(assured(one.person))
    with pytest.raises(AssuranceStands):
        journey.board(one)
    assert journey.log.last(BoardingRefused).refusal.rule == "D5"
    journey.log.events.append(msgspec.structs.replace(EXPIRED, person=one.person))
    with pytest.raises(GateClosed, match="settle every finding and clear the case again"):
        journey.board(one)


@pytest.mark.parametrize(
    "actor", [SENDER, Actor("XX", "central-authority", "a/b"), Actor("XX", "court", "c/d")]
)
def test_d5_an_assurance_is_a_governments(actor: Actor) -> None:
    refusal = given().when(GIVE_ASSURANCE, give(actor)).refused(OnlyGovernmentsAssure)
    assert refusal.rule == "D5"


def test_d5_an_assurance_is_given_once_of_the_registered_by_now_and_until_an_instant_to_come() -> (
    None
):
    given(REGISTERED, assured()).when(GIVE_ASSURANCE, give()).refused(AssuranceStandsAlready)
    given().when(GIVE_ASSURANCE, give(person=OTHER)).refused(PersonIsUnknown)
    for wrong in (give(until=NOW), give(given_at=NOW + timedelta(hours=1))):
        given(REGISTERED).when(GIVE_ASSURANCE, wrong).refused(AssuranceAssuresNothing)


def test_d5_its_giver_and_whoever_it_was_given_to_end_it_together() -> None:
    assert given(assured()).when(END_ASSURANCE, end(SENDING_AUTHORITY)).events == (ASKED,)
    assert given(assured(), ASKED).when(END_ASSURANCE, end(JUDGE)).events == (ENDED,)
    given(assured()).when(END_ASSURANCE, end(JUDGE)).refused(EndedByGiverAndReceiver)
    other_paper = end(JUDGE, "another order")
    given(assured(), ASKED).when(END_ASSURANCE, other_paper).refused(EndedByGiverAndReceiver)


@pytest.mark.parametrize(
    "actor",
    [
        SENDER,
        Actor("SLV", "central-authority", "autoridad-1"),
        Actor("XX", "court", "district-court-1/judge"),
        Actor("XX", "counsel", "district-court-9/counsel"),
    ],
)
def test_d5_nobody_else_ends_it(actor: Actor) -> None:
    given(assured(), ASKED).when(END_ASSURANCE, end(actor)).refused(EndedByGiverAndReceiver)


def test_d5_it_expires_at_the_instant_that_it_states_and_once() -> None:
    entry = Recorded(
        event=assured(),
        tags=tags_of(assured()),
        sequence=7,
        origin="accord.example/intake/0",
        entry_id="an-entry",
        time=NOW,
        recorded_at=datetime(2025, 3, 18, tzinfo=UTC),
        actor=str(SENDING_AUTHORITY),
        correlation="a-story",
    )
    (due,) = deadlines(entry)
    assert due == Deadline(UNTIL, ASSURANCE, NAME)
    command = ExpireAssurance(assurance=NAME, expired_at=UNTIL)
    assert fall_due(due, UNTIL) == (EXPIRE_ASSURANCE, command)
    assert given(assured()).when(EXPIRE_ASSURANCE, command).events == (EXPIRED,)
    given(assured(), ENDED).when(EXPIRE_ASSURANCE, command).refused(AssuranceIsOver)
    given(assured(), EXPIRED).when(END_ASSURANCE, end(JUDGE)).refused(AssuranceIsOver)
    given().when(END_ASSURANCE, end(JUDGE)).refused(AssuranceIsUnknown)
