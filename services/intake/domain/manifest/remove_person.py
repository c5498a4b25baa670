"""Taking a person off a manifest before departure; from the plane too."""

from __future__ import annotations

from typing import Literal

import msgspec

from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.put_on import TakenOffManifest
from services.intake.domain.manifest.state import (
    ManifestState,
    known,
    of_the_sender,
)
from shared.contracts.manifest import (
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict


class AlreadyDeparted(Conflict):
    """The person is on the way: only a return brings them back."""


class RemovePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Take a person off before departure; from the plane too, which opens its doors again."""

    manifest: ManifestId
    case: CaseId
    reason: Literal["requested", "place-refused"]
    actor: Actor


def _remove(command: RemovePerson, state: ManifestState | None) -> tuple[Event, ...]:
    journey = known(state, command.manifest)
    if command.reason == "requested":
        of_the_sender(journey, command.actor)
    one = journey.passenger(command.case)
    if one.status == "removed":
        raise TakenOffManifest(f"case {command.case} is off this manifest already")
    if one.status in {"offered", "transferred"} or (one.status == "boarded" and journey.departed):
        raise AlreadyDeparted(f"case {command.case} has departed: it takes a return order now")
    return (
        PersonRemoved(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=one.person,
            facility=journey.facility,
            reason=command.reason,
        ),
    )


REMOVE_PERSON = Decider(lambda command: only(manifests.fold(command.manifest)), _remove)
