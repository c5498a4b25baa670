"""Placement's and billing's events as intake's commands: a pure mapping.

The world may have moved on when an event arrives: a place for somebody who was taken off, an
acceptance that is told twice. Then the command is refused, the follower notes it and goes on.
"""

from __future__ import annotations

from services.intake.domain.agreement.follow_funds import (
    RESUME_FUNDED,
    STOP_UNFUNDED,
    ResumeFunded,
    StopUnfunded,
)
from services.intake.domain.handover import COMPLETE_TRANSFER, CompleteTransfer
from services.intake.domain.handover_refusal import REFUSE_TRANSFER, RefuseTransfer
from services.intake.domain.manifest.confirm_place import CONFIRM_PLACE, ConfirmPlace
from services.intake.domain.manifest.departures import (
    RESUME_DEPARTURES,
    STOP_DEPARTURES,
    ResumeDepartures,
    StopDepartures,
)
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.return_case import RETURN_CASE, ReturnCase
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.facility_course import FacilityReinstated, FacilitySuspended
from shared.contracts.funding import FundingExhausted, FundingRestored
from shared.contracts.placement import CustodyAccepted, PlaceRefused, PlaceReserved
from shared.contracts.returns import ReturnCompleted
from shared.kernel.ids import case_of
from shared.ledger.recorded import Recorded
from shared.ledger.work import Step
from shared.messaging.reaction import follower, steps_because_of

TYPES = (
    PlaceReserved,
    PlaceRefused,
    CustodyAccepted,
    ArrivalRefused,
    ReturnCompleted,
    FacilitySuspended,
    FacilityReinstated,
)
"""Which of placement's events intake reacts to."""
OF_BILLING = (FundingExhausted, FundingRestored)
"""Which of billing's."""


def react(recorded: Recorded) -> tuple[Step, ...]:
    """What intake does about one entry of placement or billing."""
    match recorded.event:
        case PlaceReserved() as event:
            case = case_of(event.custody)
            confirm = ConfirmPlace(manifest=event.manifest, case=case, reservation=recorded.ref)
            return steps_because_of(recorded, "intake", (CONFIRM_PLACE, confirm))
        case PlaceRefused() as event:
            return _without_a_place(recorded, event)
        case CustodyAccepted() as event:
            complete = CompleteTransfer(
                case=case_of(event.custody), custody=event.custody, accepted=recorded.ref
            )
            return steps_because_of(recorded, "intake", (COMPLETE_TRANSFER, complete))
        case ReturnCompleted() as event:
            return _back(recorded, event)
        case ArrivalRefused() as event:
            refuse = RefuseTransfer(
                case=case_of(event.custody), custody=event.custody, refused=recorded.ref
            )
            return steps_because_of(recorded, "intake", (REFUSE_TRANSFER, refuse))
        case FacilitySuspended() | FacilityReinstated() as event:
            return _departures(recorded, event)
        case FundingExhausted() | FundingRestored() as event:
            return _funds(recorded, event)
        case _:
            return ()


def _back(recorded: Recorded, event: ReturnCompleted) -> tuple[Step, ...]:
    """Whom the sending state has back: their case is returned (D2)."""
    back = ReturnCase(
        case=case_of(event.custody),
        custody=event.custody,
        completed=recorded.ref,
        returned_at=event.ended_at,
    )
    return steps_because_of(recorded, "intake", (RETURN_CASE, back))


def _without_a_place(recorded: Recorded, event: PlaceRefused) -> tuple[Step, ...]:
    """Who gets no place is taken off (D1)."""
    remove = RemovePerson(
        manifest=event.manifest,
        case=case_of(event.custody),
        no_place=event.refusal,
        now=recorded.time,
        actor=follower("intake"),
    )
    return steps_because_of(recorded, "intake", (REMOVE_PERSON, remove))


def _departures(
    recorded: Recorded, event: FacilitySuspended | FacilityReinstated
) -> tuple[Step, ...]:
    """The gate of a facility is closed, or open again (G17)."""
    if isinstance(event, FacilitySuspended):
        stop = StopDepartures(facility=event.facility, because=recorded.ref, at=recorded.time)
        return steps_because_of(recorded, "intake", (STOP_DEPARTURES, stop))
    resume = ResumeDepartures(facility=event.facility, because=recorded.ref, at=recorded.time)
    return steps_because_of(recorded, "intake", (RESUME_DEPARTURES, resume))


def _funds(recorded: Recorded, event: FundingExhausted | FundingRestored) -> tuple[Step, ...]:
    """New departures under an agreement wait for money, or no longer (D12)."""
    if isinstance(event, FundingExhausted):
        stop = StopUnfunded(agreement=event.agreement, because=recorded.ref)
        return steps_because_of(recorded, "intake", (STOP_UNFUNDED, stop))
    resume = ResumeFunded(agreement=event.agreement, because=recorded.ref)
    return steps_because_of(recorded, "intake", (RESUME_FUNDED, resume))
