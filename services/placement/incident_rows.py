"""Incidents as rows: what happened, and which office has said that it knows (G18)."""

from __future__ import annotations

from collections.abc import Iterator

from services.placement.tables import INCIDENT_NOTICES, INCIDENTS
from shared.contracts.incident import (
    Incident,
    IncidentAcknowledged,
    IncidentNotice,
    IncidentNotified,
    IncidentOverdue,
    IncidentReported,
    happened,
    incident_of,
)
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded


def incident_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of incidents."""
    if isinstance(recorded.event, Incident):
        yield Insert(INCIDENTS, _incident(recorded, recorded.event))
    match recorded.event:
        case IncidentNotified() as event:
            told = {**_way(event), "due_at": event.due_at, "overdue": False}
            yield Insert(INCIDENT_NOTICES, told)
        case IncidentOverdue() as event:
            yield Update(INCIDENT_NOTICES, _way(event), {"overdue": True})
        case IncidentAcknowledged() as event:
            said = {"acknowledged_by": event.acknowledged_by, "acknowledged_at": recorded.time}
            yield Update(INCIDENT_NOTICES, _way(event), said)
        case _:
            pass


def _incident(recorded: Recorded, event: Incident) -> dict[str, object]:
    return {
        "incident": incident_of(event),
        "kind": event.KIND if isinstance(event, IncidentReported) else "death",
        "custody": event.custody,
        "person": event.person,
        "agreement": event.agreement,
        "facility": event.facility,
        "happened_at": happened(event),
        "recorded_at": recorded.recorded_at,
        "reference": event.reference,
        "entry": recorded.ref,
    }


def _way(event: IncidentNotice) -> dict[str, object]:
    return {"incident": event.incident, "party": event.party, "office": event.office}
