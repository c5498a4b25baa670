"""An escape, and that the person was taken again: neither ends the custody (G18)."""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody.state import (
    CustodyCommand,
    CustodyState,
    standing,
    stay_of,
)
from services.placement.domain.incident.report_incident import (
    IncidentCommand,
    IncidentOutsideCustody,
    happened_in,
    told,
)
from shared.contracts.incident import EscapeReported, Recaptured
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class EscapedAlready(Conflict):
    """The person is at large already."""


class NotAtLarge(Conflict):
    """Nobody has reported that the person escaped."""


class ReportEscape(IncidentCommand, frozen=True, kw_only=True):
    """Report that a person in custody escaped."""


class RecordRecapture(CustodyCommand, frozen=True, kw_only=True):
    """Record that who had escaped is back."""

    recaptured_at: datetime


def _escape(command: ReportEscape, state: CustodyState) -> tuple[Event, ...]:
    stay = standing(command, state)
    if state.escaped:
        raise EscapedAlready(
            f"incident {state.escaped.incident} says so: record that the person is back first"
        )
    happened_in(command.happened_at, command, state)
    return told(command, stay, EscapeReported)


def _recapture(command: RecordRecapture, state: CustodyState) -> tuple[Event, ...]:
    stay = standing(command, state)
    if state.escaped is None:
        raise NotAtLarge("no escape is on record: report it first, or count the person")
    happened_in(command.recaptured_at, command, state)
    if command.recaptured_at < state.escaped.happened_at:
        raise IncidentOutsideCustody(
            f"the person escaped at {state.escaped.happened_at.isoformat()}: give a later time"
        )
    return (
        Recaptured(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            recaptured_at=command.recaptured_at,
        ),
    )


REPORT_ESCAPE = Decider(boundary=stay_of, decide=_escape)
RECORD_RECAPTURE = Decider(boundary=stay_of, decide=_recapture)
