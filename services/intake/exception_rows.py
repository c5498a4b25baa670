"""Exceptions as rows: which entry makes one for whom, by when, and which entry is its end.

A kind is a line or two in the family that it is of; a new family is a function more in `FAMILIES`,
and the words of a kind stand in `api/exceptions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.intake.tables import EXCEPTIONS
from shared.contracts.acknowledgement import ExceptionAcknowledged
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.assurance import (
    AssuranceEndAsked,
    AssuranceEnded,
    AssuranceExpired,
    AssuranceGiven,
)
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
from shared.contracts.exclusion import ExclusionWithdrawn
from shared.contracts.hold import (
    HoldAsserted,
    HoldBodyConfirmed,
    HoldBodyNamed,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
)
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.intake import (
    CaseTransferred,
    CaseWithdrawn,
    FitnessToTravelAssessed,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.manifest import HandoverOffered
from shared.contracts.wrongful_transfer import (
    RecallCompleted,
    RecallOrdered,
    WrongfulTransferFound,
)
from shared.database.row_changes import Insert, RowChange, Update
from shared.kernel.actor import Actor, folded
from shared.kernel.dates import last_second
from shared.ledger.recorded import Recorded

SOON = timedelta(days=7)
"""So long before its instant is told what is about to run out."""
AUTHORITY = "central-authority"
ASSESSMENTS = ("risk-assessment", "fitness")


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """An exception: whom it waits for, what it is about, and by when."""

    kind: str
    subject: str
    """The id of what it is about; with a `/` and a part of it where one thing has several."""
    office: str
    party: str | None = None
    side: str | None = None
    """Of the case's two states, where the entry does not say which they are."""
    body: str | None = None
    person: str | None = None
    other: str | None = None
    case: str | None = None
    due_at: datetime | None = None
    is_told: datetime | None = None
    """From when it is told, if not at once."""
    is_over: bool = False
    """Whether something else has to happen before it is one."""


class Begins(msgspec.Struct, frozen=True):
    """What was known of it is an exception from here on."""

    kind: str
    subject: str


class Over(msgspec.Struct, frozen=True):
    """It is none any more."""

    kind: str
    subject: str


Change = Waits | Begins | Over


