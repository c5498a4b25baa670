"""Placement's events as intake's commands: a pure mapping.

The world may have moved on when an event arrives: a place for somebody who was taken off, an
acceptance that is told twice. Then the command is refused, the follower notes it and goes on.
"""

from __future__ import annotations

from services.intake.domain.handover import COMPLETE_TRANSFER, CompleteTransfer
from services.intake.domain.passenger import (
    CONFIRM_PLACE,
    REMOVE_PERSON,
    ConfirmPlace,
    RemovePerson,
)
from shared.contracts.placement import CustodyAccepted, PlaceRefused, PlaceReserved
from shared.kernel.actor import Actor
from shared.kernel.ids import case_of
from shared.ledger.provenance import Provenance
from shared.ledger.recorded import Recorded
from shared.ledger.work import Step


def react(recorded: Recorded) -> tuple[Step, ...]:
    """What intake does about one of placement's entries."""
    provenance = _provenance(recorded)
    match recorded.event:
        case PlaceReserved() as event:
            confirm = ConfirmPlace(
                manifest=event.manifest,
                case=case_of(event.custody),
                reservation=recorded.ref,
            )
            return (Step(CONFIRM_PLACE, confirm, provenance),)
        case PlaceRefused() as event:
            remove = RemovePerson(
                manifest=event.manifest,
                case=case_of(event.custody),
                reason="place-refused",
                actor=provenance.actor,
            )
            return (Step(REMOVE_PERSON, remove, provenance),)
        case CustodyAccepted() as event:
            complete = CompleteTransfer(
                case=case_of(event.custody), custody=event.custody, accepted=recorded.ref
            )
            return (Step(COMPLETE_TRANSFER, complete, provenance),)
        case _:
            return ()


def _provenance(recorded: Recorded) -> Provenance:
    """The same actor, time and story; the cause is placement's entry."""
    return Provenance(
        actor=Actor.read(recorded.actor),
        time=recorded.time,
        correlation=recorded.correlation,
        causation=recorded.ref,
        traceparent=recorded.traceparent,
    )
