"""A leg arrives, after it departed and once."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.leg.state import leg_of
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.journey import known, of_the_sender
from services.intake.domain.manifest.state import ManifestState
from shared.contracts.manifest import LegArrived
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import ManifestId
from shared.kernel.rejected import Conflict


class LegAlreadyArrived(Conflict):
    """The leg has arrived."""


class LegNotDeparted(Conflict):
    """What has not departed cannot arrive."""


class ArrivedBeforeDeparture(Conflict):
    """An arrival is later than its departure."""


class ArriveLeg(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a leg arrived."""

    manifest: ManifestId
    leg: int
    arrived_at: datetime
    now: datetime
    actor: Actor


def _arrive(command: ArriveLeg, state: ManifestState | None) -> tuple[Event, ...]:
    journey = known(state, command.manifest)
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.arrived_at, command.now)
    leg = leg_of(journey, command.leg)
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


ARRIVE_LEG = Decider(lambda command: only(manifests.fold(command.manifest)), _arrive)