def exception_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of exceptions."""
    for family in FAMILIES:
        for change in family(recorded):
            yield _row(recorded, change)


def _row(recorded: Recorded, change: Change) -> RowChange:
    since = {"since": recorded.time, "entry": recorded.ref}
    match change:
        case Waits():
            told = change.is_told or recorded.recorded_at
            values = {**msgspec.structs.asdict(change), **since, "is_told": told}
            return Insert(EXCEPTIONS, values)
        case Begins():
            return Update(EXCEPTIONS, _key(change), {"is_over": False, **since})
        case Over():
            return Update(EXCEPTIONS, _key(change), {"is_over": True})


def _key(change: Begins | Over) -> dict[str, object]:
    return {"kind": change.kind, "subject": change.subject}


def _near_matches(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case NearMatchFound() as event:
            yield Waits(
                kind="near-match",
                subject=f"{event.person}/{event.other}",
                person=event.person,
                other=event.other,
                **_of(Actor.read(event.registrar)),
            )
        case PersonsMerged() | PersonsToldApart() as event:
            yield Over("near-match", f"{event.person}/{event.other}")
            yield Over("near-match", f"{event.other}/{event.person}")
        case _:
            pass


def _holds(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case HoldAsserted() as event:
            asserter = Actor.read(event.asserted_by)
            about: dict[str, Any] = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="hold-unverified", **about, **_of(asserter))
            if not asserter.names_a_body:
                yield Waits(kind="hold-without-a-body", **about, **_of(asserter))
        case HoldVerified() as event:
            yield Over("hold-unverified", event.hold)
        case HoldBodyNamed() as event:
            named = {**_of(Actor.read(event.named_by)), "body": folded(event.body)}
            about = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="hold-body-unconfirmed", **about, **named)
        case HoldBodyConfirmed() as event:
            yield Over("hold-without-a-body", event.hold)
            yield Over("hold-body-unconfirmed", event.hold)
        case HoldLiftRequested() as event:
            asking = _of(Actor.read(event.requested_by))
            about = {"subject": event.hold, "person": event.scope.named_person}
            yield Waits(kind="lift-unconfirmed", **about, **asking)
        case HoldLifted() as event:
            for kind in ("hold-unverified", "lift-unconfirmed", "came-after-departure"):
                yield Over(kind, event.hold)
        case ExclusionWithdrawn() as event:
            yield Over("came-after-departure", event.exclusion)
        case _:
            pass


def _assurances(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case AssuranceGiven() as event:
            receiver: dict[str, Any] = {
                "party": event.to_party,
                "office": event.to_office,
                "body": folded(event.to_body),
                "person": event.person,
            }
            ends: dict[str, Any] = {"due_at": event.until, "is_told": event.until - SOON}
            yield Waits(kind="assurance-runs-out", subject=event.assurance, **receiver, **ends)
            yield Waits(
                kind="assurance-end-asked", subject=event.assurance, **receiver, is_over=True
            )
        case AssuranceEndAsked() as event:
            yield Begins("assurance-end-asked", event.assurance)
        case AssuranceEnded() | AssuranceExpired() as event:
            yield Over("assurance-runs-out", event.assurance)
            yield Over("assurance-end-asked", event.assurance)
        case _:
            pass


def _assessments(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case RiskOfIllTreatmentAssessed() | FitnessToTravelAssessed() as event:
            is_risk = isinstance(event, RiskOfIllTreatmentAssessed)
            until = last_second(event.valid_until)
            yield Waits(
                kind="assessment-runs-out",
                subject=f"{event.case}/{ASSESSMENTS[0] if is_risk else ASSESSMENTS[1]}",
                party=event.signed_by,
                office=event.office,
                case=event.case,
                person=event.person,
                due_at=until,
                is_told=until - SOON,
            )
        case (
            CaseWithdrawn()
            | CaseTransferred()
            | CaseRefusedAtArrival()
            | CaseReturned()
            | RecallCompleted() as event
        ):
            for assessment in ASSESSMENTS:
                yield Over("assessment-runs-out", f"{event.case}/{assessment}")
        case _:
            pass


def _journeys(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case HandoverOffered() as event:
            yield Waits(
                kind="handover-unanswered",
                subject=event.case,
                party=event.receiving,
                office="facility-registry",
                case=event.case,
                person=event.person,
            )
        case WrongfulTransferFound() as event:
            for party in (event.sending, event.receiving):
                yield Waits(
                    kind="wrongful-transfer",
                    subject=f"{event.case}/{party}",
                    party=party,
                    office=AUTHORITY,
                    case=event.case,
                    person=event.person,
                )
            yield from _to_the_issuer(event)
        case RecallOrdered() as event:
            yield Waits(
                kind="recall-ordered",
                subject=event.case,
                side="sending",
                office=AUTHORITY,
                case=event.case,
                person=event.person,
                due_at=event.due_at,
            )
        case ExceptionAcknowledged() as event:
            yield Over(event.kind, f"{event.case}/{event.party}")
        case CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted() | CaseReturned() as end:
            for kind in ("handover-unanswered", "recall-ordered"):
                yield Over(kind, end.case)
        case _:
            pass


def _to_the_issuer(event: WrongfulTransferFound) -> Iterator[Change]:
    """Whose order or exclusion came too late is told, until that is lifted or withdrawn."""
    if event.issuer is not None:
        yield Waits(
            kind="came-after-departure",
            subject=(event.closes.evidence or "").partition("/")[2],
            case=event.case,
            person=event.person,
            **_of(Actor.read(event.issuer)),
        )


def _agreements(recorded: Recorded) -> Iterator[Change]:
    match recorded.event:
        case AgreementSuspended() as event:
            by = _of(Actor.read(event.suspended_by))
            yield Waits(kind="agreement-suspended", subject=event.suspension, **by)
        case AgreementResumed() as event:
            yield Over("agreement-suspended", event.suspension)
        case _:
            pass


def _of(actor: Actor) -> dict[str, Any]:
    """Whoever of the actor's office, and of its body where the actor names one."""
    body = folded(actor.body) if actor.names_a_body else None
    return {"party": actor.party, "office": actor.office, "body": body}


FAMILIES = (_near_matches, _holds, _assurances, _assessments, _journeys, _agreements)
