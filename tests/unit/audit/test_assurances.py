"""D5 by the audit's own check: nobody is cleared or departs while an assurance stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.assurance import AssuranceEnded, AssuranceExpired, AssuranceGiven
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from tests.unit.audit.assurances_told import FIRST, assured_and_over
from tests.unit.audit.names import AUTHORITY, case, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.tampering import Tampering


def test_d5_who_was_assured_of_is_cleared_again_once_that_is_over_and_travels() -> None:
    assert Tampering(assured_and_over(), LegDeparted).findings() == []


@pytest.mark.parametrize("event", [ClearanceGranted, PersonManifested, PersonBoarded, LegDeparted])
@pytest.mark.parametrize("end", [AssuranceEnded, AssuranceExpired])
def test_d5_an_assurance_whose_end_is_not_on_record_forbids_every_step(
    event: type[Any], end: type[Any]
) -> None:
    facts = Tampering(assured_and_over(), end).gone().facts
    nth = 0 if end is AssuranceEnded or event is LegDeparted else 1
    which = nth + 2 if event is ClearanceGranted else nth
    assert broken("D5") in Tampering(facts, event, which).here()


def test_d5_no_clearance_outlives_an_assurance_that_is_over() -> None:
    for nth in (2, 3):
        facts = Tampering(assured_and_over(), ClearanceGranted, nth).gone().facts
        assert broken("G4") in Tampering(facts, PersonManifested, nth - 2).here()


def test_d5_a_departure_told_late_under_an_assurance_that_expired_since_is_found() -> None:
    facts = assured_and_over()
    told = Tampering(facts, AssuranceGiven, 1).words
    for at, is_found in ((told.given_at, True), (told.until, False)):
        departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
        expected = f"case/{case(2)}: no assurance in force at {at}"
        assert any(finding.expected == expected for finding in departed.findings()) is is_found


def test_d5_and_one_under_an_assurance_that_both_ended_since() -> None:
    facts = assured_and_over()
    ended, told = Tampering(facts, AssuranceEnded).words, Tampering(facts, AssuranceGiven).words
    for at, is_found in ((told.given_at, True), (ended.ended_at, False)):
        departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
        expected = f"case/{case(1)}: no assurance in force at {at}"
        assert any(finding.expected == expected for finding in departed.findings()) is is_found


ROWS: dict[str, Row] = {
    "a government's": (AssuranceGiven, {"given_by": "USA:escort:a/b"}, broken("D5")),
    "of a state": (AssuranceGiven, {"giver": "XX"}, broken("D5")),
    "somebody registered": (AssuranceGiven, {"person": person(99)}, missing("G9")),
    "given once": ((AssuranceGiven, 1), {"assurance": FIRST}, broken("D5")),
    "ended by its receiver": (AssuranceEnded, {"agreed_by": str(AUTHORITY)}, broken("D5")),
    "one that is there": (AssuranceEnded, {"assurance": FIRST + "0"}, missing("D5")),
    "expired, of one that is there": (
        AssuranceExpired,
        {"assurance": FIRST + "0"},
        missing("D5"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_d5_an_assurance_is_a_governments_word_to_one_body(row: Row) -> None:
    assert breaks(assured_and_over(), row)


def test_d5_an_assurance_is_until_an_instant_to_come_and_nobody_marks_it_before() -> None:
    given = Tampering(assured_and_over(), AssuranceGiven)
    given_at = given.words.given_at
    assert broken("D5") in given.event(until=given_at).here()
    later = Tampering(assured_and_over(), AssuranceGiven, 1)
    later.event(until=given_at + timedelta(days=3))
    assert broken("D5") in Tampering(later.facts, AssuranceExpired).here()
    by_hand = Tampering(assured_and_over(), AssuranceExpired).envelope(actor=str(AUTHORITY))
    assert broken("D5") in by_hand.here()
