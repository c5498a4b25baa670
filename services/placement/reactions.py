"""Intake's events as placement's commands: a pure mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.placement.domain.custody.record_handover_offer import (
    RECORD_HANDOVER_OFFER,
    RecordHandoverOffer,
)
from services.placement.domain.custody.release_reservation import (
    RELEASE_RESERVATION,
    ReleaseReservation,
)
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, ReservePlace
from services.placement.domain.facility.agree_facility import AGREE_FACILITY, AgreeFacility
from services.placement.domain.onward.authorise import (
    AUTHORISE_ONWARD_TRANSFER,
    AuthoriseOnwardTransfer,
)
from services.placement.domain.returns.order_by_rule import ORDER_BY_RULE, OrderByRule
from services.placement.domain.suspension import (
    RESUME_RESERVATIONS,
    SUSPEND_RESERVATIONS,
    ResumeReservations,
    SuspendReservations,
)
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.intake import AgreementActivated
from shared.contracts.manifest import HandoverOffered, PersonManifested, PersonRemoved
from shared.contracts.onward_transfer import OnwardTransferAgreed
from shared.contracts.wrongful_transfer import RecallCompleted, WrongfulTransferFound
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.ids import custody_of
from shared.ledger.recorded import Recorded
from shared.ledger.work import Step
from shared.messaging.reaction import follower, steps_because_of

TYPES = (
    AgreementActivated,
    AgreementSuspended,
    AgreementResumed,
    PersonManifested,
    PersonRemoved,
    HandoverOffered,
    WrongfulTransferFound,
    RecallCompleted,
    OnwardTransferAgreed,
)
"""Which of intake's events placement reacts to."""


def react(recorded: Recorded) -> tuple[Step, ...]:
    """What placement does about one of intake's entries."""
    match recorded.event:
        case AgreementActivated() as event:
            return steps_because_of(recorded, "placement", *_agreed(event))
        case AgreementSuspended() | AgreementResumed() as event:
            return steps_because_of(recorded, "placement", _course(event))
        case PersonManifested() as event:
            reserve = ReservePlace(
                custody=custody_of(event.case),
                person=event.person,
                agreement=event.agreement,
                facility=event.facility,
                manifest=event.manifest,
                sending=event.sending,
                receiving=event.receiving,
                day=utc_date(recorded.time),
                pseudonyms=event.pseudonyms,
            )
            return steps_because_of(recorded, "placement", (RESERVE_PLACE, reserve))
        case PersonRemoved() | RecallCompleted() as event:
            release = ReleaseReservation(custody=custody_of(event.case), manifest=event.manifest)
            return steps_because_of(recorded, "placement", (RELEASE_RESERVATION, release))
        case HandoverOffered() as event:
            offer = _offer(event, recorded)
            return steps_because_of(recorded, "placement", (RECORD_HANDOVER_OFFER, offer))
        case _:
            return _of_custodies(recorded)


def _of_custodies(recorded: Recorded) -> tuple[Step, ...]:
    """What concerns who was handed over: they come back (D7), or may be sent on (G5)."""
    match recorded.event:
        case WrongfulTransferFound() as event:
            return steps_because_of(recorded, "placement", (ORDER_BY_RULE, _by_rule(event)))
        case OnwardTransferAgreed() as event:
            authorise = _authorised(event, recorded)
            return steps_because_of(recorded, "placement", (AUTHORISE_ONWARD_TRANSFER, authorise))
        case _:
            return ()


def _agreed(event: AgreementActivated) -> Iterator[tuple[Decider[Any, Any], object]]:
    for agreed in event.document.facilities:
        yield (
            AGREE_FACILITY,
            AgreeFacility(
                facility=agreed.facility,
                agreement=event.agreement,
                country=event.document.parties.receiving,
                timezone=agreed.timezone,
                begins=event.document.effective.start,
                returns=event.document.returns,
                sending=event.document.parties.sending,
            ),
        )


def _course(event: AgreementSuspended | AgreementResumed) -> tuple[Decider[Any, Any], object]:
    about: dict[str, Any] = {"agreement": event.agreement, "suspension": event.suspension}
    if isinstance(event, AgreementResumed):
        return RESUME_RESERVATIONS, ResumeReservations(**about)
    suspend = SuspendReservations(**about, suspended_by=event.suspended_by)
    return SUSPEND_RESERVATIONS, suspend


def _by_rule(event: WrongfulTransferFound) -> OrderByRule:
    return OrderByRule(
        custody=event.custody,
        found_at=event.found_at,
        reference=event.closes.evidence or event.closes.rule,
        ordered_by=str(follower("placement")),
    )


def _authorised(event: OnwardTransferAgreed, recorded: Recorded) -> AuthoriseOnwardTransfer:
    return AuthoriseOnwardTransfer(
        custody=event.custody,
        onward=event.onward,
        consent=event.consent,
        agreed=recorded.ref,
        agreed_at=event.agreed_at,
        ends_at=event.ends_at,
    )


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
        term=event.term,
    )
