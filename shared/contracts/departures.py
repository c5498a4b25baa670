"""What intake records of a facility that placement has suspended: nobody departs to it (G17)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.intake import FacilityTag
from shared.contracts.laws import Copied, Happened, Laws, Says
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef


class DeparturesStopped(Event, frozen=True):
    """From here the gate is closed for whoever would go to this facility."""

    TYPE: ClassVar[str] = "intake.DeparturesStopped.v1"
    SUBJECT: ClassVar[str] = "facility"
    LAWS: ClassVar[Laws] = (
        Says("suspension", "causation", "G17"),
        Happened("stopped_at", "G17"),
        Copied("facility", of="FacilitySuspended", by="suspension=ref", rule="G17", required=True),
    )
    facility: FacilityTag
    suspension: EntryRef
    stopped_at: datetime
    """When the facility was suspended."""


class DeparturesResumed(Event, frozen=True):
    """The facility was reinstated: its gate is as open as any."""

    TYPE: ClassVar[str] = "intake.DeparturesResumed.v1"
    SUBJECT: ClassVar[str] = "facility"
    LAWS: ClassVar[Laws] = (
        Says("reinstatement", "causation", "G17"),
        Happened("resumed_at", "G17"),
        Copied(
            "facility", of="FacilityReinstated", by="reinstatement=ref", rule="G17", required=True
        ),
    )
    facility: FacilityTag
    reinstatement: EntryRef
    resumed_at: datetime
    """When it was reinstated."""
