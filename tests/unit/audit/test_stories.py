"""Whatever honest services record, a replay finds nothing in it; and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from services.audit.domain.replay import Replay, is_checked
from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.intake import CaseEvent
from shared.contracts.placement import CustodyAccepted, PlaceReserved
from shared.kernel.money import Money
from tests.support.signing import KEYS
from tests.unit.audit.names import NIGHTLY
from tests.unit.audit.story import Story, audited, in_custody
from tests.unit.audit.tampering import said
from tests.unit.audit.told import (
    FIRST_NIGHT,
    SMALL,
    STORIES,
    main_job,
    night,
    pool_used_up,
    two_custodies,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.audit.domain.entry import Entry


@pytest.mark.parametrize("told", STORIES)
def test_an_honest_story_is_replayed_without_a_finding(told: Callable[[], list[Entry]]) -> None:
    replay, found = audited(told())
    assert found == []
    assert replay.report().findings == 0
    assert replay.report().waiting == {}


def test_every_type_of_the_published_language_is_checked() -> None:
    assert [event_type.__name__ for event_type in NEWEST_TYPES if not is_checked(event_type)] == []


def test_a_person_in_two_custodies_at_once_is_found_and_their_night_is_charged_once() -> None:
    facts = two_custodies()
    replay, found = audited(facts)
    stays = [fact for fact in facts if isinstance(fact.event, PlaceReserved | CustodyAccepted)]
    assert said(found) == {("rule-broken", "G12")}
    where = [(finding.origin, finding.index) for finding in found]
    assert where == [(fact.origin, fact.sequence) for fact in stays[2:]]
    report = replay.report()
    assert (report.nights_accrued, report.nights_reversed) == (2, 1)


def test_the_report_says_where_everybody_who_departed_is() -> None:
    report = audited(main_job())[0].report()
    assert report.departed == 3
    assert report.under_way + report.in_custody + sum(report.left.values()) == report.departed
    assert report.left == {"placement.PersonReleased.v1": 1, "placement.ReturnCompleted.v1": 1}
    assert (report.cases_open, report.cases_transferred, report.cases_withdrawn) == (2, 3, 1)
    assert report.holds_open == 2
    (cecot,) = report.occupancy
    assert (cecot.approved, cecot.own_population, cecot.reserved, cecot.in_custody) == (50, 3, 0, 1)


def test_the_report_says_what_is_earned_unearned_and_due_and_that_the_books_balance() -> None:
    report = audited(main_job())[0].report()
    assert report.nights_accrued - report.nights_reversed == 37
    (grant,) = report.prepayments
    assert (grant.received, grant.used) == (True, 37)
    assert grant.earned == Money("2027.40", "USD")
    assert grant.earned + grant.unearned == Money("4760000.00", "USD")
    (totals,) = report.invoices
    assert (totals.invoices, totals.certified) == (2, 1)
    assert (totals.earned, totals.drawn) == (grant.earned, grant.earned)
    assert totals.due == Money("0.00", "USD")
    assert report.postings == {"USD": Money("0.00", "USD")}


def test_nights_without_a_price_are_counted_until_they_have_one() -> None:
    facts = pool_used_up()
    replay = Replay(KEYS.fault)
    most = 0
    for fact in facts:
        assert replay.feed(fact) == []
        most = max(most, replay.report().nights_unpriced)
    assert most == 5
    assert replay.report().nights_unpriced == 0


def test_what_one_log_owes_to_another_is_said_and_is_no_finding() -> None:
    facts = [fact for fact in main_job() if "/billing/" not in fact.origin]
    replay, found = audited(facts)
    assert found == []
    assert replay.report().waiting == {"night": 41, "stay": 3, "exit": 2, "terms": 1}


def test_a_full_facility_refuses_a_place_and_that_is_an_answer() -> None:
    story = Story().agreed().facility(places=4, own=3)
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).opened(1)
    story.listed(1, 1, 2)
    replay, found = story.audited()
    assert found == []
    assert replay.report().waiting == {}
    assert replay.report().refusals == 1
    (cecot,) = replay.report().occupancy
    assert (cecot.own_population, cecot.reserved) == (3, 1)


def test_a_night_that_no_signed_version_prices_waits() -> None:
    story = Story().agreed(tariff=SMALL).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    (seven,) = SMALL["components"]
    more = {**seven, "id": "seven-more", "after": ["seven-nights"]}
    story.agreed(version="2", tariff={**SMALL, "components": [seven, more]})
    for number in range(8):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    replay, found = story.audited()
    assert found == []
    report = replay.report()
    assert (report.nights_accrued, report.nights_unpriced) == (14, 2)
    assert {prepayment.earned for prepayment in report.prepayments} == {Money("1000.00", "USD")}


def test_a_case_is_transferred_under_the_version_that_was_in_force_on_its_journey() -> None:
    """The version in force binds whatever has not departed (D6)."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.agreed(version="2", tariff=NIGHTLY)
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.accepted(1)
    _, found = story.audited()
    assert found == []


def test_a_night_may_be_attested_after_somebody_has_left() -> None:
    story = in_custody(1, 2)
    story.on(night(3)).counted(night(0), 1, 2)
    story.left(2)
    story.counted(night(1), 1, 2)
    replay, found = story.audited()
    assert found == []
    assert replay.report().nights_accrued == 4


def test_a_type_that_no_table_and_no_rule_knows_is_not_checked() -> None:
    assert not is_checked(CaseEvent)


def test_refusals_are_counted_and_are_no_findings() -> None:
    assert audited(main_job())[0].report().refusals == 1


def test_a_report_is_json() -> None:
    report = audited(main_job())[0].report()
    assert msgspec.json.decode(msgspec.json.encode(report), type=type(report)) == report
