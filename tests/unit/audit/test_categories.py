"""G8 by the audit's own check: whom a clause of the agreement excludes is not sent (T4)."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.domain.case import fact
from shared.contracts.category import CategoryDetermined
from shared.contracts.intake import ClearanceGranted
from shared.contracts.manifest import LegDeparted, PersonBoarded, PersonManifested
from shared.contracts.wrongful_transfer import WrongfulTransferFound
from tests.unit.audit.categories_told import ADMISSION, determined, men_alone
from tests.unit.audit.names import AGENCY, COLLEAGUE
from tests.unit.audit.rules import SIDES, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import FIRST_NIGHT

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


def test_g8_d7_whom_a_clause_excludes_by_what_is_told_after_they_left_is_found() -> None:
    """A late fact is looked at with every category by then: the find is no breach."""
    story = Story().agreed(admission=ADMISSION).facility()
    story.registered(1)
    story.proposed(1)
    determined(story, 1, "adult")
    determined(story, 1, "male")
    story.on(FIRST_NIGHT)
    story.cleared(1)
    story.opened(1)
    story.listed(1, 1)
    story.sealed(1)
    story.boarded(1, 1)
    story.departed(1)
    determined(story, 1, "female", COLLEAGUE)
    story.fact(1, fact.Nationality(("USA",), disputed=False))
    story.registered(10)
    facts = story.facts()
    found = [each.event for each in facts if isinstance(each.event, WrongfulTransferFound)]
    assert {event.closes.rule for event in found} == {"G7", "G8"}
    assert audited(facts)[1] == []
    outside = Tampering(facts, CategoryDetermined, 2).event(category="male")
    assert missing("D7") in said(outside.findings())
