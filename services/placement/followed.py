"""Intake's entries as rows of what placement knows of persons before they are in custody (G12).

Rows go in with the follower's position. They decide nothing; the locator answers from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.placement.tables.followed import (
    FOLLOWED_CASES,
    FOLLOWED_LIKENESSES,
    FOLLOWED_PERSONS,
)
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.identity import IdentityEvent, NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import (
    CaseEvent,
    CaseProposed,
    CaseTransferred,
    CaseWithdrawn,
    ClearanceGranted,
    PersonRegistered,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from shared.contracts.manifest import (
    HandoverOffered,
    LegArrived,
    LegDeparted,
    PassengerEvent,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.ledger.recorded import Recorded

STAGES: Mapping[type[Event], str] = {
    CaseProposed: "proposed",
    ReceivingStateAccepted: "accepted",
    ReceivingStateDeclined: "declined",
    ClearanceGranted: "cleared",
    CaseWithdrawn: "withdrawn",
    PersonManifested: "manifested",
    PersonRemoved: "cleared",
    PersonBoarded: "boarded",
    LegDeparted: "departed",
    LegArrived: "arrived",
    HandoverOffered: "handover-offered",
    CaseTransferred: "transferred",
    CaseRefusedAtArrival: "arrival-refused",
    CaseReturned: "returned",
    RecallCompleted: "returned",
}
"""Which of intake's entries says how far a case has come."""
_LIKENESSES: Mapping[type[Event], str] = {
    NearMatchFound: "near",
    PersonsMerged: "merged",
    PersonsToldApart: "apart",
}
TYPES: tuple[type[Event], ...] = (PersonRegistered, *_LIKENESSES, *STAGES)
"""Which of intake's events change what is known of a person."""


def followed(recorded: Recorded) -> Iterator[RowChange]:
    """The rows that one of intake's entries changes."""
    event = recorded.event
    match event:
        case PersonRegistered():
            registered = {"person": event.person, "registered_by": event.registered_by}
            yield Insert(FOLLOWED_PERSONS, registered)
        case IdentityEvent():
            yield Insert(FOLLOWED_LIKENESSES, _likeness(event))
        case CaseProposed() | PersonManifested() | HandoverOffered():
            yield Insert(FOLLOWED_CASES, {**_case(event), **_came_to(recorded)})
        case _ if type(event) in STAGES:
            for case in _cases(event):
                cleared = isinstance(event, ClearanceGranted)
                since = {"cleared_at": recorded.time} if cleared else {}
                yield Update(
                    FOLLOWED_CASES, {"case": case}, {**_came_to(recorded), **since, **_held(event)}
                )
        case _:
            pass


def _likeness(event: IdentityEvent) -> Mapping[str, object]:
    person, other = sorted((event.person, event.other))
    return {"one": person, "other": other, "likeness": _LIKENESSES[type(event)]}


def _case(event: CaseProposed | PersonManifested | HandoverOffered) -> Mapping[str, object]:
    return {
        "case": event.case,
        "person": event.person,
        "agreement": event.agreement,
        "sending": event.sending,
        "receiving": event.receiving,
    }


def _came_to(recorded: Recorded) -> Mapping[str, object]:
    stage = STAGES[type(recorded.event)]
    return {"stage": stage, "since": recorded.time, "entry": recorded.ref}


def _held(event: Event) -> Mapping[str, object]:
    """Who holds somebody that was taken off at a stopover, until they depart again or are back."""
    match event:
        case PersonRemoved():
            held = event.custodian
            if held is None:
                return {}
            return {"held_by": f"{held.party}/{held.body}", "stage": "proposed"}
        case LegDeparted() | RecallCompleted():
            return {"held_by": None}
        case _:
            return {}


def _cases(event: Event) -> tuple[CaseId, ...]:
    match event:
        case LegDeparted() | LegArrived():
            return event.cases
        case CaseEvent() | PassengerEvent():
            return (event.case,)
        case _:
            return ()
