"""Suspended, resumed by whoever suspended it, terminated; a return drill before all (G23, G24)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.contracts.agreement_course import (
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
    ReturnDrillRecorded,
)
from shared.contracts.intake import CaseProposed, CaseTransferred, ClearanceGranted
from shared.contracts.manifest import (
    HandoverOffered,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.placement import CustodyAccepted, PlaceReserved
from shared.contracts.reservations import ReservationsResumed, ReservationsSuspended
from tests.unit.audit.names import THEIRS, suspension
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import main_job
from tests.unit.audit.told_suspended import suspended_and_terminated

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.event import Event

BEGUN_UNDER_IT = (
    CaseProposed,
    ClearanceGranted,
    ManifestOpened,
    PersonManifested,
    ManifestSealed,
    PersonBoarded,
    LegDepartureAuthorised,
    LegDeparted,
)
GOES_ON = (PersonRemoved, LegArrived, HandoverOffered, CustodyAccepted, CaseTransferred)


def suspended_before(event: type[Event]) -> Tampering:
    """The main job, with a suspension more in intake's log just before the first of these."""
    facts = list(main_job())
    place = next(index for index, fact in enumerate(facts) if isinstance(fact.event, event))
    suspended = Tampering(suspended_and_terminated(), AgreementSuspended)
    origin, at = suspended.fact.origin, facts[place].time
    before = [fact.sequence for fact in facts[:place] if fact.origin == origin]
    suspended.event(suspended_at=at).envelope(sequence=before[-1] + 1, time=at, recorded_at=at)
    later = (
        msgspec.structs.replace(fact, sequence=fact.sequence + 1) if fact.origin == origin else fact
        for fact in facts[place:]
    )
    return Tampering([*facts[:place], suspended.fact, *later], event)


@pytest.mark.parametrize("event", BEGUN_UNDER_IT)
def test_g23_nothing_that_is_begun_under_a_suspended_agreement_goes_unfound(
    event: type[Event],
) -> None:
    assert broken("G23") in suspended_before(event).here()


@pytest.mark.parametrize("event", GOES_ON)
def test_g23_a_suspension_stops_no_arrival_no_handover_and_nobody_who_is_taken_off(
    event: type[Event],
) -> None:
    assert broken("G23") not in suspended_before(event).here()


def test_what_both_suspended_and_both_resumed_is_honest() -> None:
    assert audited(suspended_and_terminated())[1] == []


@pytest.mark.parametrize("number", [0, 1, 2])
def test_g23_a_departure_follows_the_end_of_every_suspension_not_of_one(number: int) -> None:
    facts = Tampering(suspended_and_terminated(), AgreementResumed, number).gone().facts
    for event in (PersonBoarded, LegDeparted):
        assert broken("G23") in Tampering(facts, event).here()


