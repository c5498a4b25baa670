"""A death in custody ends it like any other exit (T7), has to reach others in hours (G18), and
suspends the facility, whatever state that is in (G17).
"""

from __future__ import annotations

from services.placement.domain.custody.exit import ExitCommand, left
from services.placement.domain.custody.state import CustodyState, standing, stay_of
from services.placement.domain.incident.notices import notices
from shared.contracts.facility_course import FacilitySuspended
from shared.contracts.placement import DeathReported
from shared.kernel.codes import Code
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId


class ReportDeath(ExitCommand, frozen=True, kw_only=True):
    """Report that the person died, when, and which paper says so."""

    reference: Code


def _report(command: ReportDeath, state: CustodyState) -> tuple[Event, ...]:
    stay = standing(command, state)
    died = left(command, state, DeathReported, reference=command.reference)
    incident = IncidentId(command.custody)
    suspended = FacilitySuspended(
        facility=stay.facility,
        ground="death",
        since=utc_date(command.now),
        suspended_by=str(command.actor),
        incident=incident,
        reference=command.reference,
    )
    return (*died, *notices(incident, command.ended_at, stay), suspended)


REPORT_DEATH = Decider(boundary=stay_of, decide=_report)
