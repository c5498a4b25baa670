"""Which nights of a stay are owed is what the agreement's night rule says, nothing else (F10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.stay import owed_until
from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.agreement import AgreementDocument, NightRule, digest
from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightNotCharged,
    StayClosed,
    TermsActivated,
)
from shared.kernel.ids import EntryRef
from shared.kernel.rejected import NotYet
from tests.unit.billing.story import BED, Story, custody, document

ARRIVAL = date(2025, 3, 30)
NEXT = ARRIVAL + timedelta(days=1)
RULES: tuple[NightRule, ...] = get_args(NightRule)
CENSUS: NightRule = "midnight-census"
BY_DEFAULT: NightRule = "arrival-counts-departure-does-not"
OWED = {CENSUS: [], BY_DEFAULT: [ARRIVAL]}
"""What a stay of one day owes under each rule."""


def _signed(story: Story, rule: NightRule) -> None:
    signed: AgreementDocument = msgspec.structs.replace(document(BED), night_rule=rule)
    command = ActivateTerms(
        agreement=signed.ref, document=signed, digest=digest(signed), signed=EntryRef("i#7")
    )
    story.decide(ACTIVATE_TERMS, command)


def test_every_rule_that_can_be_signed_is_tried() -> None:
    assert OWED.keys() == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_f10_a_custody_that_ends_on_its_arrival_day_keeps_that_night_by_the_signed_rule_alone(
    story: Story, rule: NightRule
) -> None:
    _signed(story, rule)
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)
    story.leave(1, ARRIVAL)
    assert list(story.charged(1)) == OWED[rule]


@pytest.mark.parametrize("rule", RULES)
def test_f10_nor_does_it_matter_whether_the_exit_or_the_headcount_is_told_first(
    story: Story, rule: NightRule
) -> None:
    _signed(story, rule)
    story.arrive(1, ARRIVAL)
    story.leave(1, ARRIVAL)
    (night,) = story.attest(1, ARRIVAL)
    assert list(story.charged(1)) == OWED[rule]
    assert isinstance(night, FeeAccrued if OWED[rule] else NightNotCharged)
    assert isinstance(story.attest(1, NEXT)[0], NightNotCharged)


@pytest.mark.parametrize("rule", RULES)
def test_f10_of_a_longer_stay_arrival_counts_and_departure_does_not_under_each_rule(
    story: Story, rule: NightRule
) -> None:
    _signed(story, rule)
    story.arrive(1, ARRIVAL)
    for night in (ARRIVAL, NEXT, NEXT + timedelta(days=1)):
        story.attest(1, night)
    closed, taken_back = story.leave(1, NEXT + timedelta(days=1))
    assert isinstance(closed, StayClosed)
    assert closed.owed_until == closed.departed_on
    assert isinstance(taken_back, FeeReversed)
    assert list(story.charged(1)) == [ARRIVAL, NEXT]


@pytest.mark.parametrize("rule", RULES)
def test_a_night_that_was_kept_off_is_owed_after_all_by_the_same_rule(
    story: Story, rule: NightRule
) -> None:
    """The second custody of the person ends on its arrival day, the first one before it began."""
    _signed(story, rule)
    story.arrive(1, ARRIVAL - timedelta(days=2), who=7)
    story.arrive(2, ARRIVAL, who=7)
    story.attest(1, ARRIVAL, who=7)
    assert isinstance(story.attest(2, ARRIVAL, who=7)[0], NightAlreadyCharged)
    story.leave(2, ARRIVAL, who=7)
    story.leave(1, ARRIVAL, who=7)
    assert story.charged(7) == {night: [custody(2)] for night in OWED[rule]}


def test_the_rule_is_taken_over_with_the_terms_and_not_known_before_them(story: Story) -> None:
    story.arrive(1, ARRIVAL)
    with pytest.raises(NotYet):
        story.leave(1, ARRIVAL)
    _signed(story, CENSUS)
    assert story.last(TermsActivated).night_rule == CENSUS
    story.leave(1, ARRIVAL)
    assert story.last(StayClosed).owed_until == ARRIVAL


@given(st.dates(date(2025, 1, 1), date(2025, 2, 1)), st.integers(-3, 40), st.sampled_from(RULES))
def test_the_rules_differ_in_a_stay_of_one_day_alone(
    arrived_on: date, days: int, rule: NightRule
) -> None:
    until = owed_until(arrived_on, arrived_on + timedelta(days=days), rule)
    nights = (until - arrived_on).days
    assert nights == (days if days > 0 else len(OWED[rule]))
