"""An office says that an incident has reached it (G18)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.placement.domain.incident import state as incidents
from services.placement.domain.incident.state import IncidentIsUnknown, IncidentState
from shared.contracts.incident import IncidentAcknowledged
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId
from shared.kernel.rejected import Conflict, NotAllowed


class NotAddressed(NotAllowed):
    """Each office acknowledges for itself, and only what has to reach it."""

    RULE = "G18"


class AcknowledgedAlready(Conflict):
    """The office has said so."""


class AcknowledgeIncident(msgspec.Struct, frozen=True, kw_only=True):
    """Say, for one's own office, that an incident has reached it."""

    incident: IncidentId
    actor: Actor
    now: datetime


def _acknowledge(command: AcknowledgeIncident, state: IncidentState) -> tuple[Event, ...]:
    if not state.notices:
        raise IncidentIsUnknown(f"there is no incident {command.incident}: check the id")
    actor = command.actor
    notice = state.to(actor.party, actor.office)
    if notice is None:
        named = ", ".join(f"{known.told.party} {known.told.office}" for known in state.notices)
        raise NotAddressed(
            f"incident {command.incident} has to reach {named}: {actor.party} {actor.office} cannot"
            " acknowledge it for them"
        )
    if notice.acknowledged:
        raise AcknowledgedAlready(f"{actor.party} {actor.office} has acknowledged it already")
    told = notice.told
    return (
        IncidentAcknowledged(
            custody=told.custody,
            person=told.person,
            agreement=told.agreement,
            facility=told.facility,
            incident=told.incident,
            party=told.party,
            office=told.office,
            acknowledged_by=str(actor),
        ),
    )


ACKNOWLEDGE_INCIDENT = Decider(
    boundary=lambda command: only(incidents.fold(command.incident)), decide=_acknowledge
)
