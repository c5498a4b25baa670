"""Taking a person off a manifest before departure; from the plane too."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.agreement.term import day_of
from services.intake.domain.clearance.state import Traveller
from services.intake.domain.manifest import gate, removal
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import GateState
from services.intake.domain.manifest.journey import Journey, of_the_sender
from services.intake.domain.manifest.on_manifest import OnManifest
from services.intake.domain.manifest.passenger import Passenger
from services.intake.domain.manifest.put_on import TakenOffManifest
from shared.contracts.manifest import PersonRemoved
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict, Refusal


class AlreadyDeparted(Conflict):
    """The person is on the way: only a return brings them back."""


class RemovePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Take a person off before departure; from the plane too, which opens its doors again."""

    manifest: ManifestId
    case: CaseId
    no_place: Refusal | None = None
    """Why placement holds none, where that is the cause (G19)."""
    now: datetime
    actor: Actor


class RemovalState(msgspec.Struct, frozen=True):
    """Who is taken off, and what stands against their departure."""

    gate: GateState[Journey]
    passenger: Passenger


def _boundary(command: RemovePerson) -> Reading[RemovalState]:
    read = yield from together(
        journeys.fold(command.manifest), passengers.fold(command.manifest, command.case)
    )
    journey, passenger = OnManifest(*read).known(command.manifest, command.case)
    passing = yield from gate.passing(journey, Traveller(command.case, passenger.person))
    return RemovalState(passing, passenger)


def _remove(command: RemovePerson, state: RemovalState) -> tuple[Event, ...]:
    journey, passenger = state.gate.journey, state.passenger
    if command.no_place is None:
        of_the_sender(journey, command.actor)
    if passenger.status == "removed":
        raise TakenOffManifest(f"case {command.case} is off this manifest already")
    if passenger.status in {"offered", "transferred", "refused", "returned"} or (
        passenger.status == "boarded" and journey.departed
    ):
        raise AlreadyDeparted(f"case {command.case} has departed: it takes a return order now")
    if command.no_place is not None:
        about = removal.of(journey, command.case, passenger.person)
        return (PersonRemoved(**about, cause="no-place", no_place=command.no_place),)
    on = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    return removal.of_each(state.gate, day_of(command.now), on, "requested")


REMOVE_PERSON = Decider(_boundary, _remove)
