"""A case: one person's proposed transfer, its facts, and where it stands."""

from __future__ import annotations

from datetime import UTC, date
from typing import Literal, TypeVar

import msgspec

from services.intake.domain.case.dispute import contradict
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.fact_dispute import FactWithdrawn, IdentityDisputed
from shared.contracts.hold import OrdersSeen
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
    CaseTransferred,
    CaseWithdrawn,
    ClearanceGranted,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    LegDeparted,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.codes import FactKind, Office, Party
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, ManifestId
from shared.kernel.rejected import Conflict, Unknown

CaseStatus = Literal[
    "proposed",
    "under-review",
    "accepted",
    "cleared",
    "manifested",
    "boarded",
    "in-transit",
    "handover-offered",
    "transferred",
    "arrival-refused",
    "returned",
    "withdrawn",
]
DEPARTED: frozenset[CaseStatus] = frozenset(
    {"in-transit", "handover-offered", "transferred", "arrival-refused"}
)
OVER: frozenset[CaseStatus] = frozenset({"returned", "withdrawn"})
"""Nothing is told of these any more."""
CLOSED: frozenset[CaseStatus] = frozenset(
    {"transferred", "arrival-refused", "returned", "withdrawn"}
)

FACTS: dict[FactKind, tuple[type[CaseFact], ...]] = {
    "identity": (IdentityConfirmed, IdentityDisputed),
    "legal-basis": (LegalBasisRecorded,),
    "nationality": (NationalityDetermined,),
    "risk-assessment": (RiskOfIllTreatmentAssessed,),
    "fitness": (FitnessToTravelAssessed,),
    "notice": (NoticeServed,),
    "counsel": (CounselAccessRecorded,),
    "consular": (ConsularNoticeRecorded,),
    "opinion": (PersonOpinionRecorded,),
    "acceptance": (ReceivingStateAccepted, ReceivingStateDeclined),
}
"""The event types of each kind of fact; of each office the latest of a kind counts."""

_KIND_OF: dict[type[CaseFact], FactKind] = {
    fact_type: kind for kind, types in FACTS.items() for fact_type in types
}
FactType = TypeVar("FactType", bound=CaseFact)


def kind_of(fact: CaseFact) -> FactKind:
    """The kind of a fact on record."""
    return _KIND_OF[type(fact)]


class CaseState(msgspec.Struct, frozen=True):
    """Where a case stands; `cleared`: clearance was granted and nothing has undone it since."""

    proposed: CaseProposed | None = None
    status: CaseStatus = "proposed"
    cleared: bool = False
    orders: tuple[OrdersSeen, ...] = ()
    """The orders against its destination that its latest clearance had seen."""
    facts: tuple[CaseFact, ...] = ()
    """Of each kind the latest of each office, in the order in which they were recorded."""
    manifested: PersonManifested | None = None
    """How the person came onto the manifest that they are on, if they are on one."""
    held_by: Custodian | None = None
    """Who holds them where they were taken off on the way: until they depart or are back (G13)."""

    @property
    def manifest(self) -> ManifestId | None:
        """The manifest that the person is on."""
        return self.manifested.manifest if self.manifested else None

    def fact(self, kind: type[FactType]) -> FactType | None:
        """The latest fact of that type, if there is one."""
        return next((fact for fact in reversed(self.facts) if isinstance(fact, kind)), None)

    def each(self, kind: type[FactType]) -> tuple[FactType, ...]:
        """The facts of that type, of whichever offices."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def of_kind(self, kind: FactKind) -> tuple[CaseFact, ...]:
        """The facts of that kind, of whichever offices."""
        return tuple(fact for fact in self.facts if kind_of(fact) == kind)

    def word_of(self, kind: FactKind, party: Party, office: Office) -> CaseFact | None:
        """What one office says of that kind, if it says anything."""
        said = (
            fact for fact in self.of_kind(kind) if (fact.signed_by, fact.office) == (party, office)
        )
        return next(said, None)


class DoneBeforeProposed(Conflict):
    """No step of a case is on a day before the case was proposed."""


def since_proposed(proposed: CaseProposed, day: date) -> None:
    """Raise `DoneBeforeProposed` for a step on a day, in UTC, before the proposal's."""
    first = proposed.proposed_at.astimezone(UTC).date()
    if day < first:
        raise DoneBeforeProposed(
            f"case {proposed.case} was proposed on {first}, so nothing of it was done on {day}:"
            " say when it was done"
        )


