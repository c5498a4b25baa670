"""Persons in custody with a lawful end, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from services.placement.deadlines import OVERSTAY, deadlines, fall_due
from services.placement.domain.lawful_end.set_lawful_end import (
    SET_LAWFUL_END,
    SetLawfulEnd,
)
from services.placement.domain.lawful_end.state import fold
from shared.contracts.lawful_end import CustodyTerm, DecisionName, LawfulEnd
from shared.contracts.overstay import (
    LawfulEndDateSet,
)
from shared.kernel.actor import Actor
from shared.ledger.deadlines import Deadline
from tests.unit.placement.story import NOW, Story, custody
from tests.unit.placement.test_headcount_deadline import recorded

if TYPE_CHECKING:
    from shared.kernel.event import Event

ENDS = date(2025, 9, 30)
END = datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC)
"""D4: a date that is a limit ends with its last second, UTC."""
DAY = timedelta(days=1)
JUDGMENT = LawfulEnd(
    issued_by="Circuit Court 1",
    reference="CR-2019-77",
    decided_on=date(2020, 5, 4),
    document="ab" * 32,
    ends_on=ENDS,
)
TERM = CustodyTerm(return_margin_days=30, lawful_end=JUDGMENT)
COURT = Actor("XX", "court", "district-court-9/clerk-1")
SENDING_COURT = Actor("USA", "court", "circuit-court-1/clerk-4")
RECEIVING_COURT = Actor("SLV", "court", "juzgado-2/clerk-1")
SENDING = Actor("USA", "central-authority", "usa-authority")
RECEIVING = Actor("SLV", "central-authority", "slv-authority")
NAME = DecisionName(issued_by=JUDGMENT.issued_by, reference=JUDGMENT.reference)


def decision(ends_on: date, reference: str = "25-cv-766") -> LawfulEnd:
    """A later decision."""
    return LawfulEnd(
        issued_by="District Court 9",
        reference=reference,
        decided_on=date(2025, 9, 1),
        document="cd" * 32,
        ends_on=ends_on,
    )


def held(story: Story, term: CustodyTerm | None = TERM) -> Story:
    """One person in custody, handed over with this term."""
    story.facility(3).reserve(1)
    story.offer(1, term=term)
    story.accept(1)
    return story


def say(
    story: Story,
    end: LawfulEnd,
    actor: Actor = COURT,
    replaces: DecisionName | None = None,
    number: int = 1,
) -> LawfulEndDateSet:
    """Somebody says until when the person may be held."""
    command = SetLawfulEnd(
        custody=custody(number), lawful_end=end, replaces=replaces, actor=actor, now=NOW
    )
    (event,) = story.decide(SET_LAWFUL_END, command)
    assert isinstance(event, LawfulEndDateSet)
    return event


def until(story: Story) -> date | None:
    """Until when the person may be held."""
    binding = story.fold(fold(custody(1))).binding
    return binding.ends_on if binding else None


def due(story: Story, told: datetime) -> list[Deadline]:
    """What the last entry sets besides headcounts, when it is told then."""
    every = deadlines(recorded(story.events[-1], told))
    return [deadline for deadline in every if deadline.kind != "headcount"]


def fall(story: Story, deadline: Deadline, now: datetime | None = None) -> tuple[Event, ...]:
    return story.decide(*fall_due(deadline, now or deadline.due_at))


def past(day: int, at: datetime, ends_on: date = ENDS) -> Deadline:
    """The n-th day past an end."""
    return Deadline(at, OVERSTAY, f"{custody(1)}/{ends_on}/{day}")
