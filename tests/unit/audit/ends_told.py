"""A story of lawful ends: two persons, one whose sentence ends while they are held."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.case import fact
from services.placement.domain.lawful_end.set_lawful_end import SET_LAWFUL_END, SetLawfulEnd
from shared.contracts.lawful_end import DecisionName, LawfulEnd
from tests.unit.audit.names import CLERK, PAPER, THEIRS, custody
from tests.unit.audit.story import Story
from tests.unit.audit.told import FIRST_NIGHT

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.actor import Actor

ENDS = date(2025, 4, 20)
"""The last day of the sentence of the first person: the fiftieth from 2 March on."""
JUDGMENT = DecisionName(issued_by="Circuit Court 1", reference="CR-2019-77")


def decided(
    story: Story,
    number: int,
    ends_on: date,
    *,
    by: Actor = CLERK,
    reference: str = "25-cv-766",
    replaces: DecisionName | None = None,
) -> None:
    """A decision about until when somebody may be held."""
    end = LawfulEnd(
        issued_by="District Court 9",
        reference=reference,
        decided_on=story.now.date(),
        document=PAPER,
        ends_on=ends_on,
    )
    story.act(
        "placement",
        SET_LAWFUL_END,
        SetLawfulEnd,
        by,
        custody=custody(number),
        lawful_end=end,
        replaces=replaces,
    )


def sentenced(*people: int) -> Story:
    """Persons in custody whose sentence ends on `ENDS`."""
    story = Story().agreed().facility()
    for person in people:
        story.registered(person)
        story.proposed(person)
        story.fact(
            person,
            fact.LegalBasis(
                court=JUDGMENT.issued_by,
                reference=JUDGMENT.reference,
                judged_on=date(2020, 5, 4),
                final_on=date(2020, 6, 4),
                offence="0501",
                days_remaining=50,
                counted_on=date(2025, 3, 2),
            ),
        )
        story.cleared(person)
    story.on(FIRST_NIGHT).travelled(1, *people)
    story.accepted(*people)
    return story


@cache
def held_past_the_end() -> list[Entry]:
    """The first overstays for three days until a court puts the end off; of the second a court and
    an authority say different days, the earlier one too late.
    """
    story = sentenced(1, 2)
    story.on(date(2025, 4, 1))
    decided(story, 2, date(2025, 6, 1), by=THEIRS, reference="resolution-4")
    story.on(date(2025, 4, 15))
    decided(story, 2, date(2025, 4, 11))
    story.on(ENDS + timedelta(days=3)).assigned(1, "module-1")
    decided(story, 1, date(2025, 4, 28), replaces=JUDGMENT)
    story.on(date(2025, 4, 26)).back(2)
    story.on(date(2025, 5, 1)).left(1)
    story.on(date(2025, 5, 4)).capacity(70)
    return story.facts()
