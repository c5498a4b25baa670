"""A place is held for a person from the manifest to the handover (D1, G19)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.placement.domain import person_location, suspension
from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import CustodyState
from services.placement.domain.facility import fitness
from services.placement.domain.facility import state as facility_state
from services.placement.domain.facility.agreed_zone import another_zone
from services.placement.domain.facility.free_place import no_place
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.person_location import PersonLocation
from services.placement.domain.suspension import Suspensions
from shared.contracts.placement import PlaceRefused, PlaceReserved
from shared.kernel.codes import Country
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementRef,
    CustodyId,
    FacilityId,
    ManifestId,
    PersonId,
    agreement_of,
)
from shared.kernel.rejected import Conflict, Refusal, RuleBroken


class PlaceAlreadyReserved(Conflict):
    """A place is held for this person already."""


class PersonAlreadyHandedOver(RuleBroken):
    """A person who is being handed over, or was, needs no place held for a journey."""

    RULE = "G13"


class PersonElsewhere(RuleBroken):
    """A person is at one place at a time: who is awaited or held in one case travels in no other,
    by whatever pseudonym (G12).
    """

    RULE = "G12"


class FacilityOfAnotherState(RuleBroken):
    """Only the receiving state says how many it can hold: no sender and no third state (G19)."""

    RULE = "G19"


class ReservePlace(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a place for a person who was put on a manifest. The answer is a fact, yes or no."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    manifest: ManifestId
    sending: Country
    receiving: Country
    day: date
    """In UTC, on which the person was put on the manifest."""
    pseudonyms: tuple[PersonId, ...] = ()
    """Every other pseudonym that is or may be the person's."""


class PlaceSought(msgspec.Struct, frozen=True):
    """A person's stay, the facility that it needs a place in, where the person is, and whether the
    agreement is suspended.
    """

    custody: CustodyState
    facility: FacilityState
    person: PersonLocation
    suspensions: Suspensions = Suspensions()


def _place_sought(command: ReservePlace) -> Boundary[PlaceSought]:
    folds = (
        custody_state.fold(command.custody),
        facility_state.fold(command.facility),
        person_location.fold(command.person, *command.pseudonyms),
        suspension.fold(agreement_of(command.agreement)),
    )
    return Boundary(folds, PlaceSought)


def _repeated(command: ReservePlace) -> dict[str, Any]:
    """Whose place it is and where, as the answer says it again."""
    fields = msgspec.structs.asdict(command)
    del fields["day"], fields["pseudonyms"]
    return fields


def _refusal(command: ReservePlace, state: PlaceSought) -> Refusal | None:
    if state.custody.offered:
        return PersonAlreadyHandedOver(
            f"custody {command.custody} was offered on another journey: check the case"
        ).refusal
    elsewhere = state.person.besides(command.custody)
    if elsewhere is not None:
        return PersonElsewhere(
            f"the person is awaited or held at {elsewhere.facility} in custody {elsewhere.custody},"
            f" as {elsewhere.person}: record the release or return from there first, or withdraw"
            " that case"
        ).refusal
    if state.facility.country not in ("", command.receiving):
        return FacilityOfAnotherState(
            f"{state.facility.country} registered facility {command.facility}, and places are held"
            f" by {command.receiving}: open the journey to a facility of {command.receiving}"
        ).refusal
    broken = (
        suspension.while_suspended(command.agreement, state.suspensions)
        or fitness.not_fit(command.facility, state.facility.fitness, command.day)
        or another_zone(command.facility, state.facility, command.agreement, command.day)
        or no_place(command.facility, state.facility)
        or fitness.not_reported_on(command.facility, state.facility.fitness)
    )
    return broken.refusal if broken else None


def _reserve(command: ReservePlace, state: PlaceSought) -> tuple[Event, ...]:
    if state.custody.reserved:
        raise PlaceAlreadyReserved(
            f"a place in {state.custody.reserved.facility} is held already,"
            f" for manifest {state.custody.reserved.manifest}"
        )
    refusal = _refusal(command, state)
    if refusal is None:
        return (PlaceReserved(**_repeated(command)),)
    return (PlaceRefused(**_repeated(command), refusal=refusal),)


RESERVE_PLACE = Decider(boundary=_place_sought, decide=_reserve)
