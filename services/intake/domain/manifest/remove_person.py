"""Taking a person off a manifest: before departure, from the plane too, and at a stopover.

Who is off there is in named custody, and the sending state answers for them: nobody is lost (G13).
"""

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
from shared.contracts.manifest import Custodian, PersonRemoved
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict, Finding, Refusal, RuleBroken


class AlreadyDeparted(Conflict):
    """The person is in the air, or where the journey ends: only a return brings them back."""


class NobodyTakesThemOver(RuleBroken):
    """Who is taken off at a stopover is held there by somebody who is named (G13)."""

    RULE = "G13"


class HeldByTheSender(Conflict):
    """Before its departure the sending state has everybody: no custodian takes them over."""


class RemovePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Take a person off: from the plane too, which opens its doors again."""

    manifest: ManifestId
    case: CaseId
    no_place: Refusal | None = None
    """Why placement holds none, where that is the cause (G19)."""
    custodian: Custodian | None = None
    """At a stopover who holds them from now on."""
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
    _may_leave(command, journey, passenger)
    if command.no_place is not None:
        about = removal.of(journey, command.case, passenger.person)
        return (PersonRemoved(**about, cause="no-place", no_place=command.no_place),)
    on = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    (off,) = removal.of_each(state.gate, day_of(command.now), on, "requested", passenger.goes_back)
    return (msgspec.structs.replace(off, custodian=command.custodian),)


def _may_leave(command: RemovePerson, journey: Journey, passenger: Passenger) -> None:
    """Before the journey everybody; on the way whoever is on board, where it stops over."""
    case, named = command.case, command.custodian
    if passenger.status not in {"listed", "boarded"}:
        raise AlreadyDeparted(f"case {case} has departed: it takes a return order now")
    if passenger.status == "listed" or not journey.departed:
        if named is not None:
            raise HeldByTheSender(f"case {case} has not departed: name no custodian")
        return
    stopover = journey.stopped_over
    if stopover is None:
        raise AlreadyDeparted(
            f"case {case} has departed and is at no stopover: it takes a return order now"
        )
    # The receiving state has nobody before a handover (G13): there the sender's own people do.
    holding = sorted({journey.sending, stopover} - {journey.receiving})
    if named is None or named.party not in holding or named.responsible_state != journey.sending:
        missing = (
            f"a custodian of {' or '.join(holding)}, and {journey.sending} as the responsible state"
        )
        raise NobodyTakesThemOver(
            f"name {missing}", findings=(Finding(rule="G13", missing=missing),)
        )


REMOVE_PERSON = Decider(_boundary, _remove)
