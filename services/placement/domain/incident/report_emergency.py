"""A medical emergency in custody, by the word of who holds the person (G18)."""

from __future__ import annotations

from services.placement.domain.custody.state import CustodyState, stay_of
from services.placement.domain.incident.report_incident import (
    IncidentCommand,
    accepted,
    happened_in,
    of_the_holder,
    told,
)
from shared.contracts.incident import MedicalEmergencyReported
from shared.kernel.decider import Decider
from shared.kernel.event import Event


class ReportEmergency(IncidentCommand, frozen=True, kw_only=True):
    """Report a medical emergency, also one that is told after the exit."""


def _report(command: ReportEmergency, state: CustodyState) -> tuple[Event, ...]:
    stay = accepted(command, state)
    of_the_holder(command, stay)
    happened_in(command.happened_at, command, state)
    return told(command, stay, MedicalEmergencyReported)


REPORT_EMERGENCY = Decider(boundary=stay_of, decide=_report)
