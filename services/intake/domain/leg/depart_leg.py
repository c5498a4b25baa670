"""A leg departs, authorised by another subject, with everybody through the gate (G1, G4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from services.intake.domain.leg.state import (
    LegCommand,
    leg_that_may_depart,
    of_everyone,
    pass_or_refuse,
)
from services.intake.domain.manifest import gate, removal
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import GateState, everyone_with
from services.intake.domain.manifest.journey import of_the_sender
from services.intake.domain.manifest.state import ManifestState
from services.intake.domain.parties import same_subject
from shared.contracts.manifest import LegDeparted, LegDepartureAuthorised, PersonRemoved
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, Finding, NotAllowed

EARLIEST = timedelta(days=1)
"""How long before its plan a leg may depart."""


class DepartureNotAuthorised(Conflict):
    """Nothing departs before the sending state's central authority has said so."""


class DepartedBeforePlan(Conflict):
    """Every gate on the way here was passed for the day that was planned."""


class DepartedBeforeArrival(Conflict):
    """A leg departs after the one before it arrived: what it was under began no earlier."""


class DepartedBeforeAuthorisation(Conflict):
    """A leg departs behind closed doors: what it was under began no earlier (G3)."""


class OneSubjectForBoth(NotAllowed):
    """Requester and approver are never the same subject: who authorised does not depart."""


class DepartLeg(LegCommand, frozen=True, kw_only=True):
    """Depart an authorised leg: whoever was listed and did not board is taken off by it."""

    departed_at: datetime

    @property
    def day(self) -> date:
        """The day of the departure, in UTC."""
        return self.departed_at.astimezone(UTC).date()


def _depart(command: DepartLeg, state: GateState[ManifestState]) -> tuple[Event, ...]:
    journey, on_board = state.journey, gate.of_those(state, "boarded")
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.departed_at, command.now)
    leg = leg_that_may_depart(journey, command.leg)
    _after_the_leg_before(command, journey)
    if leg.authorised is None:
        raise DepartureNotAuthorised(
            f"leg {command.leg} is not authorised for those on board: have it authorised"
        )
    if same_subject(leg.authorised.authorised_by, command.actor):
        raise OneSubjectForBoth("who authorised this leg does not depart it: another subject must")
    planned = journey.legs[command.leg - 1].planned_departure
    pass_or_refuse(command, journey, _at_departure(command, on_board, planned))
    if command.departed_at < planned - EARLIEST:
        raise DepartedBeforePlan(
            f"leg {command.leg} was planned for {planned.isoformat()}: plan the earlier journey"
        )
    _behind_closed_doors(command, leg.authorised)
    departed = LegDeparted(
        manifest=journey.manifest,
        agreement=journey.agreement,
        leg=command.leg,
        cases=journey.cases("boarded"),
        departed_at=command.departed_at,
    )
    listed = gate.of_those(state, "listed")
    return (*_left_behind(command, listed, planned), departed)


def _after_the_leg_before(command: DepartLeg, journey: ManifestState) -> None:
    """Raise `DepartedBeforeArrival` for a minute at which they were still on the way here."""
    before = journey.progress[command.leg - 2].arrived if command.leg > 1 else None
    if before is not None and command.departed_at <= before.arrived_at:
        raise DepartedBeforeArrival(
            f"leg {before.leg} arrived at {before.arrived_at.isoformat()}: give a later time"
        )


def _behind_closed_doors(command: DepartLeg, authorised: LegDepartureAuthorised) -> None:
    """Raise `DepartedBeforeAuthorisation` for a minute before an order that the doors closed after:
    telling it so would go round that order (G3).
    """
    closed_at = authorised.authorised_at
    if command.departed_at < closed_at:
        raise DepartedBeforeAuthorisation(
            f"leg {command.leg} was authorised at {closed_at.isoformat()}: give that minute, or a"
            " later one"
        )


def _at_departure(
    command: DepartLeg, state: GateState[ManifestState], planned: datetime
) -> tuple[Finding, ...]:
    """What is in the way now and as planned; if nothing is, what was on the day of departure, or at
    its very minute: a departure that is reported later was no less bound by what was not yet in
    force, or was then and is no more (G4).
    """
    findings = of_everyone(command, state, planned, command.departed_at)
    return (
        findings
        or gate.everyone(command, state, command.day)
        or gate.at_the_minute(state, command.departed_at)
    )


def _left_behind(
    command: DepartLeg, listed: GateState[ManifestState], planned: datetime
) -> tuple[PersonRemoved, ...]:
    """Whoever was listed and is not on board is off this manifest: the place that was held for them
    is free, and another journey can take them (G19).
    """
    on = gate.day_at_the_gate(command.now, planned)
    return removal.of_each(listed, command.day, on, "left-behind")


DEPART_LEG = Decider(lambda command: everyone_with(command.manifest, "boarded", "listed"), _depart)
