"""What the end of a month adds: once, under the terms in force, for nobody (F6)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import PeriodClosed
from shared.kernel.money import Money
from tests.unit.audit.rules import broken, differs, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Found, Tampering
from tests.unit.audit.told import BY_THE_MONTH, FIRST_NIGHT, night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

NOTHING = "accord.example/intake/0#0"


@cache
def by_the_month() -> list[Entry]:
    """One person in custody, where two are owed at least."""
    story = Story().agreed(tariff=BY_THE_MONTH).facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.on(FIRST_NIGHT).travelled(1, 1)
    story.accepted(1)
    story.on(night(1)).counted(night(0), 1)
    story.on(date(2025, 4, 2)).closed("2025-03")
    return story.facts()


def month_end() -> Tampering:
    """What the end of March added."""
    events = [entry.event for entry in by_the_month() if type(entry.event) is FeeAccrued]
    (nth,) = [index for index, event in enumerate(events) if event.custody is None]
    return Tampering(by_the_month(), FeeAccrued, nth)


def test_what_a_month_adds_is_found_right() -> None:
    assert audited(by_the_month())[1] == []


ROWS: dict[str, tuple[dict[str, Any], Found]] = {
    "it is what the terms say": ({"amount": Money("1.00", "USD")}, differs("tariff")),
    "it is of a component": ({"component": "x"}, missing("tariff")),
    "it is under signed terms": ({"agreement": "none@1"}, missing("tariff")),
    "it is under the terms in force": ({"period": "2031-01"}, broken("tariff")),
    "it is nobody's": ({"attested_by": "SLV:facility-registry:cecot/registry"}, broken("G20")),
    "it rests on the signed terms": ({"evidence": (NOTHING,)}, missing("G20")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_month_adds_follows_from_the_signed_terms(row: tuple[dict[str, Any], Found]) -> None:
    changed, found = row
    assert found in month_end().event(**changed).here()


def test_what_a_month_adds_is_not_left_out() -> None:
    facts = month_end().gone().facts
    assert differs("tariff") in Tampering(facts, PeriodClosed).here()


def test_what_a_month_adds_is_added_once() -> None:
    added = month_end()
    closed = Tampering(by_the_month(), PeriodClosed)
    again = closed.instead(added.words).envelope(actor=added.fact.actor, time=added.fact.time)
    assert differs("tariff") in again.here()
