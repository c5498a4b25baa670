"""What is told of somebody who has departed, and that it would have kept them here (D7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta

import msgspec

from services.audit.domain.clearance import Days, Lack, Question, lacks
from services.audit.domain.disputes import counting
from services.audit.domain.records.cases import Case
from services.audit.domain.records.people import Departure
from services.audit.domain.records.wrongful_transfers import FACT
from services.audit.domain.state import State
from services.audit.domain.wrongful import binds, expect, is_away
from shared.contracts.agreement import AgreementDocument
from shared.contracts.exclusion import ExclusionMatched
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    NoticeServed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.ids import CaseId, PersonId, agreement_of

GONE = ("departed", "handed over", "refused at arrival")
"""What a case is whose person has left."""


def case_of_departed(state: State, name: CaseId) -> Case | None:
    """The case of somebody who has departed and is under way or in custody."""
    return state.cases.get(name) or state.handed_over.get(name)


def fact(state: State, case: Case, event: CaseFact) -> None:
    """A fact says whether it came after the departure; what would have kept them here is found."""
    is_gone = state.lifecycles.state("case", event.case) in GONE
    state.findings.same("D7", "told after the departure:", is_gone, event.after_departure)
    changed(state, case)


def changed(state: State, case: Case) -> None:
    """What is told of a case has changed: whatever of it is new and would have kept them here."""
    name, person = case.proposed.case, case.proposed.person
    left = state.people.of(person).departed
    if left is None or left.case != name:
        return
    _told(state, person)
    news = set(lacked(state, case, left)) - state.wrongful.lacking.get(name, set())
    if news and is_away(state, person):
        state.wrongful.lacking.setdefault(name, set()).update(news)
        state.wrongful.ever.discard((FACT, name))
        expect(state, FACT, person, name)


def excluded(state: State, event: ExclusionMatched) -> None:
    """An exclusion that has the day of a departure, under whichever pseudonym (G8)."""
    for pseudonym in sorted(state.pseudonyms.everybody(event.person)):
        left = state.people.of(pseudonym).departed
        if left is not None:
            _told(state, pseudonym)
            is_of_the_day = event.valid_until is None or _day(left) <= event.valid_until
            if is_of_the_day and is_away(state, pseudonym):
                expect(state, f"exclusion/{event.exclusion}", pseudonym, left.case)


def alike(state: State, person: PersonId) -> None:
    """Whose orders bind whom has changed: those that name one of them bind every one (G9)."""
    everybody = state.pseudonyms.everybody(person)
    for pseudonym in sorted(everybody):
        left = state.people.of(pseudonym).departed
        if left is not None:
            _told(state, pseudonym)
            for hold, order in state.orders.named(everybody):
                if binds(state, order.scope, pseudonym, left) and is_away(state, pseudonym):
                    expect(state, f"hold/{hold}", pseudonym, left.case)


def lacked(state: State, case: Case, left: Departure) -> Iterator[Lack]:
    """What is missing of a departure by what is on record now, under the version of its day."""
    day = _day(left)
    document = state.versions.binding(agreement_of(case.proposed.agreement), day)
    if document is not None:
        as_of = {
            kind: {signer: _as_of(told, day, document) for signer, told in words.items()}
            for kind, words in case.facts.items()
        }
        facts, in_dispute = counting(document, as_of)
        yield from lacks(Question(document, case.proposed.kind, facts, Days(day, day), in_dispute))


def _as_of(told: CaseFact, day: date, document: AgreementDocument) -> CaseFact:
    """A fact as it bears on a day: what was done again later takes nothing from it."""
    match told:
        case LegalBasisRecorded(counted_on=date() as counted_on) if counted_on > day:
            remained = told.days_remaining + (counted_on - day).days
            return msgspec.structs.replace(told, counted_on=day, days_remaining=remained)
        case _ if not told.after_departure:
            return told
        case NoticeServed():
            first = day - timedelta(days=document.contest_days)
            return msgspec.structs.replace(told, served_on=min(told.served_on, first))
        case CounselAccessRecorded():
            return msgspec.structs.replace(told, accessed_on=min(told.accessed_on, day))
        case ConsularNoticeRecorded():
            return msgspec.structs.replace(told, offered_on=min(told.offered_on, day))
        case FitnessToTravelAssessed(assessed_on=date() as made_on) if made_on > day:
            return msgspec.structs.replace(told, fit=True, assessed_on=day)
        case _:
            return told


def _told(state: State, pseudonym: PersonId) -> None:
    moments = state.wrongful.told_at.setdefault(pseudonym, [])
    moments.append(state.findings.entry.recorded_at)


def _day(left: Departure) -> date:
    return left.departed_at.astimezone(UTC).date()
