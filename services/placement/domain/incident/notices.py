"""Whom an incident has to reach, and by when (G18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.placement.domain.custody.state import Accepted
from shared.contracts.incident import INCIDENT_NOTICE, IncidentNotified
from shared.kernel.actor import INDEPENDENT
from shared.kernel.codes import Office, Party
from shared.kernel.ids import IncidentId


def addressees(stay: Accepted) -> tuple[tuple[Party, Office], ...]:
    """The offices that an incident in a custody has to reach: both states' and the monitor."""
    return (
        (stay.sending, "central-authority"),
        (stay.receiving, "central-authority"),
        (INDEPENDENT, "monitor"),
    )


def notices(
    incident: IncidentId, happened_at: datetime, stay: Accepted
) -> Iterator[IncidentNotified]:
    """A notice to each office that an incident has to reach, due within hours of what happened:
    whoever tells it late has it overdue at once.
    """
    for party, office in addressees(stay):
        yield IncidentNotified(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            incident=incident,
            party=party,
            office=office,
            due_at=happened_at + INCIDENT_NOTICE,
        )
