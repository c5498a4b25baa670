"""Steps of a story: incidents in custody, whom they reach, and what they do to a facility."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from services.placement.domain.incident.acknowledge_incident import (
    ACKNOWLEDGE_INCIDENT,
    AcknowledgeIncident,
)
from services.placement.domain.incident.allege_ill_treatment import (
    ALLEGE_ILL_TREATMENT,
    AllegeIllTreatment,
)
from services.placement.domain.incident.report_death import REPORT_DEATH, ReportDeath
from services.placement.domain.incident.report_emergency import REPORT_EMERGENCY, ReportEmergency
from services.placement.domain.incident.report_escape import (
    RECORD_RECAPTURE,
    REPORT_ESCAPE,
    RecordRecapture,
    ReportEscape,
)
from shared.kernel.actor import Actor
from shared.kernel.ids import IncidentId
from tests.unit.audit.names import AUTHORITY, REGISTRY, THEIRS, custody, identity
from tests.unit.audit.reports_told import MONITOR
from tests.unit.audit.story import Story, in_custody

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

COUNSEL = Actor("USA", "counsel", "bar/one")
SIX_HOURS = timedelta(hours=6)


def incident(number: int) -> IncidentId:
    """An incident's id, the same for the same number."""
    return IncidentId(identity(6, number))


def emergency(story: Story, number: int, who: int, at: datetime | None = None) -> None:
    at = at or story.now
    story.act(
        "placement",
        REPORT_EMERGENCY,
        ReportEmergency,
        REGISTRY,
        time=at,
        custody=custody(who),
        incident=incident(number),
        happened_at=at,
        reference="MED-7",
    )


def escaped(story: Story, number: int, who: int) -> None:
    story.act(
        "placement",
        REPORT_ESCAPE,
        ReportEscape,
        REGISTRY,
        time=story.now,
        custody=custody(who),
        incident=incident(number),
        happened_at=story.now,
        reference="ESC-1",
    )


def recaptured(story: Story, who: int) -> None:
    story.act(
        "placement",
        RECORD_RECAPTURE,
        RecordRecapture,
        REGISTRY,
        time=story.now,
        custody=custody(who),
        recaptured_at=story.now,
    )


def alleged(story: Story, number: int, who: int, by: Actor = COUNSEL) -> None:
    story.act(
        "placement",
        ALLEGE_ILL_TREATMENT,
        AllegeIllTreatment,
        by,
        time=story.now,
        custody=custody(who),
        incident=incident(number),
        happened_at=story.now,
        reference="ALG-1",
    )


def died(story: Story, who: int, at: datetime | None = None) -> None:
    at = at or story.now
    story.act(
        "placement",
        REPORT_DEATH,
        ReportDeath,
        REGISTRY,
        time=at,
        custody=custody(who),
        ended_at=at,
        reference="DC-2025-118",
    )


def acknowledged(story: Story, named: str, *actors: Actor) -> None:
    for actor in actors:
        story.act(
            "placement",
            ACKNOWLEDGE_INCIDENT,
            AcknowledgeIncident,
            actor,
            incident=IncidentId(named),
        )


@cache
def incidents() -> list[Entry]:
    """An emergency, an escape, an allegation and a death: one office is silent about each."""
    story = in_custody(1, 2)
    story.on(date(2025, 3, 17)).counted(date(2025, 3, 16), 1, 2)
    emergency(story, 1, 1)
    acknowledged(story, incident(1), AUTHORITY, THEIRS)
    escaped(story, 2, 2)
    story.on(date(2025, 3, 18))
    recaptured(story, 2)
    acknowledged(story, incident(2), MONITOR)
    alleged(story, 3, 1)
    story.on(date(2025, 3, 19))
    died(story, 1, story.now - timedelta(days=1))
    acknowledged(story, custody(1), THEIRS)
    story.on(date(2025, 3, 20)).left(2)
    return story.facts()
