"""A leg: authorised when the doors are closed, departed by another subject, arrived.

The gate runs at both, for everybody on board and for every leg, so that a hold which arrives
between the two still stops the departure (G4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from services.intake.domain.manifest import gate
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import AtTheGate, GateState, everyone_with
from services.intake.domain.manifest.journey import LegState, known, of_the_sender
from services.intake.domain.manifest.state import ManifestState
from services.intake.domain.parties import same_subject
from shared.contracts.manifest import (
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    LegDepartureRefused,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import ManifestId
from shared.kernel.rejected import Conflict, Finding, NotAllowed, Refusal, Unknown

EARLIEST = timedelta(days=1)
"""How long before its plan a leg may depart."""


class LegUnknown(Unknown):
    """The journey has no leg of that number."""


class NobodyOnBoard(Conflict):
    """A leg departs with somebody on board."""


class DepartureAlreadyAuthorised(Conflict):
    """The doors are closed, with exactly these persons on board."""


class DepartureNotAuthorised(Conflict):
    """Nothing departs before the sending state's central authority has said so."""


class LegAlreadyDeparted(Conflict):
    """The leg has departed."""


class LegAlreadyArrived(Conflict):
    """The leg has arrived."""


class LegNotDeparted(Conflict):
    """What has not departed cannot arrive."""


class PreviousLegNotArrived(Conflict):
    """The leg before this one is not at its end yet."""


class DepartedBeforePlan(Conflict):
    """Every gate on the way here was passed for the day that was planned."""


class ArrivedBeforeDeparture(Conflict):
    """An arrival is later than its departure."""


class OneSubjectForBoth(NotAllowed):
    """Requester and approver are never the same subject: who authorised does not depart."""


class AuthoriseLeg(AtTheGate, frozen=True, kw_only=True):
    """Doors closed, with everybody on board."""

    leg: int


class DepartLeg(AtTheGate, frozen=True, kw_only=True):
    """Depart an authorised leg: whoever was listed and did not board is taken off by it."""

    leg: int
    departed_at: datetime

    @property
    def day(self) -> date:
        """The day of the departure, in UTC."""
        return self.departed_at.astimezone(UTC).date()


class ArriveLeg(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a leg arrived."""

    manifest: ManifestId
    leg: int
    arrived_at: datetime
    now: datetime
    actor: Actor


def _authorise(command: AuthoriseLeg, state: GateState[ManifestState]) -> tuple[Event, ...]:
    journey = state.journey
    of_the_sender(journey, command.actor)
    leg = _ready(journey, command.leg)
    if leg.authorised is not None:
        raise DepartureAlreadyAuthorised(f"leg {command.leg} is authorised already: depart it")
    planned = journey.legs[command.leg - 1].planned_departure
    found = _of_everyone(command, state, planned)
    _pass_or_refuse(command, journey, found)
    return (
        LegDepartureAuthorised(
            manifest=journey.manifest,
            agreement=journey.agreement,
            leg=command.leg,
            cases=journey.cases("boarded"),
            authorised_by=str(command.actor),
        ),
    )


def _depart(command: DepartLeg, state: GateState[ManifestState]) -> tuple[Event, ...]:
    journey = state.journey
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.departed_at, command.now)
    leg = _ready(journey, command.leg)
    if leg.authorised is None:
        raise DepartureNotAuthorised(
            f"leg {command.leg} is not authorised for those on board: have it authorised"
        )
    if same_subject(leg.authorised.authorised_by, command.actor):
        raise OneSubjectForBoth("who authorised this leg does not depart it: another subject must")
    planned = journey.legs[command.leg - 1].planned_departure
    _pass_or_refuse(command, journey, _at_departure(command, state, planned))
    if command.departed_at < planned - EARLIEST:
        raise DepartedBeforePlan(
            f"leg {command.leg} was planned for {planned.isoformat()}: plan the earlier journey"
        )
    departed = LegDeparted(
        manifest=journey.manifest,
        agreement=journey.agreement,
        leg=command.leg,
        cases=journey.cases("boarded"),
        departed_at=command.departed_at,
    )
    return (departed, *_left_behind(journey))


def _at_departure(
    command: DepartLeg, state: GateState[ManifestState], planned: datetime
) -> tuple[Finding, ...]:
    """What is in the way now and as planned; if nothing is, what was on the day of departure: a
    departure that is reported later was no less bound by what was not yet in force (G4).
    """
    found = _of_everyone(command, state, planned, command.departed_at)
    return found or gate.everyone(command, state, command.day)


def _left_behind(journey: ManifestState) -> Iterator[Event]:
    """Whoever was listed and is not on board is off this manifest: the place that was held for them
    is free, and another journey can take them (G19).
    """
    for case in journey.cases("listed"):
        yield PersonRemoved(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=case,
            person=journey.passenger(case).person,
            facility=journey.facility,
            reason="requested",
        )


def _arrive(command: ArriveLeg, state: ManifestState | None) -> tuple[Event, ...]:
    journey = known(state, command.manifest)
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.arrived_at, command.now)
    leg = _leg(journey, command.leg)
    if leg.arrived is not None:
        raise LegAlreadyArrived(f"leg {command.leg} arrived at {leg.arrived.arrived_at}")
    if leg.departed is None:
        raise LegNotDeparted(f"leg {command.leg} has not departed")
    if command.arrived_at <= leg.departed.departed_at:
        raise ArrivedBeforeDeparture(f"the leg departed at {leg.departed.departed_at}, not later")
    return (
        LegArrived(
            manifest=journey.manifest,
            agreement=journey.agreement,
            leg=command.leg,
            cases=leg.departed.cases,
            arrived_at=command.arrived_at,
        ),
    )


def _leg(journey: ManifestState, number: int) -> LegState:
    if not 1 <= number <= len(journey.legs):
        raise LegUnknown(f"manifest {journey.manifest} has legs 1 to {len(journey.legs)}")
    return journey.progress[number - 1]


def _ready(journey: ManifestState, number: int) -> LegState:
    leg = _leg(journey, number)
    if leg.departed is not None:
        raise LegAlreadyDeparted(f"leg {number} departed at {leg.departed.departed_at}")
    if number > 1 and journey.progress[number - 2].arrived is None:
        raise PreviousLegNotArrived(f"leg {number - 1} has not arrived")
    if not journey.cases("boarded"):
        raise NobodyOnBoard(f"nobody is on board of manifest {journey.manifest}")
    return leg


def _of_everyone(
    command: AuthoriseLeg | DepartLeg, state: GateState[ManifestState], *times: datetime
) -> tuple[Finding, ...]:
    return gate.everyone(command, state, gate.day_at_the_gate(command.now, *times))


def _pass_or_refuse(
    command: AuthoriseLeg | DepartLeg, journey: ManifestState, found: tuple[Finding, ...]
) -> None:
    if not found:
        return

    def refused(refusal: Refusal) -> Event:
        return LegDepartureRefused(
            manifest=journey.manifest,
            agreement=journey.agreement,
            leg=command.leg,
            refusal=refusal,
        )

    raise gate.closed(found).on_record(refused)


AUTHORISE_LEG = Decider(lambda command: everyone_with(command.manifest, "boarded"), _authorise)
DEPART_LEG = Decider(lambda command: everyone_with(command.manifest, "boarded"), _depart)
ARRIVE_LEG = Decider(lambda command: only(manifests.fold(command.manifest)), _arrive)
