"""The doors close: a departure is authorised for everybody on board."""

from __future__ import annotations

from services.intake.domain.leg.state import (
    LegCommand,
    leg_that_may_depart,
    of_everyone,
    pass_or_refuse,
)
from services.intake.domain.manifest.gate import GateState, everyone_with
from services.intake.domain.manifest.journey import of_the_sender
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.manifest import LegDepartureAuthorised
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class DepartureAlreadyAuthorised(Conflict):
    """The doors are closed, with exactly these persons on board."""


class AuthorisedBeforeBoarding(Conflict):
    """The doors close behind whoever is on board, not before."""


class AuthoriseLeg(LegCommand, frozen=True, kw_only=True):
    """Doors closed, with everybody on board."""


def _authorise(command: AuthoriseLeg, state: GateState[ManifestState]) -> tuple[Event, ...]:
    journey = state.journey
    of_the_sender(journey, command.actor)
    leg = leg_that_may_depart(journey, command.leg)
    if leg.authorised is not None:
        raise DepartureAlreadyAuthorised(f"leg {command.leg} is authorised already: depart it")
    planned = journey.legs[command.leg - 1].planned_departure
    findings = of_everyone(command, state, planned)
    pass_or_refuse(command, journey, findings)
    _behind_everybody(command, journey)
    return (
        LegDepartureAuthorised(
            manifest=journey.manifest,
            agreement=journey.agreement,
            leg=command.leg,
            cases=journey.cases("boarded"),
            authorised_by=str(command.actor),
            authorised_at=command.at,
        ),
    )


def _behind_everybody(command: AuthoriseLeg, journey: ManifestState) -> None:
    """Raise `AuthorisedBeforeBoarding` for a minute at which somebody was not on board yet (G4)."""
    aboard = (journey.passenger(case).boarded for case in journey.cases("boarded"))
    last = max(boarding.boarded_at for boarding in aboard if boarding is not None)
    if command.at < last:
        raise AuthorisedBeforeBoarding(
            f"the last on board boarded at {last.isoformat()}: give that minute, or a later one"
        )


AUTHORISE_LEG = Decider(lambda command: everyone_with(command.manifest, "boarded"), _authorise)