def proposal(state: CaseState, case: CaseId) -> CaseProposed:
    """The proposal that a case began with; raises `Unknown` when there is no such case."""
    if state.proposed is None:
        raise CaseIsUnknown(f"there is no case {case}: check the id, or propose the case first")
    return state.proposed


class CaseIsUnknown(Unknown):
    """No case has this id."""


def evolve(state: CaseState, event: Event) -> CaseState:
    """The case after one more event that names it."""
    match event:
        case CaseProposed():
            return CaseState(proposed=event)
        case CaseFact():
            return _with_fact(state, event)
        case FactWithdrawn():
            return _without(state, event)
        case ClearanceGranted():
            granted = _at(state, _once_cleared(state))
            return msgspec.structs.replace(granted, cleared=True, orders=event.orders)
        case PersonManifested():
            return msgspec.structs.replace(_at(state, "manifested"), manifested=event)
        case PersonRemoved():
            # Whoever has begun the journey is looked at anew, wherever they are held.
            cleared = state.cleared and event.custodian is None
            back: CaseStatus = "cleared" if cleared else "under-review"
            held_by = event.custodian or state.held_by
            off = msgspec.structs.replace(_at(state, back), manifested=None, cleared=cleared)
            return msgspec.structs.replace(off, held_by=held_by)
        case LegDeparted() | RecallCompleted():
            return msgspec.structs.replace(_at(state, _STATUS_AFTER[type(event)]), held_by=None)
        case _:
            return _at(state, _STATUS_AFTER.get(type(event), state.status))


_STATUS_AFTER: dict[type[Event], CaseStatus] = {
    PersonBoarded: "boarded",
    LegDeparted: "in-transit",
    HandoverOffered: "handover-offered",
    CaseTransferred: "transferred",
    CaseRefusedAtArrival: "arrival-refused",
    CaseReturned: "returned",
    RecallCompleted: "returned",
    CaseWithdrawn: "withdrawn",
}


def _at(state: CaseState, status: CaseStatus) -> CaseState:
    return msgspec.structs.replace(state, status=status)


def _once_cleared(state: CaseState) -> CaseStatus:
    if state.status in DEPARTED:
        return state.status
    return "manifested" if state.manifested else "cleared"


def _with_fact(state: CaseState, fact: CaseFact) -> CaseState:
    before = state.word_of(kind_of(fact), fact.signed_by, fact.office)
    others = tuple(held for held in state.facts if held is not before)
    changed = msgspec.structs.replace(state, facts=(*others, fact))
    if state.cleared and any(contradict(held, fact) for held in others):
        return reviewed_again(changed)
    match fact:
        case ReceivingStateAccepted():
            return changed if state.status in DEPARTED else _at(changed, "accepted")
        case ReceivingStateDeclined():
            return reviewed_again(changed)
        case NationalityDetermined() | LegalBasisRecorded() if state.cleared:
            return reviewed_again(changed)  # a class of orders may cover it by this (G3)
        case _:
            return _at(changed, "under-review") if state.status == "proposed" else changed


def _without(state: CaseState, event: FactWithdrawn) -> CaseState:
    word = state.word_of(event.kind, event.signed_by, event.office)
    left = tuple(held for held in state.facts if held is not word)
    changed = msgspec.structs.replace(state, facts=left)
    undone = state.cleared or (state.status == "accepted" and event.kind == "acceptance")
    return reviewed_again(changed) if undone else changed


def reviewed_again(state: CaseState) -> CaseState:
    """The case without its clearance; before departure back under review, not to where it was."""
    status: CaseStatus = state.status if state.status in DEPARTED | CLOSED else "under-review"
    return msgspec.structs.replace(_at(state, status), cleared=False)


def fold(case: CaseId) -> Fold[CaseState]:
    """Everything that was recorded about one case, its journeys among it."""
    facts: tuple[type[Event], ...] = (*_KIND_OF, FactWithdrawn)
    journey: tuple[type[Event], ...] = (PersonManifested, PersonRemoved, *_STATUS_AFTER)
    return Fold(
        name=f"case/{case}",
        alternatives=(on(CaseProposed, *facts, ClearanceGranted, *journey, case=case),),
        initial=CaseState(),
        evolve=evolve,
    )
