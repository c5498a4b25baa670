"""Boarding: a person on a sealed list passes the gate at the door, once."""

from __future__ import annotations

from services.intake.domain import gate
from services.intake.domain.gate import AtTheGate, GateState, Traveller
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.state import ManifestState, Passenger, known, of_the_sender
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from shared.kernel.decider import Decider
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

    traveller: Traveller


def _board(command: BoardPerson, state: GateState) -> tuple[Event, ...]:
    journey = known(state.manifest, command.manifest)
    of_the_sender(journey, command.actor)
    case = command.traveller.case
    one = journey.passenger(case)
    _may_board(case, one, journey)
    day = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    found = gate.everyone(command, (command.traveller,), state, day)
    if found:

        def refused(refusal: Refusal) -> Event:
            return BoardingRefused(
                manifest=journey.manifest,
                agreement=journey.agreement,
                case=case,
                person=one.person,
                refusal=refusal,
            )

        raise gate.closed(found).on_record(refused)
    return (
        PersonBoarded(
            manifest=journey.manifest, agreement=journey.agreement, case=case, person=one.person
        ),
    )


def _may_board(case: CaseId, one: Passenger, journey: ManifestState) -> None:
    if one.status in {"boarded", "offered", "transferred"}:
        raise AlreadyBoarded(f"case {case} is on board already")
    if one.status == "removed":
        raise TakenOffBeforeBoarding(f"case {case} was taken off this manifest")
    if not journey.sealed:
        raise ManifestNotSealed(f"manifest {journey.manifest} is not sealed: seal it first")
    if journey.doors_closed or journey.departed:
        raise DoorsAreClosed(f"the doors of manifest {journey.manifest} are closed")


BOARD_PERSON = Decider(lambda command: gate.boundary(command, (command.traveller,)), _board)
