"""The sending state has a person back: their case is returned, and a new one may come (D2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain import handover
from services.intake.domain.handover import HandoverNotOffered, HandoverState
from shared.contracts.case_return import CaseReturned
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, CustodyId, EntryRef
from shared.kernel.rejected import Conflict


class ReturnedAlready(Conflict):
    """The case says so already."""


class ReturnCase(msgspec.Struct, frozen=True, kw_only=True):
    """The return was completed, by this entry of placement's."""

    case: CaseId
    custody: CustodyId
    completed: EntryRef
    returned_at: datetime


def _return(command: ReturnCase, state: HandoverState) -> tuple[Event, ...]:
    offered = state.offered
    if offered is None or not (state.transferred or state.refused):
        raise HandoverNotOffered(f"nobody of case {command.case} was handed over, or refused")
    if state.returned:
        raise ReturnedAlready(f"case {command.case} is returned already")
    return (
        CaseReturned(
            case=command.case,
            person=offered.person,
            agreement=offered.agreement,
            custody=command.custody,
            completed=command.completed,
            returned_at=command.returned_at,
        ),
    )


RETURN_CASE = Decider(lambda command: only(handover.fold(command.case)), _return)
