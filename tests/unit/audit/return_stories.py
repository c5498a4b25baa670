"""Honest stories of returns, as an audit node reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.audit.names import AGENCY, AUTHORITY, THEIRS
from tests.unit.audit.story import Story, in_custody
from tests.unit.audit.told import FIRST_NIGHT, SMALL, night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

ORDERED = datetime(2025, 3, 19, 15, tzinfo=UTC)
"""On the fourth day, when three nights are over."""


def held_three_nights() -> Story:
    """Two persons in custody, and three nights attested of both."""
    story = in_custody(1, 2)
    for number in range(3):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    return story.on(ORDERED)


@cache
def return_ordered() -> list[Entry]:
    """Three nights, then orders of a court and of both states, and a night after them."""
    story = held_three_nights()
    story.return_ordered(1, at=ORDERED)
    story.return_ordered(1, "EO-1", AUTHORITY)
    story.return_ordered(1, "DA-7", THEIRS)
    story.on(night(4)).counted(night(3), 1, 2)
    return story.facts()


@cache
def stopped_under_another_pseudonym() -> list[Entry]:
    """A return is ordered late; then a second pseudonym in a second custody turns out to be the
    person's, and then not; the nights of one wait for a price by then.
    """
    story = held_three_nights()
    story.return_ordered(1, at=ORDERED - timedelta(days=2))
    story.same_as(2, 1)
    story.on(night(4)).counted(night(3), 1, 2)
    story.different_from(1, 2, by=AGENCY)
    story.on(night(6)).left(1)
    story.counted(night(5), 2)
    story.on(date(2025, 4, 3)).closed("2025-03")
    return story.facts()


@cache
def stopped_without_a_price() -> list[Entry]:
    """Seven nights are paid for, and the eighth waits for a price when the return is ordered."""
    story = Story().agreed(tariff=SMALL).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).travelled(1, 1, 2)
    story.accepted(1, 2)
    for number in range(5):
        story.on(night(number + 1)).counted(night(number), 1, 2)
    story.same_as(2, 1)
    story.return_ordered(1, at=ORDERED)
    story.return_ordered(1, "25-cv-952", at=ORDERED - timedelta(days=1))
    return story.facts()


@cache
def return_overdue() -> list[Entry]:
    """A return is ordered, a second one is due later, and the person is back three days late."""
    story = held_three_nights()
    story.return_ordered(1, at=ORDERED)
    story.return_ordered(1, "EO-1", AUTHORITY)
    story.on(datetime(2025, 4, 3, 12, tzinfo=UTC)).capacity(70)
    story.on(datetime(2025, 4, 5, 12, tzinfo=UTC)).left(1, "returned")
    story.on(datetime(2025, 4, 9, 12, tzinfo=UTC)).capacity(80)
    return story.facts()
