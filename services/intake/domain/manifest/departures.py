"""Whether placement has suspended the facility that a journey goes to (G17; D12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, FacilityId
from shared.kernel.rejected import Conflict, Finding, RuleBroken


class FacilityIsSuspended(RuleBroken):
    """Nobody departs to a facility that placement has suspended (G17)."""

    RULE = "G17"


NEXT_STEP = (
    "the facility is suspended until the monitor reports and whoever suspended it takes that back:"
    " plan a journey to another one; returns, releases and care go on"
)
"""What to do next about it."""


class FollowedAlready(Conflict):
    """Intake knows that already: the gate is closed, or open."""


class Departures(msgspec.Struct, frozen=True):
    """The suspension that closed the gate of a facility, while it does, and those before it."""

    stopped: DeparturesStopped | None = None
    resumed: tuple[tuple[DeparturesStopped, datetime], ...] = ()
    """Each that ended, and when: a departure that is told late may have been under one."""


class AboutDepartures(msgspec.Struct, frozen=True, kw_only=True):
    """Placement recorded something of a facility."""

    facility: FacilityId
    because: EntryRef
    at: datetime
    """When placement's entry says that it happened."""


class StopDepartures(AboutDepartures, frozen=True, kw_only=True):
    """Placement recorded that a facility is suspended."""


class ResumeDepartures(AboutDepartures, frozen=True, kw_only=True):
    """Placement recorded that a facility is reinstated."""


def evolve(state: Departures, event: Event) -> Departures:
    """After one more event that names the facility."""
    match event:
        case DeparturesStopped():
            return Departures(event, state.resumed)
        case DeparturesResumed():
            ended = ((state.stopped, event.resumed_at),) if state.stopped else ()
            return Departures(resumed=(*state.resumed, *ended))
        case _:
            return state


def fold(facility: FacilityId) -> Fold[Departures]:
    """Whether the gate of a facility is closed."""
    return Fold(
        name=f"departures/{facility}",
        alternatives=(on(DeparturesStopped, DeparturesResumed, facility=facility),),
        initial=Departures(),
        evolve=evolve,
    )


def findings(facility: FacilityId, state: Departures) -> Iterator[Finding]:
    """What closes the gate of a facility."""
    if state.stopped is not None:
        missing = f"a facility that is not suspended: {facility} is, by {state.stopped.suspension}"
        yield Finding(
            rule=FacilityIsSuspended.RULE, missing=missing, evidence=f"facility/{facility}"
        )


def were_stopped(facility: FacilityId, state: Departures, at: datetime) -> Iterator[Finding]:
    """What had closed the gate of a facility at a moment and has ended since."""
    for stopped, resumed_at in state.resumed:
        if stopped.stopped_at <= at < resumed_at:
            was = f"{facility} was, at {at.isoformat()}, by {stopped.suspension}"
            yield Finding(
                rule=FacilityIsSuspended.RULE,
                missing=f"a facility that was not suspended: {was}",
                evidence=f"facility/{facility}",
            )


def _of(command: AboutDepartures) -> Boundary[Departures]:
    return only(fold(command.facility))


def _stop(command: StopDepartures, state: Departures) -> tuple[Event, ...]:
    if state.stopped:
        raise FollowedAlready(f"departures to {command.facility} are stopped already")
    stopped = DeparturesStopped(
        facility=command.facility, suspension=command.because, stopped_at=command.at
    )
    return (stopped,)


def _resume(command: ResumeDepartures, state: Departures) -> tuple[Event, ...]:
    if state.stopped is None:
        raise FollowedAlready(f"departures to {command.facility} are not stopped")
    resumed = DeparturesResumed(
        facility=command.facility, reinstatement=command.because, resumed_at=command.at
    )
    return (resumed,)


STOP_DEPARTURES = Decider(boundary=_of, decide=_stop)
RESUME_DEPARTURES = Decider(boundary=_of, decide=_resume)
