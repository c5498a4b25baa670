"""The receiving state did not take a person over at arrival: the case follows (G13; T4)."""

from __future__ import annotations

import msgspec

from services.intake.domain import handover
from services.intake.domain.handover import (
    AlreadyTransferred,
    HandoverNotOffered,
    HandoverState,
    RefusedAtArrivalAlready,
)
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, CustodyId, EntryRef


class RefuseTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """The receiving state refused the person at arrival, by this entry of placement's."""

    case: CaseId
    custody: CustodyId
    refused: EntryRef


def _refuse(command: RefuseTransfer, state: HandoverState) -> tuple[Event, ...]:
    offered = state.offered
    if offered is None or offered.custody != command.custody:
        raise HandoverNotOffered(f"case {command.case} was not offered: nobody can refuse it")
    if state.transferred:
        raise AlreadyTransferred(f"case {command.case} is transferred: it is returned from custody")
    if state.refused:
        raise RefusedAtArrivalAlready(f"case {command.case} was refused at arrival already")
    return (
        CaseRefusedAtArrival(
            case=command.case,
            person=offered.person,
            agreement=offered.agreement,
            manifest=offered.manifest,
            custody=command.custody,
            refused=command.refused,
        ),
    )


REFUSE_TRANSFER = Decider(lambda command: only(handover.fold(command.case)), _refuse)
