"""What of a case will run out, and when: facts, the clearance, the time to contest, what bars (D4).

A date as a limit ends with its last second. A fact runs out where its own day or the agreement's
longest term ends first, so this is the same reckoning as the gate's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from services.intake.domain.assessment import in_force_until
from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.counting_facts import counting
from services.intake.domain.custody_term import last_day
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    FitnessToTravelAssessed,
    NoticeServed,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.dates import ONE_DAY, last_second


class RunsOut(msgspec.Struct, frozen=True, order=True):
    """One thing that ends, the instant at which it does, and what there is to do about it."""

    ends_at: datetime
    what: str
    then: str
    evidence: str | None = None
    """The paper, exclusion, assurance or agreement that says so."""


def running_out(
    document: AgreementDocument, state: ClearanceState, on: date
) -> tuple[RunsOut, ...]:
    """Whatever ends on a day or after it, the soonest first."""
    ends = (*_borne_by(document, state), *_contest(document, state), *_bars(state))
    return tuple(sorted(each for each in ends if each.ends_at >= last_second(on)))


def _borne_by(document: AgreementDocument, state: ClearanceState) -> Iterator[RunsOut]:
    """What a clearance stands on; it ends with whichever ends first."""
    term = document.effective.end - ONE_DAY
    sign = f"both states sign a version of {document.agreement} that has the days after it"
    ends = [
        *_facts(document, state),
        RunsOut(last_second(term), "agreement", sign, f"agreement/{document.ref}"),
    ]
    yield from ends
    if state.case.cleared:
        first = min(ends)
        yield RunsOut(
            first.ends_at,
            "clearance",
            f"the {first.what} that it stands on ends: renew that, and ask for clearance again",
            first.evidence,
        )


def _facts(document: AgreementDocument, state: ClearanceState) -> Iterator[RunsOut]:
    longest = document.longest_validity
    for fact in counting(document, state.case)[0].facts:
        match fact:
            case LegalBasisRecorded():
                ended = "nobody departs by it any more: the sentence has ended"
                yield _of(fact, "legal-basis", last_day(fact), ended)
            case RiskOfIllTreatmentAssessed():
                until = in_force_until(fact, longest.risk_assessment_days)
                yield _of(fact, "risk-assessment", until, _again(fact))
            case FitnessToTravelAssessed():
                until = in_force_until(fact, longest.fitness_days)
                yield _of(fact, "fitness", until, _again(fact))
            case _:
                pass


def _contest(document: AgreementDocument, state: ClearanceState) -> Iterator[RunsOut]:
    """The time to contest runs from each notice: clearance waits for its end (G10)."""
    for notice in state.case.facts:
        if document.contest_days and isinstance(notice, NoticeServed):
            last = notice.served_on + timedelta(days=document.contest_days) - ONE_DAY
            yield _of(notice, "contest-period", last, "clearance waits for that no longer")


def _bars(state: ClearanceState) -> Iterator[RunsOut]:
    """What bars a departure until an instant that it states."""
    for exclusion in state.exclusions:
        if exclusion.valid_until is not None:
            yield RunsOut(
                last_second(exclusion.valid_until),
                "exclusion",
                f"{exclusion.matched} excludes nobody any more: ask for clearance again",
                f"exclusion/{exclusion.exclusion}",
            )
    for assurance in state.assurances:
        then = "it blocks no longer: ask for clearance again"
        yield RunsOut(assurance.until, "assurance", then, f"assurance/{assurance.assurance}")


def _again(fact: CaseFact) -> str:
    return f"the {fact.office} of {fact.signed_by} has it made again and records it"


def _of(fact: CaseFact, what: str, until: date, then: str) -> RunsOut:
    return RunsOut(last_second(until), what, then, f"document/{fact.document}")
