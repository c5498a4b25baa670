"""Putting a cleared person on a manifest, through the gate; one journey at a time."""

from __future__ import annotations

from functools import partial

import msgspec

from services.intake.domain.case import state as cases
from services.intake.domain.clearance.state import Traveller
from services.intake.domain.manifest import gate
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import passenger as passengers
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import AtTheGate, GateState
from services.intake.domain.manifest.journey import Journey, of_the_sender
from services.intake.domain.manifest.passenger import Passenger, PersonNotOnManifest
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import ManifestingRefused, PersonManifested, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted, RecallOrdered
from shared.kernel.decider import Decider, Fold, Reading, on, together
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, PersonId
from shared.kernel.rejected import Conflict, Refusal


class AlreadyOnManifest(Conflict):
    """A person is on one journey at a time, whatever cases there are."""


class TakenOffManifest(Conflict):
    """A case comes onto a manifest once: the place that was held for it is being given up."""


class ManifestIsSealed(Conflict):
    """The list is closed."""


class ListingState(msgspec.Struct, frozen=True):
    """The journeys that a person is on: one at most, unless two persons turned out to be one."""

    journeys: tuple[PersonManifested, ...] = ()
    recalled: frozenset[CaseId] = frozenset()
    """Whose journey is not over before they are back, also when they are off it (D2)."""


def evolve(state: ListingState, event: Event) -> ListingState:
    """The person's journeys after one more event; a transfer ends one."""
    match event:
        case PersonManifested():
            return ListingState((*state.journeys, event), state.recalled)
        case RecallOrdered():
            return ListingState(state.journeys, state.recalled | {event.case})
        case PersonRemoved() if event.case in state.recalled:
            return state
        case PersonRemoved() | CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted():
            others = (listed for listed in state.journeys if listed.case != event.case)
            return ListingState(tuple(others), state.recalled - {event.case})
        case _:
            return state


def fold(*pseudonyms: PersonId) -> Fold[ListingState]:
    """Every journey that a person was put on, whatever the case and the pseudonym (G12)."""
    of_journeys = (
        PersonManifested,
        PersonRemoved,
        CaseTransferred,
        CaseRefusedAtArrival,
        RecallOrdered,
        RecallCompleted,
    )
    return Fold(
        name=f"passenger/{'/'.join(pseudonyms)}",
        alternatives=tuple(on(*of_journeys, person=person) for person in pseudonyms),
        initial=ListingState(),
        evolve=evolve,
    )


class ManifestPerson(AtTheGate, frozen=True, kw_only=True):
    """Put a cleared person on a manifest; `substitute_for` names the case that they replace."""

    case: CaseId
    substitute_for: CaseId | None = None


class ManifestingState(msgspec.Struct, frozen=True):
    """What the gate reads, the person's other pseudonyms, their place on this manifest and the
    journeys that they are on.
    """

    gate: GateState[Journey]
    pseudonyms: tuple[PersonId, ...]
    on_this: Passenger | None
    replaced: Passenger | None
    listing: ListingState


def _boundary(command: ManifestPerson) -> Reading[ManifestingState]:
    journey, case, on_this = yield from together(
        journeys.fold(command.manifest),
        cases.fold(command.case),
        passengers.fold(command.manifest, command.case),
    )
    journey = journeys.known(journey, command.manifest)
    person = cases.proposal(case, command.case).person
    passing = yield from gate.passing(journey, Traveller(command.case, person))
    (cleared,) = passing.clearances
    pseudonyms = cleared.likenesses.aliases(person)
    listing, replaced = yield from together(
        fold(person, *pseudonyms),
        passengers.fold(command.manifest, command.substitute_for or command.case),
    )
    return ManifestingState(passing, pseudonyms, on_this, replaced, listing)


def _manifest(command: ManifestPerson, state: ManifestingState) -> tuple[Event, ...]:
    journey, (traveller,) = state.gate.journey, state.gate.people
    of_the_sender(journey, command.actor)
    _not_twice(command.case, state)
    if command.substitute_for is not None and state.replaced is None:
        raise PersonNotOnManifest(
            f"nobody to substitute: case {command.substitute_for} was never on this manifest"
        )
    day = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    findings = gate.everyone(command, state.gate, day)
    if findings:
        raise gate.closed(findings).on_record(partial(_refused, command, journey, traveller.person))
    if journey.sealed:
        raise ManifestIsSealed(f"manifest {journey.manifest} is sealed: open another journey")
    return (
        PersonManifested(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=traveller.person,
            facility=journey.facility,
            sending=journey.sending,
            receiving=journey.receiving,
            substitute_for=command.substitute_for,
            pseudonyms=state.pseudonyms,
        ),
    )


def _refused(
    command: ManifestPerson, journey: Journey, person: PersonId, refusal: Refusal
) -> ManifestingRefused:
    return ManifestingRefused(
        manifest=journey.manifest,
        agreement=journey.agreement,
        case=command.case,
        person=person,
        refusal=refusal,
        substitute_for=command.substitute_for,
    )


def _not_twice(case: CaseId, state: ManifestingState) -> None:
    for listed in state.listing.journeys:
        raise AlreadyOnManifest(
            f"the person is on manifest {listed.manifest} with case {listed.case}, as"
            f" {listed.person}: take them off there first, or say that a recall is completed"
        )
    if state.on_this is not None:
        raise TakenOffManifest(
            f"case {case} was taken off this manifest: put it on another journey"
        )


MANIFEST_PERSON = Decider(_boundary, _manifest)
