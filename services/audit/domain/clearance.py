"""Clearance, computed from entries: what the safeguards and the signed list ask for (G5 to G11).

Written from the rules and the agreement, not from the code that decided. A fact is in force on a
day; a decision that was recorded just after midnight may have been taken just before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from shared.contracts.agreement import AgreementDocument
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
from shared.kernel.codes import CaseKind, Country, FactKind
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
}
"""What kind of fact each type is; the latest of a kind counts."""
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
    facts: dict[FactKind, CaseFact]
    days: Days

    def fact(self, kind: FactKind, event: type[FactType]) -> FactType | None:
        """The fact of a kind that counts, if it is of this type."""
        found = self.facts.get(kind)
        return found if isinstance(found, event) else None


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
    fact = question.fact("nationality", NationalityDetermined)
    if fact is None:
        yield Lack("G7", "a nationality that was determined", "none")
    elif not (fact.instrument is not None and fact.signed_by == sending):
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
    fact = question.fact("risk-assessment", RiskOfIllTreatmentAssessed)
    if fact is None or fact.destination != receiving:
        found = "none" if fact is None else f"one for {fact.destination}"
        yield Lack("G5", f"an assessment of the risk in {receiving}", found)
        return
    longest = question.document.longest_validity.risk_assessment_days
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
    fact = question.fact("fitness", FitnessToTravelAssessed)
    if fact is not None and not fact.fit:
        yield Lack("G8", "a person fit to travel", "unfit")
    longest = question.document.longest_validity.fitness_days
    if fact is not None and (until := _until(fact, longest)) < question.days.first:
        yield Lack("G8", "fitness that is in force", f"valid until {until}")


def _identity(question: Question) -> Iterator[Lack]:
    """G9: two independent identifiers."""
    fact = question.fact("identity", IdentityConfirmed)
    held = set(fact.identifiers) if fact else set()
    if len(held) < INDEPENDENT_IDENTIFIERS:
        yield Lack("G9", "two independent identifiers", ", ".join(sorted(held)) or "none")


def _notice(question: Question) -> Iterator[Lack]:
    """G10: notice, the contest period run out, and access to counsel."""
    served = question.fact("notice", NoticeServed)
    days = question.document.contest_days
    if served is None:
        yield Lack("G10", "notice in a language that the person understands", "none")
    elif (question.days.last - served.served_on).days < days:
        yield Lack("G10", f"{days} days to contest that have run out", f"from {served.served_on}")
    counsel = question.fact("counsel", CounselAccessRecorded)
    if counsel is None or counsel.accessed_on > question.days.last:
        found = "none" if counsel is None else f"on {counsel.accessed_on}"
        yield Lack("G10", "access to counsel", found)


def _consulate(question: Question) -> Iterator[Lack]:
    """G11: consular notice was offered, and the answer recorded."""
    fact = question.fact("consular", ConsularNoticeRecorded)
    if fact is None or fact.offered_on > question.days.last:
        found = "none" if fact is None else f"on {fact.offered_on}"
        yield Lack("G11", "consular notice that was offered", found)


def _listed(question: Question) -> Iterator[Lack]:
    """The agreement's list: each fact there, signed by the side and office that it names."""
    for required in question.document.required_facts:
        fact = question.facts.get(required.fact)
        signer = (question.document.party(required.side), required.office)
        found = None if fact is None else (fact.signed_by, fact.office)
        if found != signer:
            expected = f"{required.fact}, signed by the {required.office} of {signer[0]}"
            yield Lack(
                RULE_OF[required.fact], expected, "none" if found is None else " ".join(found)
            )


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
)
