"""A person is sent on with consent, assessment and agreement: the story for G5 beyond the stay."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.intake.domain.case.fact import RiskAssessment
from services.intake.domain.onward_transfer import AGREE_ONWARD_TRANSFER, AgreeOnwardTransfer
from services.placement.domain.onward.complete import (
    COMPLETE_ONWARD_TRANSFER,
    CompleteOnwardTransfer,
)
from services.placement.domain.onward.request import (
    REQUEST_ONWARD_TRANSFER,
    Consent,
    RequestOnwardTransfer,
)
from tests.unit.audit.names import AUTHORITY, REGISTRY, case, custody
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

ONWARD = "HND"
CONSENT = "ef" * 32
LATER = date(2025, 4, 20)


def assessed(*onward: str) -> Story:
    """Somebody in custody whose assessment names these further countries."""
    story = Story().agreed().facility()
    story.registered(1)
    story.proposed(1)
    until = story.now.date() + timedelta(days=80)
    risk = RiskAssessment("SLV", onward, substantial_grounds=False, valid_until=until)
    story.fact(1, risk)
    story.cleared(1)
    story.on(date(2025, 3, 16))
    story.travelled(1, 1)
    story.accepted(1)
    return story.on(LATER)


def requested(story: Story) -> None:
    story.act(
        "placement",
        REQUEST_ONWARD_TRANSFER,
        RequestOnwardTransfer,
        REGISTRY,
        custody=custody(1),
        onward=ONWARD,
        consent=Consent(CONSENT, LATER),
    )


def agreed(story: Story) -> None:
    story.act(
        "intake",
        AGREE_ONWARD_TRANSFER,
        AgreeOnwardTransfer,
        AUTHORITY,
        case=case(1),
        onward=ONWARD,
        consent=CONSENT,
    )


def left(story: Story) -> None:
    story.act(
        "placement",
        COMPLETE_ONWARD_TRANSFER,
        CompleteOnwardTransfer,
        REGISTRY,
        time=story.now,
        custody=custody(1),
        ended_at=story.now,
    )


@cache
def sent_on() -> list[Entry]:
    """Asked, agreed by the sending state, and done within the day."""
    story = assessed(ONWARD)
    story.counted(date(2025, 4, 19), 1)
    requested(story)
    agreed(story)
    left(story)
    return story.facts()
