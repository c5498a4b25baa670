"""A state reports how many of a facility's places it uses for its own."""

from __future__ import annotations

from datetime import date

from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityState,
    require_own,
    site,
)
from shared.contracts.facility import OwnPopulationReported
from shared.kernel.dates import local_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, RuleBroken


class NewerCountStands(Conflict):
    """The same count, or one of a later day, is recorded already."""


class CountedInTheFuture(RuleBroken):
    """A count is a fact, so its day has begun."""

    RULE = "G14"


class ReportOwnPopulation(FacilityCommand, frozen=True, kw_only=True):
    """Report how many places the state uses for its own."""

    count: int
    counted_on: date


def _report(command: ReportOwnPopulation, state: FacilityState) -> tuple[Event, ...]:
    require_own(state.country, command.facility, command.actor)
    if command.counted_on > local_date(command.now, state.timezone):
        raise CountedInTheFuture(f"{command.counted_on} has not begun at the facility")
    stands = state.counted_on
    known = (stands, state.own_population) == (command.counted_on, command.count)
    if known or (stands and stands > command.counted_on):
        raise NewerCountStands(
            f"{state.own_population} were counted on {stands}: report another count, or a later one"
        )
    return (
        OwnPopulationReported(
            facility=command.facility, count=command.count, counted_on=command.counted_on
        ),
    )


REPORT_OWN_POPULATION = Decider(boundary=site, decide=_report)
