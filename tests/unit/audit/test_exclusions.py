"""G8 by the audit's own check: whoever is excluded is not cleared, listed, boarded or departed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from tests.unit.audit.exclusions_told import FIRST, THIRD, cleared_again
from tests.unit.audit.names import CLERK, COLLEAGUE, case, person
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.tampering import Tampering


def test_g8_who_is_excluded_no_longer_is_cleared_again_and_travels() -> None:
    assert Tampering(cleared_again(), LegDeparted).findings() == []


@pytest.mark.parametrize("event", [ClearanceGranted, PersonManifested, PersonBoarded, LegDeparted])
@pytest.mark.parametrize("nth", [0, 1])
def test_g8_an_exclusion_that_was_not_withdrawn_forbids_every_step(
    event: type[Any], nth: int
) -> None:
    facts = Tampering(cleared_again(), ExclusionWithdrawn, nth).gone().facts
    which = 2 if event is ClearanceGranted else 0
    assert broken("G8") in Tampering(facts, event, which).here()


def test_g8_d4_an_exclusion_forbids_to_its_last_day() -> None:
    longer = Tampering(cleared_again(), ExclusionMatched, 2).event(valid_until=date(2025, 3, 17))
    assert broken("G8") in Tampering(longer.facts, ClearanceGranted, 3).here()


def test_g8_a_departure_told_late_under_an_exclusion_that_was_withdrawn_since_is_found() -> None:
    facts = cleared_again()
    matched = Tampering(facts, ExclusionMatched).words
    withdrawn_at = Tampering(facts, ExclusionWithdrawn).words.withdrawn_at
    for at, is_found in ((matched.matched_at, True), (withdrawn_at, False)):
        departed = Tampering(facts, LegDeparted).event(departed_at=at).envelope(time=at)
        expected = f"case/{case(1)}: nobody who was excluded at {at}"
        found = [each for each in departed.findings() if each.expected == expected]
        entry = Tampering(facts, ExclusionMatched).fact.ref
        assert any(entry in each.evidence for each in found) is is_found


def test_g8_no_clearance_outlives_an_exclusion_that_is_over() -> None:
    for nth in (2, 3):
        facts = Tampering(cleared_again(), ClearanceGranted, nth).gone().facts
        assert broken("G4") in Tampering(facts, PersonManifested, nth - 2).here()


ROWS: dict[str, Row] = {
    "an office that may": (ExclusionMatched, {"office": "escort"}, broken("G8")),
    "who recorded it": (ExclusionMatched, {"recorded_by": "XX:court:clerk-7"}, broken("G8")),
    "whose word it is": (ExclusionMatched, {"signed_by": "USA"}, broken("G8")),
    "somebody registered": (ExclusionMatched, {"person": person(99)}, missing("G9")),
    "not over yet": (ExclusionMatched, {"valid_until": date(2025, 3, 1)}, broken("G8")),
    "withdrawn by two": (ExclusionWithdrawn, {"withdrawn_by": str(CLERK)}, broken("G8")),
    "by its own office": (ExclusionWithdrawn, {"withdrawn_by": str(COLLEAGUE)}, broken("G8")),
    "by its own agency": (
        (ExclusionWithdrawn, 1),
        {"withdrawn_by": "SLV:intake-agency:mesa-1"},
        broken("G8"),
    ),
    "of the person": (ExclusionWithdrawn, {"person": person(2)}, broken("G8")),
    "one that is there": (ExclusionWithdrawn, {"exclusion": THIRD + "0"}, missing("G8")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_g8_an_exclusion_is_an_offices_own_word(row: Row) -> None:
    assert breaks(cleared_again(), row)


def test_g8_a_court_that_names_no_body_records_none_and_the_same_is_recorded_once() -> None:
    alone = Tampering(cleared_again(), ExclusionMatched)
    clerk = "XX:court:clerk-7"
    assert broken("G8") in alone.event(recorded_by=clerk).envelope(actor=clerk).here()
    twice = Tampering(cleared_again(), ExclusionMatched, 1).event(exclusion=FIRST)
    assert broken("G8") in twice.here()
