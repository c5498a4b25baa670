"""Exceptions of cases: what runs out, and whatever goes wrong on the way (G5, G23, D2, D7)."""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.exception_rows.change import (
    AUTHORITY,
    SOON,
    Change,
    Over,
    Waits,
    of_office,
)
from shared.contracts.acknowledgement import ExceptionAcknowledged
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.case_return import CaseRefusedAtArrival, CaseReturned
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
from shared.kernel.actor import Actor
from shared.kernel.dates import last_second
from shared.ledger.recorded import Recorded

ASSESSMENTS = ("risk-assessment", "fitness")


def assessments(recorded: Recorded) -> Iterator[Change]:
    """Assessments of a case that is not over, before they run out (G5)."""
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


def journeys(recorded: Recorded) -> Iterator[Change]:
    """Who was offered, found to have been transferred wrongfully, or is recalled (D2, D7)."""
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
            yield from _to_both(event)
            yield from _to_the_issuer(event)
        case RecallOrdered() as event:
            yield _to_be_brought_back(event)
        case ExceptionAcknowledged() as event:
            yield Over(event.kind, f"{event.case}/{event.party}")
        case CaseTransferred() | CaseRefusedAtArrival() | RecallCompleted() | CaseReturned() as end:
            for kind in ("handover-unanswered", "recall-ordered"):
                yield Over(kind, end.case)
        case _:
            pass


def _to_be_brought_back(event: RecallOrdered) -> Change:
    return Waits(
        kind="recall-ordered",
        subject=event.case,
        side="sending",
        office=AUTHORITY,
        case=event.case,
        person=event.person,
        due_at=event.due_at,
    )


def _to_both(event: WrongfulTransferFound) -> Iterator[Change]:
    """Each government is told, until a named person of it says that it knows."""
    for party in (event.sending, event.receiving):
        yield Waits(
            kind="wrongful-transfer",
            subject=f"{event.case}/{party}",
            party=party,
            office=AUTHORITY,
            case=event.case,
            person=event.person,
        )


def _to_the_issuer(event: WrongfulTransferFound) -> Iterator[Change]:
    """Whose order or exclusion came too late is told of each person, for as long as it binds."""
    if event.issuer is not None:
        yield Waits(
            kind="came-after-departure",
            subject=f"{(event.closes.evidence or '').partition('/')[2]}/{event.case}",
            case=event.case,
            person=event.person,
            **of_office(Actor.read(event.issuer)),
        )


def agreements(recorded: Recorded) -> Iterator[Change]:
    """Agreements that somebody suspended (G23)."""
    match recorded.event:
        case AgreementSuspended() as event:
            by = of_office(Actor.read(event.suspended_by))
            yield Waits(kind="agreement-suspended", subject=event.suspension, **by)
        case AgreementResumed() as event:
            yield Over("agreement-suspended", event.suspension)
        case _:
            pass
