"""A story of persons who are excluded after their clearance, and travel once that is over (G8)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.exclusion.match_exclusion import MATCH_EXCLUSION, MatchExclusion
from services.intake.domain.exclusion.withdraw_exclusion import (
    WITHDRAW_EXCLUSION,
    WithdrawExclusion,
)
from shared.kernel.ids import ExclusionId
from tests.unit.audit.names import AGENCY, CLERK, COLLEAGUE, JUDGE, PAPER, person
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry
    from shared.kernel.actor import Actor

FIRST, SECOND, THIRD = (ExclusionId(f"exclusion-{number}") for number in range(3))


def excluded(
    story: Story, number: int, exclusion: ExclusionId, actor: Actor, until: date | None = None
) -> None:
    """An office finds that a person is not to be transferred."""
    story.act(
        "intake",
        MATCH_EXCLUSION,
        MatchExclusion,
        actor,
        exclusion=exclusion,
        person=person(number),
        matched="undecided-asylum-claim",
        document=PAPER,
        matched_at=story.now,
        valid_until=until,
    )


def withdrawn(story: Story, exclusion: ExclusionId, actor: Actor) -> None:
    """A second subject of that office says that it is so no longer."""
    fields = {"exclusion": exclusion, "document": PAPER}
    story.act("intake", WITHDRAW_EXCLUSION, WithdrawExclusion, actor, **fields)


@cache
def cleared_again() -> list[Entry]:
    """Two are excluded after a clearance, by three offices, and travel once that is over."""
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    excluded(story, 1, FIRST, CLERK)
    excluded(story, 1, SECOND, AGENCY)
    excluded(story, 2, THIRD, CLERK, until=story.now.date())
    withdrawn(story, FIRST, JUDGE)
    withdrawn(story, SECOND, COLLEAGUE)
    story.on(date(2025, 3, 17))
    story.cleared(1)
    story.cleared(2)
    story.travelled(1, 1, 2)
    return story.facts()
