"""A death in custody ends it like any other exit (T7); who is told of it is another rule (G18)."""

from __future__ import annotations

from services.placement.domain.custody.exit import ExitCommand, left
from services.placement.domain.custody.state import CustodyState, stay_of
from shared.contracts.placement import DeathReported
from shared.kernel.codes import Code
from shared.kernel.decider import Decider
from shared.kernel.event import Event


class ReportDeath(ExitCommand, frozen=True, kw_only=True):
    """Report that the person died, when, and which paper says so."""

    reference: Code


def _report(command: ReportDeath, state: CustodyState) -> tuple[Event, ...]:
    return left(command, state, DeathReported, reference=command.reference)


REPORT_DEATH = Decider(boundary=stay_of, decide=_report)
