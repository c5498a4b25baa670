"""What a person's identity is still needed for: cases, custodies, assurances, retention (G12)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.intake.domain.assurance import state as assurances
from shared.contracts.assurance import AssuranceEvent, AssuranceGiven
from shared.contracts.case_return import CaseReturned
from shared.contracts.erasure import ErasureAsked
from shared.contracts.intake import CaseProposed, CaseTransferred, CaseWithdrawn
from shared.contracts.manifest import PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.dates import utc_date
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CaseId, PersonId


class CaseOver(msgspec.Struct, frozen=True):
    """A case after which nobody holds the person: under which version, since when, if that is said,
    and whether after a departure.
    """

    agreement: AgreementRef
    on: date | None
    departed: bool


class NeedState(msgspec.Struct, frozen=True):
    """What one pseudonym is needed for, and the last wish to have it erased."""

    asked: ErasureAsked | None = None
    """It lapses with a new case: whoever wants it after that case asks anew (G22)."""
    case: CaseProposed | None = None
    """The one that is open."""
    in_custody: tuple[CaseId, ...] = ()
    """Whoever was transferred, or taken off where a journey stops over, until the sending state has
    them back: held, or unaccounted for.
    """
    assured: tuple[AssuranceGiven, ...] = ()
    over: tuple[CaseOver, ...] = ()


def evolve(state: NeedState, event: Event) -> NeedState:
    """What the person is needed for after one more event about them."""
    changed = msgspec.structs.replace
    match event:
        case ErasureAsked():
            return changed(state, asked=event)
        case CaseProposed():
            return changed(state, asked=None, case=event)
        case CaseTransferred():
            return changed(state, case=None, in_custody=_held(state, event.case))
        case PersonRemoved() if event.custodian is not None:
            return changed(state, in_custody=_held(state, event.case))
        case CaseWithdrawn():
            proposed_on = utc_date(state.case.proposed_at) if state.case else None
            day = event.withdrawn_on or proposed_on
            over = (CaseOver(event.agreement, day, departed=False),) if day else ()
            return changed(state, case=None, over=(*state.over, *over))
        case CaseReturned():
            return _back(state, event, event.returned_at)
        case RecallCompleted():
            return _back(state, event, event.completed_at)
        case AssuranceEvent():
            return changed(state, assured=assurances.standing(state.assured, event))
        case _:
            return state


def _held(state: NeedState, case: CaseId) -> tuple[CaseId, ...]:
    """With one more case by which others have the person, once."""
    return (*(other for other in state.in_custody if other != case), case)


def _back(
    state: NeedState, event: CaseReturned | RecallCompleted, at: datetime | None
) -> NeedState:
    """The sending state has the person: of a case that is open still, or of a custody."""
    day = utc_date(at) if at else None
    is_open = state.case is not None and state.case.case == event.case
    return msgspec.structs.replace(
        state,
        case=None if is_open else state.case,
        in_custody=tuple(case for case in state.in_custody if case != event.case),
        over=(*state.over, CaseOver(event.agreement, day, departed=True)),
    )


def fold(person: PersonId) -> Fold[NeedState]:
    """Everything that says what one pseudonym's identity is needed for."""
    ends = (CaseWithdrawn, CaseReturned, RecallCompleted)
    return Fold(
        name=f"need/{person}",
        alternatives=(
            on(ErasureAsked, CaseProposed, PersonRemoved, CaseTransferred, *ends, person=person),
            *assurances.alternatives(person),
        ),
        initial=NeedState(),
        evolve=evolve,
    )
