"""A story of persons who are erased, and of those whom a case, a custody or a recall keeps."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.erasure.erase_person import ERASE_PERSON, ErasePerson
from shared.contracts.hold import PersonScope
from tests.unit.audit.assurances_told import FIRST, assured
from tests.unit.audit.names import AGENCY, AUTHORITY, PAPER, person
from tests.unit.audit.stopovers_told import THERE
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.actor import Actor

LATER = date(2026, 6, 1)
"""More than a year after the first case was withdrawn."""


def asked(story: Story, number: int, by: Actor) -> None:
    """An office has a person erased."""
    fields = {"person": person(number), "reason": "retention-ended", "document": PAPER}
    story.act("intake", ERASE_PERSON, ErasePerson, by, **fields)


def erased(story: Story, number: int) -> None:
    """Both offices have a person erased."""
    for actor in (AGENCY, AUTHORITY):
        asked(story, number, actor)


@cache
def erased_in_time() -> list[Entry]:
    """One was registered in error, of one the case was withdrawn, one gave way to another, of whom
    a court was assured for a day; one is exported and located afterwards.
    """
    story = Story().agreed()
    for number in (1, 2, 3, 4):
        story.registered(number)
    story.same_as(4, 3)
    assured(story, 3, FIRST, story.now + timedelta(days=1))
    erased(story, 1)
    story.proposed(2)
    story.withdrawn(2)
    story.held(1, PersonScope(person(2)))
    story.lifted(1)
    story.on(LATER)
    erased(story, 2)
    erased(story, 4)
    story.exported(2)
    story.located(2)
    return story.facts()


def kept_a_year(*people: int) -> Story:
    """Persons who may travel, under terms that keep who departed for a year."""
    story = Story().agreed(retention={"after_departure_days": "365"}).facility()
    for number in people:
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    return story.on(FIRST_NIGHT)


@cache
def erased_after_return() -> list[Entry]:
    """One was handed over and returned, one recalled: a year later both are erased."""
    story = kept_a_year(1, 2)
    story.opened(1)
    story.listed(1, 1, 2)
    story.sealed(1)
    story.boarded(1, 1, 2)
    story.departed(1)
    story.held(1, PersonScope(person(1)))
    story.brought_back(1, 1)
    story.lifted(1)
    story.arrived(1)
    story.offered(1)
    story.accepted(2)
    story.return_ordered(2)
    story.back(2)
    story.on(story.now + timedelta(days=367))
    erased(story, 1)
    erased(story, 2)
    return story.facts()


@cache
def erased_after_stopover() -> list[Entry]:
    """One was taken off at a stopover under an order and recalled: erased a year later."""
    story = kept_a_year(1)
    story.opened(1, over="HND")
    story.listed(1, 1)
    story.sealed(1)
    story.boarded(1, 1)
    story.departed(1)
    story.arrived(1)
    story.held(1, PersonScope(person(1)))
    story.taken_off(1, 1, THERE)
    story.brought_back(1, 1)
    story.lifted(1)
    story.on(story.now + timedelta(days=367))
    erased(story, 1)
    return story.facts()
