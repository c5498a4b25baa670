"""A story of an agreement that excludes women and minors, and of whom it sends (G8)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.category.determine_category import (
    DETERMINE_CATEGORY,
    DetermineCategory,
)
from tests.unit.audit.names import AGENCY, COLLEAGUE, PAPER, person
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.actor import Actor

CLAUSES = [{"clause": "adult-men-alone", "excludes": ["female", "minor"]}]
ADMISSION = {"kinds": ["third-country"], "clauses": CLAUSES}


def determined(story: Story, number: int, category: str, actor: Actor = AGENCY) -> None:
    """The agency that registered a person says of which category they are."""
    fields = {"person": person(number), "category": category, "document": PAPER}
    story.act("intake", DETERMINE_CATEGORY, DetermineCategory, actor, **fields)


@cache
def men_alone() -> list[Entry]:
    """One was thought a woman, and a colleague mended it; then he is cleared and travels."""
    story = Story().agreed(admission=ADMISSION).facility()
    story.registered(1)
    story.proposed(1)
    determined(story, 1, "female")
    determined(story, 1, "adult")
    determined(story, 1, "male", COLLEAGUE)
    story.on(date(2025, 3, 17))
    story.cleared(1)
    story.travelled(1, 1)
    return story.facts()
