"""A place is held for a person on a manifest: what placement says becomes a fact here (G19)."""

from __future__ import annotations

import msgspec

from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.put_on import TakenOffManifest
from services.intake.domain.manifest.state import (
    ManifestState,
    known,
)
from shared.contracts.manifest import (
    PlaceConfirmed,
)
from shared.kernel.decider import Decider, only
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


def _confirm(command: ConfirmPlace, state: ManifestState | None) -> tuple[Event, ...]:
    journey = known(state, command.manifest)
    one = journey.passenger(command.case)
    if one.status == "removed":
        raise TakenOffManifest(
            f"case {command.case} was taken off meanwhile: its removal frees the place"
        )
    if one.place_confirmed:
        raise PlaceAlreadyConfirmed(f"a place is held for case {command.case} already")
    return (
        PlaceConfirmed(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=one.person,
            reservation=command.reservation,
        ),
    )


CONFIRM_PLACE = Decider(lambda command: only(manifests.fold(command.manifest)), _confirm)
