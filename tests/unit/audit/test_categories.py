"""G8 by the audit's own check: whom a clause of the agreement excludes is not sent (T4)."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.category import CategoryDetermined
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from tests.unit.audit.categories_told import men_alone
from tests.unit.audit.names import AGENCY
from tests.unit.audit.rules import SIDES, broken
from tests.unit.audit.tampering import Tampering

STEPS = (ClearanceGranted, PersonManifested, PersonBoarded, LegDeparted)


def test_g8_whom_no_clause_excludes_travels() -> None:
    assert Tampering(men_alone(), LegDeparted).findings() == []


@pytest.mark.parametrize("event", STEPS)
def test_t4_a_woman_under_an_agreement_that_excludes_women_is_found_at_every_step(
    event: type[Any],
) -> None:
    facts = Tampering(men_alone(), CategoryDetermined, 2).gone().facts
    assert broken("G8") in Tampering(facts, event).here()


@pytest.mark.parametrize("event", STEPS)
def test_g8_who_is_not_known_to_be_outside_a_clause_is_within_it(event: type[Any]) -> None:
    facts = Tampering(men_alone(), CategoryDetermined, 1).gone().facts
    assert broken("G8") in Tampering(facts, event).here()


def test_g8_nobody_turns_round_alone_what_they_determined() -> None:
    alone = Tampering(men_alone(), CategoryDetermined, 2)
    assert broken("G8") in alone.event(determined_by=str(AGENCY)).envelope(actor=str(AGENCY)).here()
    again = Tampering(men_alone(), CategoryDetermined, 2).event(category="female")
    assert broken("G8") in again.here()


def test_g8_another_state_determines_nothing() -> None:
    theirs = Tampering(men_alone(), CategoryDetermined)
    who = "SLV:intake-agency:mesa-1"
    found = theirs.event(determined_by=who).envelope(actor=who).here()
    assert SIDES in found
