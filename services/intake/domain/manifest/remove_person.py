"""Taking a person off a manifest before departure; from the plane too."""

from __future__ import annotations

from typing import Literal

import msgspec

from services.intake.domain.manifest.journey import of_the_sender
from services.intake.domain.manifest.on_manifest import OnManifest, on_manifest
from services.intake.domain.manifest.put_on import TakenOffManifest
from shared.contracts.manifest import (
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict, Refusal


class AlreadyDeparted(Conflict):
    """The person is on the way: only a return brings them back."""


class RemovePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Take a person off before departure; from the plane too, which opens its doors again."""

    manifest: ManifestId
    case: CaseId
    reason: Literal["requested", "place-refused"]
    no_place: Refusal | None = None
    """Why placement holds none, where that is the reason (G19)."""
    actor: Actor


def _remove(command: RemovePerson, state: OnManifest) -> tuple[Event, ...]:
    journey, passenger = state.known(command.manifest, command.case)
    if command.reason == "requested":
        of_the_sender(journey, command.actor)
    if passenger.status == "removed":
        raise TakenOffManifest(f"case {command.case} is off this manifest already")
    if passenger.status in {"offered", "transferred", "refused", "returned"} or (
        passenger.status == "boarded" and journey.departed
    ):
        raise AlreadyDeparted(f"case {command.case} has departed: it takes a return order now")
    return (
        PersonRemoved(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=passenger.person,
            facility=journey.facility,
            reason=command.reason,
            no_place=command.no_place,
        ),
    )


REMOVE_PERSON = Decider(lambda command: on_manifest(command.manifest, command.case), _remove)
