"""Clearance, computed from entries: what the safeguards and the signed list ask for (G5 to G11).

Written from the rules and the agreement, not from the code that decided. A fact is in force on a
day; a decision that was recorded just after midnight may have been taken just before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
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
from shared.kernel.codes import CaseKind, Country, FactKind, IdentifierKind
from shared.kernel.reference.territories import NOBODYS, state_of
from shared.kernel.reference.travel_documents import UNDETERMINED

DECIDING = timedelta(minutes=2)
"""The longest that passes between taking a decision and recording it."""
INDEPENDENT_IDENTIFIERS = 2

KINDS: dict[type[CaseFact], FactKind] = {
    IdentityConfirmed: "identity",
    LegalBasisRecorded: "legal-basis",
    NationalityDetermined: "nationality",
    RiskOfIllTreatmentAssessed: "risk-assessment",
    FitnessToTravelAssessed: "fitness",
    NoticeServed: "notice",
    CounselAccessRecorded: "counsel",
    ConsularNoticeRecorded: "consular",
    PersonOpinionRecorded: "opinion",
    ReceivingStateAccepted: "acceptance",
    ReceivingStateDeclined: "acceptance",
    IdentityDisputed: "identity",
}
"""What kind of fact each type is; of each office the latest of a kind counts."""
RULE_OF: dict[FactKind, str] = {
    "identity": "G9",
    "legal-basis": "G6",
    "nationality": "G7",
    "risk-assessment": "G5",
    "fitness": "G8",
    "notice": "G10",
    "counsel": "G10",
    "consular": "G11",
    "opinion": "required_facts",
    "acceptance": "G8",
}
FactType = TypeVar("FactType", bound=CaseFact)


class Days(msgspec.Struct, frozen=True):
    """The days that a decision may have been taken for: nearly always one and the same."""

    first: date
    last: date

    @staticmethod
    def of(recorded_at: datetime, *journey: date) -> Days:
        """From when it was recorded; a journey that is planned or made later counts instead."""
        return Days(
            max(((recorded_at - DECIDING).date(), *journey)), max((recorded_at.date(), *journey))
        )


class Question(msgspec.Struct, frozen=True):
    """What clearance is computed from."""

    document: AgreementDocument
    kind: CaseKind
    facts: dict[FactKind, tuple[CaseFact, ...]]
    """Those that count: nothing of what is disputed."""
    days: Days
    disputed: Sequence[FactKind] = ()

    def each(self, kind: FactKind, event: type[FactType]) -> tuple[FactType, ...]:
        """The facts of a kind that count and are of this type."""
        return tuple(fact for fact in self.facts.get(kind, ()) if isinstance(fact, event))

    def fact(self, kind: FactKind, event: type[FactType]) -> FactType | None:
        """The latest of them, if there is one."""
        return next(reversed(self.each(kind, event)), None)


class Lack(msgspec.Struct, frozen=True):
    """What stands in the way of a clearance."""

    rule: str
    expected: str
    found: str


def lacks(question: Question) -> Iterator[Lack]:
    """Everything that the safeguards and the agreement ask for and that is not there."""
    for rule in _RULES:
        yield from rule(question)


def _nationality(question: Question) -> Iterator[Lack]:
    """G7: disputed or unknown counts as the sending state's own, a territory's as its state's."""
    sending = question.document.parties.sending
    facts = question.each("nationality", NationalityDetermined)
    if not facts:
        yield Lack("G7", "a nationality that was determined", "none")
    if any(fact.instrument is not None and fact.signed_by == sending for fact in facts):
        return
    for fact in facts:
        held: tuple[Country, ...] = fact.nationalities
        unknown = not held or any(code in UNDETERMINED or code in NOBODYS for code in held)
        if fact.disputed or unknown or state_of(sending) in map(state_of, held):
            found = "disputed" if fact.disputed else ", ".join(held) or "unknown"
            yield Lack("G7", f"no national of {sending} without its own instrument", found)


def _legal_basis(question: Question) -> Iterator[Lack]:
    """G6: a final judgment, under the schedule of offences, with days remaining."""
    fact = question.fact("legal-basis", LegalBasisRecorded)
    if fact is None:
        yield Lack("G6", "a final judgment", "none")
        return
    if fact.final_on is None or fact.final_on > question.days.last:
        yield Lack("G6", "a final judgment", f"one that is final from {fact.final_on or 'no day'}")
    if fact.judged_on > question.days.last:
        yield Lack("G6", "a judgment that was given", f"one of {fact.judged_on}")
    schedule = question.document.admission.offences
    if schedule and fact.offence not in schedule:
        yield Lack("G6", "an offence of the agreement's schedule", fact.offence)
    counted_on = fact.counted_on or fact.judged_on
    if counted_on > question.days.last:
        yield Lack("G6", "days that were counted on a day that has come", str(counted_on))
    remaining = fact.days_remaining - (question.days.first - counted_on).days
    if remaining <= 0:
        yield Lack("G6", "days of the sentence that remain", str(remaining))


