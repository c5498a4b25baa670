"""A story of orders that come after a departure: one person is recalled, one found in custody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from shared.contracts.hold import CountryScope, PersonScope
from tests.unit.audit.names import AUTHORITY, THEIRS, person
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

LATE = datetime(2025, 3, 17, 12, tzinfo=UTC)


def _in_the_air() -> Story:
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).opened(1)
    story.listed(1, 1, 2)
    story.sealed(1)
    story.boarded(1, 1, 2)
    story.departed(1)
    story.held(1, PersonScope(person(1)))
    story.registered(4)
    for authority in (AUTHORITY, THEIRS):
        story.acknowledged(1, by=authority)
    return story


@cache
def brought_back() -> list[Entry]:
    """The recalled one is back before the plane arrives with the other, who is handed over."""
    story = _in_the_air()
    story.brought_back(1, 1)
    story.arrived(1)
    story.offered(1)
    story.accepted(2)
    story.on(LATE).registered(3)
    return story.facts()


@cache
def never_back() -> list[Entry]:
    """The one who is recalled is not back after three days past the deadline."""
    story = _in_the_air()
    story.arrived(1)
    story.offered(1)
    story.accepted(2)
    for number, day in enumerate((1, 2, 3), start=5):
        story.on(date(2025, 4, day)).registered(number)
    story.brought_back(1, 1)
    story.on(date(2025, 4, 5)).registered(9)
    return story.facts()


@cache
def told_late() -> list[Entry]:
    """Two depart under an oral order on everybody that is told when one of them is in custody; one
    more order was lifted within minutes of being told. In the end both are found by both.
    """
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    at = story.on(FIRST_NIGHT).now
    story.opened(1)
    story.listed(1, 1, 2)
    story.sealed(1)
    story.boarded(1, 1, 2)
    story.departed(1)
    story.arrived(1)
    story.offered(1)
    story.accepted(1)
    story.held(1, CountryScope("SLV"), received_at=at, time=at)
    story.in_step = False
    story.held(2, PersonScope(person(1)), received_at=at, time=at)
    story.lifted(2)
    story.world.settle()
    story.in_step = True
    story.registered(4)
    story.on(LATE).registered(3)
    return story.facts()


@cache
def recalled() -> list[Entry]:
    """Two are in the air when an order on one of them comes; an hour later one on the other."""
    story = _in_the_air()
    story.arrived(1)
    story.offered(1)
    story.accepted(2)
    story.held(2, PersonScope(person(2)))
    story.held(3, CountryScope("HND"))
    story.registered(5)
    story.on(LATE).registered(3)
    return story.facts()
