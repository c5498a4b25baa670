"""Honest stories of returns, as an audit node reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.audit.names import AUTHORITY, THEIRS
from tests.unit.audit.story import Story, in_custody
from tests.unit.audit.told import night

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
