"""Two strangers on a headcount, one of whom is settled: the story that D3's checks are tried on."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.placement.domain.unknown_person import SETTLE_UNKNOWN_PERSON, SettleUnknownPerson
from tests.unit.audit.names import CECOT, THEIRS, custody
from tests.unit.audit.story import Story, in_custody

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

NIGHT = date(2025, 3, 17)


def settled(story: Story, number: int) -> None:
    story.act(
        "placement",
        SETTLE_UNKNOWN_PERSON,
        SettleUnknownPerson,
        THEIRS,
        facility=CECOT,
        night=NIGHT,
        counted=custody(number),
        explanation="listed-by-mistake",
        reference="NOTE-7",
    )


@cache
def strangers() -> list[Entry]:
    """One who is known, one who has left and two whom nobody knows are counted; one is settled."""
    story = in_custody(1, 2)
    story.left(2)
    story.on(NIGHT).counted(NIGHT, 1, 2, 8, 9)
    settled(story, 8)
    return story.facts()
