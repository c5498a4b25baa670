"""Steps of a story: a facility is suspended, inspected and reinstated."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.placement.domain.facility.suspend_facility import (
    SUSPEND_FACILITY,
    WITHDRAW_SUSPENSION,
    SuspendFacility,
    WithdrawSuspension,
)
from shared.kernel.actor import Actor
from tests.unit.audit.incidents_told import alleged, died
from tests.unit.audit.names import AUTHORITY, CECOT, CLERK, JUDGE
from tests.unit.audit.story import Story, in_custody

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry


def suspended(story: Story, by: Actor = CLERK) -> None:
    story.act("placement", SUSPEND_FACILITY, SuspendFacility, by, facility=CECOT, reference="O-1")


def taken_back(story: Story, by: Actor = JUDGE) -> None:
    story.act(
        "placement", WITHDRAW_SUSPENSION, WithdrawSuspension, by, facility=CECOT, reference="O-2"
    )


@cache
def fitness() -> list[Entry]:
    """A court, a state, an allegation, a death and the monitor suspend; a report lapses."""
    story = in_custody(1, 2)
    story.inspected(good_for=2)
    suspended(story)
    taken_back(story)
    suspended(story, AUTHORITY)
    alleged(story, 1, 1)
    story.on(date(2025, 3, 17))
    story.inspected(good_for=5)
    taken_back(story, AUTHORITY)
    died(story, 1)
    story.inspected(adequate=False, good_for=5)
    story.inspected(adequate=False, good_for=6)
    story.on(date(2025, 3, 18))
    story.inspected(good_for=4)
    story.on(date(2025, 3, 30)).left(2)
    story.inspected(good_for=30)
    return story.facts()
