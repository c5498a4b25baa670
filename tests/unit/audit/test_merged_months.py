"""A merged person is one person-month, in whichever order it is told, and the audit says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest

from services.billing.domain.charged_identity import CHARGE_AS_ONE
from shared.contracts.billing import FeeAccrued, FeeRecounted, PersonsChargedAsOne
from shared.contracts.identity import PersonsMerged
from shared.kernel.decider import Decider
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money
from tests.unit.audit.names import AGENCY, custody, person
from tests.unit.audit.rules import Row, breaks, broken, differs
from tests.unit.audit.story import Story
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import BY_THE_MONTH

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from services.billing.domain.charged_identity import ChargeAsOne, IdentityState
    from shared.kernel.event import Event

RATE = Money.of(850_000, "USD")


def _one_after_the_other() -> Story:
    """Two pseudonyms in two custodies of one month, the second one after the first one's end."""
    terms = msgspec.json.decode(msgspec.json.encode(BY_THE_MONTH))
    terms["components"][0]["minimum"] = "0"
    story = Story().agreed(tariff=terms).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    for number in (1, 2):
        day = date(2025, 3, 15 + 5 * number)
        story.on(day).travelled(number, number)
        story.accepted(number)
        story.on(day + timedelta(days=1)).counted(day, number)
        if number == 1:
            ended = datetime(2025, 3, 22, 20, tzinfo=UTC)
            story.on(ended).left(1, ended_at=ended)
    return story


@cache
def merged_and_apart() -> list[Entry]:
    """Merged once both are charged; one more night; then two persons again."""
    story = _one_after_the_other()
    story.same_as(1, 2)
    story.on(date(2025, 3, 27)).counted(date(2025, 3, 26), 2)
    story.different_from(1, 2, by=AGENCY)
    story.on(date(2025, 4, 2)).closed("2025-03")
    return story.facts()


def _quantities(story: Story) -> list[int]:
    """Person-months, entry by entry."""
    events = story.world.logs["billing"].events
    fees = (event for event in events if isinstance(event, FeeAccrued | FeeRecounted))
    return [event.quantity for event in fees]


def test_f6_who_was_charged_by_two_pseudonyms_in_one_month_is_one_person_month() -> None:
    story = _one_after_the_other()
    assert _quantities(story) == [1, 1]
    story.same_as(1, 2)
    counted = story.world.logs["billing"].last(FeeRecounted)
    assert (counted.quantity, counted.amount) == (-1, -RATE)
    assert (counted.custody, counted.counted) == (custody(2), "2025-03")
    assert counted.persons == ((person(1), person(2)),)
    story.on(date(2025, 3, 27)).counted(date(2025, 3, 26), 2)
    assert story.world.logs["billing"].last(FeeAccrued).pseudonyms == (person(1),)
    story.different_from(1, 2, by=AGENCY)
    assert _quantities(story) == [1, 1, -1, 0, 1]
    assert story.audited()[1] == []


def test_f6_who_was_merged_before_the_second_custody_counts_once_from_the_first_night() -> None:
    story = _one_after_the_other()
    story.same_as(1, 2)
    story.on(date(2025, 4, 2)).counted(date(2025, 4, 1), 2)
    story.closed("2025-03")
    story.on(date(2025, 5, 2)).closed("2025-04", 2)
    assert _quantities(story)[:4] == [1, 1, -1, 1]
    assert story.audited()[1] == []


def test_f6_a_month_that_is_closed_is_counted_again_in_the_open_one() -> None:
    story = _one_after_the_other()
    story.on(date(2025, 4, 2)).closed("2025-03")
    story.same_as(1, 2)
    counted = story.world.logs["billing"].last(FeeRecounted)
    assert (counted.counted, counted.period, counted.quantity) == ("2025-03", "2025-04", -1)
    assert story.audited()[1] == []


ROWS: dict[str, Row] = {
    "it is of a month that has them": (FeeRecounted, {"counted": "2025-02"}, broken("F6")),
    "it is of these persons": (FeeRecounted, {"persons": ((person(1),),)}, broken("F6")),
    "it is for a custody in the month": (FeeRecounted, {"custody": custody(9)}, broken("F6")),
    "it is because of the merging": (
        FeeRecounted, {"evidence": (EntryRef("accord.example/intake/0#1"),)}, broken("F6")),
    "it is of no night": (FeeRecounted, {"night": date(2025, 3, 26)}, broken("F6")),
    "it is in the open month": (FeeRecounted, {"period": "2025-04"}, broken("period")),
    "it comes to one person": (FeeRecounted, {"quantity": -2}, differs("tariff")),
    "a night names every pseudonym": ((FeeAccrued, 2), {"pseudonyms": ()}, broken("F6")),
    "a night names nobody else": ((FeeAccrued, 0), {"pseudonyms": (person(2),)}, broken("F6")),
    "it is of a signed component": (FeeRecounted, {"component": "none"}, broken("F6")),
    "it is for some custody": (FeeRecounted, {"custody": None}, broken("F6")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_f6_a_month_that_is_counted_otherwise_is_found(row: Row) -> None:
    assert breaks(merged_and_apart(), row)


def test_f6_a_billing_that_does_not_count_again_is_found() -> None:
    def as_one(command: ChargeAsOne, state: IdentityState) -> tuple[Event, ...]:
        events = CHARGE_AS_ONE.decide(command, state)
        return tuple(event for event in events if not isinstance(event, FeeRecounted))

    story = _one_after_the_other()
    story.world.weakened.append((CHARGE_AS_ONE, Decider(CHARGE_AS_ONE.boundary, as_one)))
    story.same_as(1, 2)
    story.on(date(2025, 3, 27)).counted(date(2025, 3, 26), 2)
    found = story.audited()[1]
    assert ("evidence-missing", "F6") in said(found)


def test_f6_a_month_is_counted_again_once() -> None:
    facts = merged_and_apart()
    words = Tampering(facts, FeeRecounted).words
    assert broken("F6") in Tampering(facts, PersonsChargedAsOne).instead(words).here()
    assert Tampering(facts, PersonsMerged).findings() == []
