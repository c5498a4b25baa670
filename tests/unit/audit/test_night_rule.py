"""The audit derives the nights of a stay from the night rule that was signed (F10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, get_args

import pytest

from shared.contracts.agreement import NightRule
from shared.contracts.billing import FeeReversed, StayClosed, TermsActivated
from tests.unit.audit.names import NIGHTLY
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

ARRIVAL = date(2025, 3, 16)
NIGHTS = {"arrival-counts-departure-does-not": 1, "midnight-census": 0}


def one_day(rule: str) -> list[Entry]:
    """Somebody arrives, is counted, and turns out to have left on the same day."""
    story = Story().agreed(tariff=NIGHTLY, night_rule=rule).facility()
    for each in (1, 2):
        story.registered(each)
        story.proposed(each)
        story.cleared(each)
    story.on(ARRIVAL).travelled(1, 1, 2)
    story.accepted(1, 2)
    story.on(ARRIVAL + timedelta(days=1)).counted(ARRIVAL, 1, 2)
    story.left(1, ended_at=datetime(2025, 3, 16, 23, tzinfo=UTC))
    story.on(date(2025, 4, 2)).closed("2025-03")
    return story.facts()


@pytest.mark.parametrize("rule", get_args(NightRule))
def test_f10_a_stay_of_one_day_is_what_the_signed_rule_says_and_nothing_is_found(rule: str) -> None:
    replay, found = audited(one_day(rule))
    assert found == []
    report = replay.report()
    assert report.nights_accrued - report.nights_reversed == 2 * (1 + NIGHTS[rule])


@pytest.mark.parametrize("rule", get_args(NightRule))
def test_f10_a_stay_that_is_said_to_owe_another_night_is_found(rule: str) -> None:
    facts = one_day(rule)
    for day in (ARRIVAL, ARRIVAL + timedelta(days=1), ARRIVAL + timedelta(days=2)):
        right = day == ARRIVAL + timedelta(days=NIGHTS[rule])
        found = Tampering(facts, StayClosed).event(owed_until=day).here()
        assert (broken("F10") in found) != right


def test_f10_a_night_that_stays_charged_under_a_census_at_midnight_is_found() -> None:
    facts = Tampering(one_day("midnight-census"), FeeReversed).gone().facts
    assert missing("T7") in Tampering(facts, StayClosed).here()


def test_f8_a_night_rule_that_was_not_signed_is_found() -> None:
    facts = one_day("midnight-census")
    other = Tampering(facts, TermsActivated).event(night_rule="arrival-counts-departure-does-not")
    assert broken("F8") in other.here()