def _risk(question: Question) -> Iterator[Lack]:
    """G5: for this destination, in force, and without substantial grounds."""
    receiving = question.document.parties.receiving
    facts = question.each("risk-assessment", RiskOfIllTreatmentAssessed)
    elsewhere = [fact.destination for fact in facts if fact.destination != receiving]
    if not facts or elsewhere:
        found = f"one for {elsewhere[0]}" if elsewhere else "none"
        yield Lack("G5", f"an assessment of the risk in {receiving}", found)
    longest = question.document.longest_validity.risk_assessment_days
    for fact in facts:
        for country in sorted({*question.document.onward_countries} - {*fact.onward}):
            found = ", ".join(fact.onward) or "none"
            yield Lack("G5", f"an assessment of the risk in {country}, onward", found)
        if (until := _until(fact, longest)) < question.days.first:
            yield Lack("G5", "an assessment that is in force", f"valid until {until}")
        if fact.substantial_grounds:
            yield Lack("G5", "no substantial grounds to fear ill-treatment", "there are")


def _until(fact: RiskOfIllTreatmentAssessed | FitnessToTravelAssessed, longest: int) -> date:
    """Its own last day, or the last of as many days as the agreement lets it stand."""
    made = fact.assessed_on
    own = fact.valid_until
    return own if made is None else min(own, made + timedelta(days=longest))


def _admission(question: Question) -> Iterator[Lack]:
    """G8: accepted by the receiving state, of a kind and nationality that the agreement admits."""
    if question.fact("acceptance", ReceivingStateAccepted) is None:
        yield Lack("G8", "the receiving state's acceptance", str(question.facts.get("acceptance")))
    admission, parties = question.document.admission, question.document.parties
    if question.kind not in admission.kinds:
        yield Lack("admission.kinds", "a kind that the agreement admits", question.kind)
    fact = question.fact("nationality", NationalityDetermined)
    held = tuple(map(state_of, fact.nationalities)) if fact else ()
    for country in admission.excluded_nationalities:
        if state_of(country) in held:
            yield Lack("G8", "no nationality that the agreement excludes", country)
    if question.kind == "repatriation" and held and state_of(parties.receiving) not in held:
        yield Lack("G8", f"a national of {parties.receiving}, who goes home", ", ".join(held))


def _fitness(question: Question) -> Iterator[Lack]:
    """G8: fit to travel, where that was assessed or is required."""
    longest = question.document.longest_validity.fitness_days
    for fact in question.each("fitness", FitnessToTravelAssessed):
        if not fact.fit:
            yield Lack("G8", "a person fit to travel", "unfit")
        if (until := _until(fact, longest)) < question.days.first:
            yield Lack("G8", "fitness that is in force", f"valid until {until}")


def _identity(question: Question) -> Iterator[Lack]:
    """G9: two independent identifiers."""
    facts = question.each("identity", IdentityConfirmed)
    confirmed = [{*fact.identifiers} for fact in facts] or [set[IdentifierKind]()]
    for held in confirmed:
        if len(held) < INDEPENDENT_IDENTIFIERS:
            yield Lack("G9", "two independent identifiers", ", ".join(sorted(held)) or "none")


def _notice(question: Question) -> Iterator[Lack]:
    """G10: notice, the contest period run out, and access to counsel."""
    served = [fact.served_on for fact in question.each("notice", NoticeServed)]
    days = question.document.contest_days
    if not served:
        yield Lack("G10", "notice in a language that the person understands", "none")
    elif (question.days.last - max(served)).days < days:
        yield Lack("G10", f"{days} days to contest that have run out", f"from {max(served)}")
    counsel = [fact.accessed_on for fact in question.each("counsel", CounselAccessRecorded)]
    if not counsel or max(counsel) > question.days.last:
        found = f"on {max(counsel)}" if counsel else "none"
        yield Lack("G10", "access to counsel", found)


def _consulate(question: Question) -> Iterator[Lack]:
    """G11: consular notice was offered, and the answer recorded."""
    offered = [fact.offered_on for fact in question.each("consular", ConsularNoticeRecorded)]
    if not offered or max(offered) > question.days.last:
        found = f"on {max(offered)}" if offered else "none"
        yield Lack("G11", "consular notice that was offered", found)


def _listed(question: Question) -> Iterator[Lack]:
    """The agreement's list: each fact there, signed by the side and office that it names."""
    for required in question.document.required_facts:
        signer = (question.document.party(required.side), required.office)
        signed = [(fact.signed_by, fact.office) for fact in question.facts.get(required.fact, ())]
        if signer not in signed:
            expected = f"{required.fact}, signed by the {required.office} of {signer[0]}"
            found = ", ".join(map(" ".join, signed)) or "none"
            yield Lack(RULE_OF[required.fact], expected, found)


def _disputes(question: Question) -> Iterator[Lack]:
    """G1: nothing that offices contradict each other in."""
    for kind in question.disputed:
        yield Lack(RULE_OF[kind], f"{kind} in which no two offices differ", "disputed")


_RULES: tuple[Callable[[Question], Iterator[Lack]], ...] = (
    _nationality,
    _legal_basis,
    _risk,
    _admission,
    _fitness,
    _identity,
    _notice,
    _consulate,
    _listed,
    _disputes,
)
