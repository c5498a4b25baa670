"""Stories of a journey that stops over, where somebody is taken off (G4, G13; T3)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shared.contracts.hold import PersonScope
from shared.contracts.manifest import Custodian
from tests.unit.audit.names import person
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

THERE = Custodian(party="HND", body="border-police", responsible_state="USA")


def at_the_stopover(over: str = "HND") -> Story:
    """Two persons where the second leg begins."""
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(FIRST_NIGHT).opened(1, over=over)
    story.listed(1, 1, 2)
    story.sealed(1)
    story.boarded(1, 1, 2)
    story.departed(1)
    story.arrived(1)
    return story


@cache
def under_an_order() -> list[Entry]:
    """An order on one of two reaches the plane at its stopover; the other one goes on."""
    story = at_the_stopover()
    story.held(1, PersonScope(person(1)))
    story.registered(4)
    story.taken_off(1, 1, THERE)
    story.departed(1, leg=2)
    story.arrived(1, leg=2)
    story.brought_back(1, 1)
    story.registered(5)
    return story.facts()


@cache
def at_their_wish() -> list[Entry]:
    """The sending state takes one of two off, with no order, after the doors were closed."""
    story = at_the_stopover()
    story.taken_off(1, 2, Custodian(party="USA", body="escort-4", responsible_state="USA"))
    story.departed(1, leg=2)
    story.cleared(2)
    story.opened(2)
    story.listed(2, 2)
    story.registered(5)
    return story.facts()


@cache
def over_the_receiving_state() -> list[Entry]:
    """The journey stops over in the receiving state itself: there the escort holds who is off."""
    story = at_the_stopover("SLV")
    story.taken_off(1, 2, Custodian(party="USA", body="escort-4", responsible_state="USA"))
    story.registered(5)
    story.proposed(5)
    story.withdrawn(5)
    return story.facts()
