"""Intake's events as placement's commands: a pure mapping."""

from __future__ import annotations

from services.placement.domain.handover import RECORD_HANDOVER_OFFER, RecordHandoverOffer
from services.placement.domain.reservation import (
    RELEASE_RESERVATION,
    RESERVE_PLACE,
    ReleaseReservation,
    ReservePlace,
)
from shared.contracts.journey import HandoverOffered, PersonManifested, PersonRemoved
from shared.kernel.actor import Actor
from shared.kernel.ids import custody_of
from shared.ledger.provenance import Provenance
from shared.ledger.recorded import Recorded
from shared.ledger.work import Step


def react(recorded: Recorded) -> tuple[Step, ...]:
    """What placement does about one of intake's entries."""
    match recorded.event:
        case PersonManifested() as event:
            command: object = ReservePlace(
                custody=custody_of(event.case),
                person=event.person,
                agreement=event.agreement,
                facility=event.facility,
                manifest=event.manifest,
            )
            return (Step(RESERVE_PLACE, command, _provenance(recorded)),)
        case PersonRemoved() as event:
            command = ReleaseReservation(custody=custody_of(event.case), manifest=event.manifest)
            return (Step(RELEASE_RESERVATION, command, _provenance(recorded)),)
        case HandoverOffered() as event:
            return (Step(RECORD_HANDOVER_OFFER, _offer(event, recorded), _provenance(recorded)),)
        case _:
            return ()


def _offer(event: HandoverOffered, recorded: Recorded) -> RecordHandoverOffer:
    return RecordHandoverOffer(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        facility=event.facility,
        offer=recorded.ref,
        custodian=event.custodian,
        sending=event.sending,
        receiving=event.receiving,
        offered_by=event.offered_by,
        offered_at=event.offered_at,
    )


def _provenance(recorded: Recorded) -> Provenance:
    """The same actor, time and story; the cause is intake's entry."""
    return Provenance(
        actor=Actor.read(recorded.actor),
        time=recorded.time,
        correlation=recorded.correlation,
        causation=recorded.ref,
        traceparent=recorded.traceparent,
    )
