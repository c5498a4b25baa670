"""A death in custody ends it like any other exit (T7), and has to reach others in hours (G18)."""

from __future__ import annotations

from services.placement.domain.custody.exit import ExitCommand, left
from services.placement.domain.custody.state import CustodyState, standing, stay_of
from services.placement.domain.incident.notices import notices
from shared.contracts.placement import DeathReported
from shared.kernel.codes import Code
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId


class ReportDeath(ExitCommand, frozen=True, kw_only=True):
    """Report that the person died, when, and which paper says so."""

    reference: Code


def _report(command: ReportDeath, state: CustodyState) -> tuple[Event, ...]:
    stay = standing(command, state)
    died = left(command, state, DeathReported, reference=command.reference)
    return (*died, *notices(IncidentId(command.custody), command.ended_at, stay))


REPORT_DEATH = Decider(boundary=stay_of, decide=_report)