ROWS: dict[str, Row] = {
    "a treasury suspends nothing": (
        AgreementSuspended,
        {"suspended_by": "USA:treasury:t/one"},
        broken("G23"),
    ),
    "a third state suspends nothing": (
        AgreementSuspended,
        {"suspended_by": "HND:central-authority:a/b"},
        broken("G23"),
    ),
    "nor does its court": (
        (AgreementSuspended, 1),
        {"suspended_by": "HND:court:a/b"},
        broken("G23"),
    ),
    "once by each": (
        (AgreementSuspended, 1),
        {"suspended_by": "USA:central-authority:another/one"},
        broken("G23"),
    ),
    "under its own name": ((AgreementSuspended, 1), {"suspension": suspension(1)}, broken("G23")),
    "what is resumed was suspended": (
        AgreementResumed,
        {"suspension": suspension(9)},
        missing("G23"),
    ),
    "another body of the court does not resume": (
        (AgreementResumed, 1),
        {"resumed_by": "XX:court:district-court-8/clerk-1"},
        broken("G23"),
    ),
    "who resumed says so": (AgreementResumed, {"resumed_by": "USA:court:a/b"}, broken("G23")),
    "a notice is given by a party": (
        AgreementTerminated,
        {"terminated_by": "HND:central-authority:a/b"},
        broken("effective"),
    ),
    "a notice runs as long as the signed terms say": (
        AgreementTerminated,
        {"last_day": date(2025, 3, 27)},
        broken("effective"),
    ),
    "a notice is of its day": (
        AgreementTerminated,
        {"given_on": date(2025, 3, 10), "last_day": date(2025, 3, 30)},
        broken("effective"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(suspended_and_terminated(), row)


FOLLOWED: dict[str, Row] = {
    "placement says whose it is": (
        ReservationsSuspended,
        {"suspended_by": "XX:court:a/b"},
        broken("D12"),
    ),
    "and which": (ReservationsSuspended, {"suspension": suspension(9)}, missing("D12")),
    "what it resumes was suspended": (
        ReservationsResumed,
        {"suspension": suspension(9)},
        missing("D12"),
    ),
}


@pytest.mark.parametrize("row", FOLLOWED.values(), ids=FOLLOWED)
def test_d12_placement_follows_each_suspension_as_intake_recorded_it(row: Row) -> None:
    assert breaks(suspended_and_terminated(), row)


@pytest.mark.parametrize("event", [ReservationsSuspended, ReservationsResumed])
def test_d12_a_suspension_that_placement_passes_over_is_found(event: type[Event]) -> None:
    assert missing("D12") in said(Tampering(suspended_and_terminated(), event).gone().findings())


def test_g23_no_place_is_reserved_under_a_suspended_agreement() -> None:
    facts = Tampering(suspended_and_terminated(), ReservationsResumed).gone().facts
    assert broken("G23") in Tampering(facts, PlaceReserved).here()


def test_g23_the_other_state_does_not_resume_it() -> None:
    changed = Tampering(suspended_and_terminated(), AgreementResumed)
    changed.event(resumed_by=str(THEIRS)).envelope(actor=str(THEIRS))
    assert changed.here() == {broken("G23")}


def test_an_agreement_that_nobody_signed_is_not_suspended() -> None:
    changed = Tampering(suspended_and_terminated(), AgreementSuspended).event(agreement="other@1")
    assert missing("F8") in changed.here()
    changed = Tampering(suspended_and_terminated(), AgreementTerminated).event(agreement="other@1")
    assert missing("F8") in changed.here()


def terminated() -> list[Entry]:
    """Somebody is cleared before a notice, and departs within it."""
    story = Story().agreed(termination_notice_days="10").facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.on(date(2025, 3, 16)).terminated(THEIRS)
    story.on(date(2025, 3, 20)).travelled(1, 1)
    return story.facts()


def test_d4_nobody_departs_once_a_notice_has_run_out() -> None:
    facts = terminated()
    assert audited(facts)[1] == []
    ended = {"given_on": date(2025, 3, 1), "last_day": date(2025, 3, 11)}
    facts = Tampering(facts, AgreementTerminated).event(**ended).facts
    for event in (ManifestOpened, PersonBoarded, LegDeparted):
        assert broken("effective") in Tampering(facts, event).here()


def test_g24_a_departure_before_the_return_drill_is_recorded_or_held_is_found() -> None:
    facts = Tampering(main_job(), ReturnDrillRecorded).gone().facts
    held = Tampering(main_job(), ReturnDrillRecorded).event(held_on=date(2025, 3, 30)).facts
    for told in (facts, held):
        assert broken("G24") in Tampering(told, LegDeparted).here()
        assert broken("G24") in Tampering(told, LegDepartureAuthorised).here()
        assert broken("G24") not in Tampering(told, PersonBoarded).here()


def test_g24_the_sending_state_alone_says_that_it_had_people_back() -> None:
    changed = Tampering(main_job(), ReturnDrillRecorded).event(recorded_by=str(THEIRS))
    assert changed.envelope(actor=str(THEIRS)).here() == {broken("G24")}
    elsewhere = Tampering(main_job(), ReturnDrillRecorded).event(agreement="other@1")
    assert missing("F8") in elsewhere.here()
