"""A story of persons of whom a court was assured, who travel once that is over (D5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.assurance.end_assurance import END_ASSURANCE, EndAssurance
from services.intake.domain.assurance.give_assurance import GIVE_ASSURANCE, GiveAssurance
from shared.kernel.ids import AssuranceId
from tests.unit.audit.names import AUTHORITY, CLERK, person
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

FIRST, SECOND = AssuranceId("assurance-1"), AssuranceId("assurance-2")


def assured(story: Story, number: int, assurance: AssuranceId, until: datetime) -> None:
    """A government assures a court that a person does not depart before an instant."""
    story.act(
        "intake",
        GIVE_ASSURANCE,
        GiveAssurance,
        AUTHORITY,
        assurance=assurance,
        person=person(number),
        to_party="XX",
        to_office="court",
        to_body=CLERK.body,
        reference="25-cv-766",
        given_at=story.now,
        until=until,
    )


@cache
def assured_and_over() -> list[Entry]:
    """One assurance is ended by both, another expires, and both persons are cleared again."""
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    until = story.now + timedelta(days=1)
    assured(story, 1, FIRST, until)
    assured(story, 2, SECOND, until)
    for actor in (AUTHORITY, CLERK):
        fields = {"assurance": FIRST, "instrument": "25-cv-766 order 9"}
        story.act("intake", END_ASSURANCE, EndAssurance, actor, **fields)
    story.on(until + timedelta(hours=1))
    story.world.settle()
    story.cleared(1)
    story.cleared(2)
    story.travelled(1, 1, 2)
    return story.facts()
