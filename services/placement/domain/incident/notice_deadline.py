"""When an incident is due at an office, and that it had not reached it by then (G18)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.placement.domain.incident import state as incidents
from services.placement.domain.incident.state import IncidentState
from shared.contracts.incident import IncidentOverdue
from shared.kernel.codes import Party
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId
from shared.kernel.rejected import Conflict


class IncidentNotDueYet(Conflict):
    """There is still time for it to reach the office."""


class NothingOverdue(Conflict):
    """The office has acknowledged it, or it is on record as overdue there."""


class MarkIncidentOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Record that an incident had not reached an office when it was due there."""

    incident: IncidentId
    party: Party
    office: str
    due_at: datetime
    now: datetime


def _mark(command: MarkIncidentOverdue, state: IncidentState) -> tuple[Event, ...]:
    where = f"{command.party} {command.office}"
    if command.now < command.due_at:
        raise IncidentNotDueYet(
            f"incident {command.incident} is due at {where} at {command.due_at.isoformat()}"
        )
    notice = state.to(command.party, command.office)
    if notice is None or notice.acknowledged or notice.overdue:
        raise NothingOverdue(f"incident {command.incident} is not waited for at {where}")
    told = notice.told
    return (
        IncidentOverdue(
            custody=told.custody,
            person=told.person,
            agreement=told.agreement,
            facility=told.facility,
            incident=told.incident,
            party=told.party,
            office=told.office,
            due_at=told.due_at,
        ),
    )


MARK_INCIDENT_OVERDUE = Decider(
    boundary=lambda command: only(incidents.fold(command.incident)), decide=_mark
)
