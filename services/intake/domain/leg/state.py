"""What may be done to a leg, and what keeps everybody on board from passing (G1, G4)."""

from __future__ import annotations

from datetime import datetime

from services.intake.domain.agreement import stopped
from services.intake.domain.manifest import gate
from services.intake.domain.manifest.gate import AtTheGate, GateState
from services.intake.domain.manifest.journey import LegState
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.manifest import LegDepartureRefused
from shared.kernel.event import Event
from shared.kernel.ids import agreement_of
from shared.kernel.rejected import Conflict, Finding, Refusal, Unknown


class LegCommand(AtTheGate, frozen=True, kw_only=True):
    """What every command about a leg's departure brings: which leg, counted from 1."""

    leg: int


class LegUnknown(Unknown):
    """The journey has no leg of that number."""


class NobodyOnBoard(Conflict):
    """A leg departs with somebody on board."""


class LegAlreadyDeparted(Conflict):
    """The leg has departed."""


class PreviousLegNotArrived(Conflict):
    """The leg before this one is not at its end yet."""


def leg_of(journey: ManifestState, number: int) -> LegState:
    """How far a leg has come. Raises `LegUnknown`."""
    if not 1 <= number <= len(journey.legs):
        raise LegUnknown(f"manifest {journey.manifest} has legs 1 to {len(journey.legs)}")
    return journey.progress[number - 1]


def leg_that_may_depart(journey: ManifestState, number: int) -> LegState:
    """A leg whose turn it is, with somebody on board; raises the `Conflict` that it is not."""
    leg = leg_of(journey, number)
    if leg.departed is not None:
        raise LegAlreadyDeparted(f"leg {number} departed at {leg.departed.departed_at}")
    if number > 1 and journey.progress[number - 2].arrived is None:
        raise PreviousLegNotArrived(f"leg {number - 1} has not arrived")
    if not journey.cases("boarded"):
        raise NobodyOnBoard(f"nobody is on board of manifest {journey.manifest}")
    return leg


def of_everyone(
    command: LegCommand, state: GateState[ManifestState], *times: datetime
) -> tuple[Finding, ...]:
    """What the gate finds of everybody on board, on the later of now and the journey's times, who
    of them is to be brought back (D7), and whether a return was practised before the departure
    (G24).
    """
    agreement = agreement_of(state.journey.agreement)
    return (
        *gate.everyone(command, state, gate.day_at_the_gate(command.now, *times)),
        *(
            finding
            for case in state.journey.cases("boarded")
            for finding in state.journey.passenger(case).goes_back
        ),
        *stopped.undrilled(state.agreement, agreement, command.day),
    )


def pass_or_refuse(
    command: LegCommand, journey: ManifestState, findings: tuple[Finding, ...]
) -> None:
    """Raise the refusal that these findings make, on record (G4)."""
    if not findings:
        return

    def refused(refusal: Refusal) -> Event:
        return LegDepartureRefused(
            manifest=journey.manifest,
            agreement=journey.agreement,
            leg=command.leg,
            refusal=refusal,
        )

    raise gate.closed(findings).on_record(refused)
