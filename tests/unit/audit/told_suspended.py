"""The story of an agreement that is suspended, resumed and terminated."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.audit.names import AUTHORITY, CLERK, CLERK_ALONE, JUDGE, THEIRS
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry


@cache
def suspended_and_terminated() -> list[Entry]:
    """Two suspend an agreement and each resumes it; a state gives notice, and it has run out."""
    story = Story().agreed(termination_notice_days="10").facility()
    for each in (1, 2):
        story.registered(each)
        story.proposed(each)
        story.cleared(each)
    story.on(date(2025, 3, 16)).suspended(1, AUTHORITY)
    story.suspended(2, CLERK)
    story.suspended(3, CLERK_ALONE)
    story.agreed(version="2", termination_notice_days="20")
    story.resumed(AUTHORITY)
    story.resumed(JUDGE)
    story.resumed(CLERK_ALONE)
    story.travelled(1, 1)
    story.on(date(2025, 3, 17)).terminated(THEIRS)
    story.suspended(4, THEIRS)
    story.accepted(1)
    return story.facts()
