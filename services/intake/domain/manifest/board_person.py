"""Boarding: a person on a sealed list passes the gate at the door, once."""

from __future__ import annotations

import msgspec

from services.intake.domain.clearance.state import Traveller
from services.intake.domain.manifest import gate
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import AtTheGate, GateState
from services.intake.domain.manifest.journey import Journey, of_the_sender
from services.intake.domain.manifest.passenger import Passenger
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Conflict, Refusal


class ManifestNotSealed(Conflict):
    """Nobody boards while the list may still change."""


class AlreadyBoarded(Conflict):
    """The person is on board."""


class TakenOffBeforeBoarding(Conflict):
    """The person was taken off the list."""


class DoorsAreClosed(Conflict):
    """The departure is authorised for those on board, or has taken place."""


class BoardPerson(AtTheGate, frozen=True, kw_only=True):
    """Let a person on board."""

    case: CaseId


class BoardingState(msgspec.Struct, frozen=True):
    """One passenger, and what lets them pass or not: nothing of the others on the manifest."""

    passenger: Passenger
    gate: GateState[Journey]


def _boundary(command: BoardPerson) -> Reading[BoardingState]:
    journey, listed = yield from together(
        journeys.fold(command.manifest), passengers.fold(command.manifest, command.case)
    )
    journey = journeys.known(journey, command.manifest)
    passenger = passengers.known(listed, command.manifest, command.case)
    passing = yield from gate.passing(journey, Traveller(command.case, passenger.person))
    return BoardingState(passenger, passing)


def _board(command: BoardPerson, state: BoardingState) -> tuple[Event, ...]:
    journey, case, person = state.gate.journey, command.case, state.passenger.person
    of_the_sender(journey, command.actor)
    _may_board(case, state.passenger, journey)
    day = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    findings = gate.everyone(command, state.gate, day)
    if findings:

        def refused(refusal: Refusal) -> Event:
            return BoardingRefused(
                manifest=journey.manifest,
                agreement=journey.agreement,
                case=case,
                person=person,
                refusal=refusal,
            )

        raise gate.closed(findings).on_record(refused)
    return (
        PersonBoarded(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=case,
            person=person,
            boarded_at=command.at,
        ),
    )


def _may_board(case: CaseId, passenger: Passenger, journey: Journey) -> None:
    if passenger.status in {"boarded", "offered", "transferred", "refused", "returned"}:
        raise AlreadyBoarded(f"case {case} is on board already")
    if passenger.status == "removed":
        raise TakenOffBeforeBoarding(f"case {case} was taken off this manifest")
    if not journey.sealed:
        raise ManifestNotSealed(f"manifest {journey.manifest} is not sealed: seal it first")
    if journey.doors_closed or journey.departed:
        raise DoorsAreClosed(f"the doors of manifest {journey.manifest} are closed")


BOARD_PERSON = Decider(_boundary, _board)
