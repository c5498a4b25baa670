"""Putting a cleared person on a manifest, through the gate; one journey at a time."""

from __future__ import annotations

from functools import partial

import msgspec

from services.intake.domain import gate
from services.intake.domain.agreement import AgreementState
from services.intake.domain.case import state as cases
from services.intake.domain.clearance import ClearanceState
from services.intake.domain.gate import AtTheGate, GateState, Traveller
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.state import (
    ManifestState,
    PersonNotOnManifest,
    known,
    of_the_sender,
)
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    ManifestingRefused,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.decider import Boundary, Decider, Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, PersonId
from shared.kernel.rejected import Conflict, Refusal


class AlreadyOnManifest(Conflict):
    """A person is on one journey at a time, whatever cases there are."""


class TakenOffManifest(Conflict):
    """A case comes onto a manifest once: the place that was held for it is being given up."""


class ManifestIsSealed(Conflict):
    """The list is closed."""


class ListingState(msgspec.Struct, frozen=True):
    """Which journey a person is on, if on any."""

    manifest: ManifestId | None = None
    case: CaseId | None = None


def evolve(state: ListingState, event: Event) -> ListingState:
    """The person's journey after one more event; a transfer ends it."""
    match event:
        case PersonManifested():
            return ListingState(event.manifest, event.case)
        case PersonRemoved() | CaseTransferred() if event.case == state.case:
            return ListingState()
        case _:
            return state


def fold(person: PersonId) -> Fold[ListingState]:
    """Every journey that a person was put on, whatever the case."""
    return Fold(
        name=f"passenger/{person}",
        alternatives=(on(PersonManifested, PersonRemoved, CaseTransferred, person=person),),
        initial=ListingState(),
        evolve=evolve,
    )


class ManifestPerson(AtTheGate, frozen=True, kw_only=True):
    """Put a cleared person on a manifest; `substitute_for` names the case that they replace."""

    traveller: Traveller
    substitute_for: CaseId | None = None


class ManifestingState(msgspec.Struct, frozen=True):
    """What the gate reads, and the journey that the person is on already."""

    gate: GateState
    listing: ListingState

    @staticmethod
    def of(
        journey: ManifestState | None,
        terms: AgreementState,
        cleared: ClearanceState,
        listing: ListingState,
    ) -> ManifestingState:
        """The state from the folds of the boundary, in their order."""
        return ManifestingState(GateState(journey, terms, (cleared,)), listing)


def _manifesting(command: ManifestPerson) -> Boundary[ManifestingState]:
    at_the_gate = gate.boundary(command, (command.traveller,))
    return Boundary((*at_the_gate.folds, fold(command.traveller.person)), ManifestingState.of)


def _manifest(command: ManifestPerson, state: ManifestingState) -> tuple[Event, ...]:
    journey = known(state.gate.manifest, command.manifest)
    of_the_sender(journey, command.actor)
    case = command.traveller.case
    proposed = cases.proposal(state.gate.clearances[0].case, case)
    _not_twice(case, journey, state.listing)
    if command.substitute_for is not None and command.substitute_for not in journey.passengers:
        raise PersonNotOnManifest(
            f"nobody to substitute: case {command.substitute_for} was never on this manifest"
        )
    day = gate.day_at_the_gate(command.now, manifests.next_departure(journey))
    found = gate.everyone(command, (command.traveller,), state.gate, day)
    if found:
        raise gate.closed(found).on_record(partial(_refused, command, journey, proposed.person))
    if journey.sealed:
        raise ManifestIsSealed(f"manifest {journey.manifest} is sealed: open another journey")
    return (
        PersonManifested(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=case,
            person=proposed.person,
            facility=journey.facility,
            sending=journey.sending,
            receiving=journey.receiving,
            substitute_for=command.substitute_for,
        ),
    )


def _refused(
    command: ManifestPerson, journey: ManifestState, person: PersonId, refusal: Refusal
) -> ManifestingRefused:
    return ManifestingRefused(
        manifest=journey.manifest,
        agreement=journey.agreement,
        case=command.traveller.case,
        person=person,
        refusal=refusal,
        substitute_for=command.substitute_for,
    )


def _not_twice(case: CaseId, journey: ManifestState, listing: ListingState) -> None:
    if listing.manifest is not None:
        raise AlreadyOnManifest(
            f"the person is on manifest {listing.manifest} with case {listing.case}:"
            " take them off there first"
        )
    if case in journey.passengers:
        raise TakenOffManifest(
            f"case {case} was taken off this manifest: put it on another journey"
        )


MANIFEST_PERSON = Decider(_manifesting, _manifest)
