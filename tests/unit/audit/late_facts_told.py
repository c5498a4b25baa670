"""A story of what is told of persons who have departed: what would have kept them here (D7)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.case import fact
from shared.contracts.hold import PersonScope
from tests.unit.audit.exclusions_told import FIRST, SECOND, THIRD, excluded
from tests.unit.audit.names import AGENCY, CLERK, person
from tests.unit.audit.recalls_told import LATE
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

SIX = tuple(range(1, 7))


def handed_over() -> Story:
    """Six persons depart; of the first another nationality is told under way, the others are in
    custody.
    """
    story = Story().agreed().facility()
    for number in SIX:
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.registered(9)
    story.on(FIRST_NIGHT).opened(1)
    story.listed(1, *SIX)
    story.sealed(1)
    story.boarded(1, *SIX)
    story.departed(1)
    story.fact(1, fact.Nationality(("USA",), disputed=False))
    story.registered(10)
    story.arrived(1)
    story.offered(1)
    for number in SIX[1:]:
        story.accepted(number)
    return story


@cache
def told_since() -> list[Entry]:
    """Of one the risk was real, three are excluded, an order binds one; of one nothing follows."""
    story = handed_over()
    day = story.now.date()
    until = day + timedelta(days=80)
    real = fact.RiskAssessment("SLV", (), substantial_grounds=True, valid_until=until)
    story.fact(2, real)
    excluded(story, 3, FIRST, CLERK)
    story.held(9, PersonScope(person(9)))
    story.same_as(4, 9)
    story.same_as(4, 10)
    excluded(story, 9, THIRD, CLERK)
    story.registered(11)
    story.on(story.now + timedelta(days=1))
    day = story.now.date()
    for content in (fact.Notice("es", day), fact.Counsel(day), fact.Consular(day, "declined")):
        story.fact(5, content)
    story.fact(5, fact.Fitness(fit=False, valid_until=until))
    story.fact(5, fact.Opinion("objects"))
    judged = (date(2020, 5, 4), date(2020, 6, 4), "0501", 650)
    story.fact(5, fact.LegalBasis("Circuit Court 1", "CR-77", *judged, counted_on=day))
    excluded(story, 6, SECOND, AGENCY, until=day)
    story.registered(12)
    story.on(LATE + timedelta(days=2)).registered(13)
    return story.facts()
