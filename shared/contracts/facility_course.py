"""What placement records of a facility's fitness: monitor's reports, and suspensions (G17)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import msgspec

from shared.contracts.facility import FacilityEvent
from shared.contracts.laws import Laws, Past, Says
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.ids import IncidentId

Topic = Literal["sanitation", "water", "ventilation", "temperature", "light", "health-care"]
Ground = Literal["death", "ill-treatment", "report", "order"]
"""Why a facility is suspended; `report`: the monitor's has lapsed, or found it inadequate."""


class Inspected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dated finding of the monitor."""

    topic: Topic
    found_on: date
    adequate: bool


class FacilityCourse(FacilityEvent, frozen=True):
    """A fact about whether anybody may be sent to a facility. A family."""


class FacilitySuspended(FacilityCourse, frozen=True):
    """No new place is reserved there and nobody departs to it; returns, releases and care go on.

    Each ground stands by itself until it is lifted.
    """

    TYPE: ClassVar[str] = "placement.FacilitySuspended.v1"
    LAWS: ClassVar[Laws] = (Says("suspended_by", "actor", "G17"), Past("since", "G17"))
    ground: Ground
    since: date
    """The day in UTC on which it was told: a report lifts a death or an allegation by findings of
    later days.
    """
    suspended_by: str
    incident: IncidentId | None = None
    reference: Code | None = None


class SuspensionWithdrawn(FacilityCourse, frozen=True):
    """The party or the court that suspended the facility takes its word back."""

    TYPE: ClassVar[str] = "placement.SuspensionWithdrawn.v1"
    LAWS: ClassVar[Laws] = (Says("withdrawn_by", "actor", "G17"),)
    withdrawn_by: str
    reference: Code


class MonitorReportRecorded(FacilityCourse, frozen=True):
    """The independent monitor's report: a dated finding of each topic, good until a day."""

    TYPE: ClassVar[str] = "placement.MonitorReportRecorded.v1"
    LAWS: ClassVar[Laws] = (Says("reported_by", "actor", "G17"),)
    findings: tuple[Inspected, ...]
    valid_until: date
    lifts: tuple[Ground, ...]
    """The grounds that stood and do not any more."""
    reported_by: str
    reference: Code


class MonitorReportLapsed(FacilityCourse, frozen=True):
    """The report's last day has ended, and there is no later one."""

    TYPE: ClassVar[str] = "placement.MonitorReportLapsed.v1"
    LAWS: ClassVar[Laws] = (Past("valid_until", "G17"),)
    valid_until: date


class FacilityReinstated(FacilityCourse, frozen=True):
    """Nothing that suspended the facility stands any more."""

    TYPE: ClassVar[str] = "placement.FacilityReinstated.v1"
    LAWS: ClassVar[Laws] = (Says("reinstated_by", "actor", "G17"),)
    reinstated_by: str


def word_of(actor: str) -> str:
    """Whose word a suspension by order is: a state's central authority, or a court's body (D10)."""
    who = Actor.read(actor)
    body = who.who.partition(":")[2].partition("/")[0]
    return f"{who.party}:{who.office}" + (f":{body}" if who.office == "court" else "")
