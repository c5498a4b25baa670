"""A recalled person is back with the sending state: journey and case are over (D2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.journey import of_the_sender
from services.intake.domain.manifest.on_manifest import OnManifest, on_manifest
from services.intake.domain.manifest.passenger import Passenger
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId, custody_of
from shared.kernel.rejected import Conflict


class BroughtBackAlready(Conflict):
    """The recall is completed, and the case says so."""


class NotRecalled(Conflict):
    """Nobody ordered this person back on the way, or others have answered for them since."""


class BackBeforeDeparture(Conflict):
    """Nobody is back before they left."""


class CompleteRecall(msgspec.Struct, frozen=True, kw_only=True):
    """Record that the sending state has a recalled person back, as a document says."""

    manifest: ManifestId
    case: CaseId
    completed_at: datetime
    evidence: Sha256
    now: datetime
    actor: Actor


def _complete(command: CompleteRecall, state: OnManifest) -> tuple[Event, ...]:
    journey, passenger = state.known(command.manifest, command.case)
    of_the_sender(journey, command.actor)
    manifests.has_happened(command.completed_at, command.now)
    _only_who_is_recalled(command, passenger)
    left = max(
        leg.departed.departed_at
        for leg in journey.progress
        if leg.departed and command.case in leg.departed.cases
    )
    if command.completed_at < left:
        raise BackBeforeDeparture(f"their last leg departed at {left.isoformat()}, not later")
    return (
        RecallCompleted(
            manifest=journey.manifest,
            agreement=journey.agreement,
            case=command.case,
            person=passenger.person,
            custody=custody_of(command.case),
            completed_at=command.completed_at,
            completed_by=str(command.actor),
            evidence=command.evidence,
        ),
    )


def _only_who_is_recalled(command: CompleteRecall, passenger: Passenger) -> None:
    """Raise unless the person is to be brought back, and nobody has been offered them since."""
    if passenger.status == "returned":
        raise BroughtBackAlready(f"case {command.case} is returned already")
    if passenger.recalled is None:
        raise NotRecalled(f"case {command.case} is not recalled: nobody is to be brought back")
    if passenger.status not in {"boarded", "removed"}:
        raise NotRecalled(
            f"case {command.case} is {passenger.status}: the receiving state answers the offer"
            " first, and whoever it refuses or hands back is returned there"
        )


COMPLETE_RECALL = Decider(lambda command: on_manifest(command.manifest, command.case), _complete)
