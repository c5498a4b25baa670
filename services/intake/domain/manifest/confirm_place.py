"""A place is held for a person on a manifest: what placement says becomes a fact here (G19)."""

from __future__ import annotations

import msgspec

from services.intake.domain.manifest.on_manifest import OnManifest, on_manifest
from services.intake.domain.manifest.put_on import TakenOffManifest
from shared.contracts.manifest import (
    PlaceConfirmed,
)
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, EntryRef, ManifestId
from shared.kernel.rejected import Conflict


class PlaceAlreadyConfirmed(Conflict):
    """A place is held for this person already."""


class ConfirmPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Placement holds a place for a person on the manifest (G19)."""

    manifest: ManifestId
    case: CaseId
    reservation: EntryRef


def _confirm(command: ConfirmPlace, state: OnManifest) -> tuple[Event, ...]:
    journey, passenger = state.known(command.manifest, command.case)
    if passenger.status == "removed":
        raise TakenOffManifest(
            f"case {command.case} was taken off meanwhile: its removal frees the place"
        )
    if passenger.place_confirmed:
        raise PlaceAlreadyConfirmed(f"a place is held for case {command.case} already")
    return (
        PlaceConfirmed(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=passenger.person,
            reservation=command.reservation,
        ),
    )


CONFIRM_PLACE = Decider(lambda command: on_manifest(command.manifest, command.case), _confirm)
