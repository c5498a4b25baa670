"""Honest stories of returns, as an audit node reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.audit.incidents_told import died
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
    story.on(datetime(2025, 4, 5, 12, tzinfo=UTC)).back(1)
    story.on(datetime(2025, 4, 9, 12, tzinfo=UTC)).capacity(80)
    return story.facts()


def cleared(*people: int) -> Story:
    """Persons who may travel, on the day of their journey."""
    story = Story().agreed().facility()
    story.paid_ahead()
    for number in people:
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    return story.on(FIRST_NIGHT)


def arrived(*people: int) -> Story:
    """Persons who were offered at the other end."""
    story = cleared(*people)
    story.travelled(1, *people)
    return story


@cache
def arrival_refused() -> list[Entry]:
    """Of three who arrive one is taken over and two are refused, one of whom a court and the
    sending state order back too.
    """
    story = arrived(1, 2, 3)
    story.accepted(1)
    story.arrival_refused(2)
    story.arrival_refused(3, "unfit-for-custody")
    story.return_ordered(2, "25-cv-951")
    story.return_ordered(2, "EO-1", AUTHORITY)
    story.on(night(1)).counted(night(0), 1)
    story.on(datetime(2025, 4, 3, 12, tzinfo=UTC)).capacity(70)
    return story.facts()


@cache
def ordered_in_flight() -> list[Entry]:
    """Two orders of courts reach a person on the way, and nothing accrues from the acceptance on;
    a further one, of a person whose place is given up, binds nobody.
    """
    story = cleared(1, 2, 3)
    story.opened(1)
    story.listed(1, 1, 2, 3)
    story.return_ordered(1)
    story.return_ordered(3)
    story.taken_off(1, 3)
    story.sealed(1)
    story.boarded(1, 1, 2)
    story.departed(1)
    story.arrived(1)
    story.return_ordered(1, "25-cv-950", at=story.now - timedelta(days=1))
    story.offered(1)
    story.return_ordered(1, "25-cv-952")
    story.accepted(1, 2)
    story.on(night(1)).counted(night(0), 1, 2)
    story.on(datetime(2025, 4, 5, 12, tzinfo=UTC)).left(1)
    story.left(2)
    story.on(datetime(2025, 4, 9, 12, tzinfo=UTC)).capacity(80)
    return story.facts()


@cache
def returned_in_any_order() -> list[Entry]:
    """One leaves and is back; of one the sender's word comes first, and then the facility's, that
    they had left a day before; one is missed and had left; one dies on the way; one was refused at
    arrival and is back.
    """
    story = arrived(1, 2, 3, 4, 5)
    story.accepted(1, 2, 3, 4)
    story.arrival_refused(5)
    story.on(night(1)).counted(night(0), 1, 2, 3, 4)
    story.return_ordered(1)
    story.return_scheduled(1, night(2))
    story.on(night(2)).on_the_way_back(1)
    story.on_the_way_back(4)
    story.counted(night(1), 1, 2, 3, 4)
    story.on(night(3)).back(1)
    story.back(5)
    story.back(2)
    story.on_the_way_back(2, at=story.now - timedelta(days=1))
    story.counted(night(2), 3)
    died(story, 4)
    story.on(night(4)).counted(night(3))
    story.on_the_way_back(3, at=story.now - timedelta(days=1))
    story.back(3)
    story.on(night(5)).proposed(6, 5)
    return story.facts()
