"""The safeguards that clearance is computed from: one function a rule, yielding what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import msgspec

from services.intake.domain.case.state import CaseState
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import Likenesses
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.codes import Country, FactKind
from shared.kernel.rejected import Finding
from shared.kernel.travel_documents import determined


class Question(msgspec.Struct, frozen=True):
    """What clearance is computed from: the signed terms, the case, the holds, the day, and who
    the person may be.
    """

    document: AgreementDocument
    case: CaseState
    holds: HoldsState
    on: date
    likenesses: Likenesses = Likenesses()


def standing_holds(asked: Question) -> Iterator[Finding]:
    """G3: an order that matches the person or the destination stands; nobody overrides it (G2)."""
    for hold in asked.holds.standing:
        missing = f"the {hold.form} order {hold.reference} stands until its issuer lifts it"
        yield Finding(rule="G3", missing=missing, evidence=f"hold/{hold.hold}")


def nationality(asked: Question) -> Iterator[Finding]:
    """G7: nationals of the sending state need its own instrument; so do the undetermined."""
    fact = asked.case.fact(NationalityDetermined)
    sending = asked.document.parties.sending
    if fact is None:
        yield _missing("G7", f"nationality is not determined, so it counts as that of {sending}")
        return
    if fact.instrument is not None and fact.signed_by == sending:
        return
    if sending in fact.nationalities:
        yield _found("G7", f"a national of {sending} needs its own legal instrument", fact)
    elif fact.disputed or not determined(fact.nationalities):
        missing = f"disputed or unknown nationality counts as that of {sending} until determined"
        yield _found("G7", missing, fact)


def legal_basis(asked: Question) -> Iterator[Finding]:
    """G6: only the convicted: a final judgment, an offence of the schedule, days remaining."""
    fact = asked.case.fact(LegalBasisRecorded)
    if fact is None:
        yield _missing("G6", "no legal basis: a final judgment with court, date and reference")
        return
    if fact.final_on is None or max(fact.final_on, fact.judged_on) > asked.on:
        yield _found("G6", "the judgment is not final", fact)
    offences = asked.document.admission.offences
    if offences and fact.offence not in offences:
        yield _found("G6", f"offence {fact.offence} is not in the agreement's schedule", fact)
    if fact.counted_on is not None and fact.counted_on > asked.on:
        yield _found("G6", f"the days that remain are counted on {fact.counted_on}, later", fact)
    elif _days_remaining(fact, asked.on) <= 0:
        yield _found("G6", "no days of the sentence remain", fact)


def _days_remaining(fact: LegalBasisRecorded, on: date) -> int:
    """What remains on a day of what remained on another: of the judgment, where none was said."""
    return fact.days_remaining - (on - (fact.counted_on or fact.judged_on)).days


def risk(asked: Question) -> Iterator[Finding]:
    """G5: an assessment for this destination, in force, without substantial grounds."""
    fact = asked.case.fact(RiskOfIllTreatmentAssessed)
    receiving = asked.document.parties.receiving
    if fact is None or fact.destination != receiving:
        yield _found("G5", f"no assessment of the risk of ill-treatment in {receiving}", fact)
        return
    until = _in_force_until(fact, asked.document.longest_validity.risk_assessment_days)
    if until < asked.on:
        yield _found("G5", f"the risk assessment expired on {until}", fact)
    if fact.substantial_grounds:
        yield _found("G5", "there are substantial grounds to fear ill-treatment", fact)


def _in_force_until(
    fact: RiskOfIllTreatmentAssessed | FitnessToTravelAssessed, longest_days: int
) -> date:
    """The last day that an assessment stands: its own, or that of the agreement's longest term."""
    if fact.assessed_on is None:
        return fact.valid_until
    return min(fact.valid_until, fact.assessed_on + timedelta(days=longest_days))


def admission(asked: Question) -> Iterator[Finding]:
    """G8: accepted by the receiving state, not excluded by the agreement, fit to travel."""
    declined = asked.case.fact(ReceivingStateDeclined)
    if declined is not None:
        yield _found("G8", "the receiving state declined this person", declined)
    elif asked.case.fact(ReceivingStateAccepted) is None:
        yield _missing("G8", "the receiving state has not accepted this person")
    determined = asked.case.fact(NationalityDetermined)
    held = determined.nationalities if determined else ()
    for country in asked.document.admission.excluded_nationalities:
        if country in held:
            yield _found("G8", f"the agreement excludes nationals of {country}", determined)
    yield from _home(asked, held)
    fitness = asked.case.fact(FitnessToTravelAssessed)
    if fitness and not fitness.fit:
        yield _found("G8", "the person is not fit to travel", fitness)
    if fitness:
        until = _in_force_until(fitness, asked.document.longest_validity.fitness_days)
        if until < asked.on:
            yield _found("G8", f"the fitness assessment expired on {until}", fitness)


def _home(asked: Question, held: tuple[Country, ...]) -> Iterator[Finding]:
    receiving = asked.document.parties.receiving
    proposed = asked.case.proposed
    if proposed and proposed.kind == "repatriation" and held and receiving not in held:
        yield _missing("G8", f"only nationals of {receiving} are repatriated there")


def kind(asked: Question) -> Iterator[Finding]:
    """The signed terms admit the case's kind, also when a later version replaced its own."""
    proposed = asked.case.proposed
    if proposed and proposed.kind not in asked.document.admission.kinds:
        missing = f"{asked.document.ref} has no cases of the kind {proposed.kind}"
        yield _missing("admission.kinds", missing)


def identity(asked: Question) -> Iterator[Finding]:
    """G9: two independent identifiers, and nobody else whom the person may be."""
    fact = asked.case.fact(IdentityConfirmed)
    if fact is None:
        yield _missing("G9", "identity is not confirmed by two independent identifiers")
    elif len(set(fact.identifiers)) < TWO_IDENTIFIERS:
        yield _found("G9", "identity needs a second, independent identifier", fact)
    proposed = asked.case.proposed
    for alike in asked.likenesses.of(proposed.person) if proposed else ():
        if alike.set_aside:
            missing = "the pseudonym gave way to another: propose the case for that one"
            yield Finding(rule="G9", missing=missing, evidence=f"person/{alike.other}")
        elif not alike.merged:
            missing = "a near match waits for a person: say whether they are the same"
            yield Finding(rule="G9", missing=missing, evidence=f"person/{alike.other}")


TWO_IDENTIFIERS = 2


def notice(asked: Question) -> Iterator[Finding]:
    """G10: notice, access to counsel, and the agreement's contest period run out."""
    served = asked.case.fact(NoticeServed)
    if served is None:
        yield _missing("G10", "no notice was served in a language that the person understands")
    elif (asked.on - served.served_on).days < asked.document.contest_days:
        missing = f"the contest period of {asked.document.contest_days} days has not run out"
        yield _found("G10", missing, served)
    counsel = asked.case.fact(CounselAccessRecorded)
    if counsel is None:
        yield _missing("G10", "no access to counsel is recorded")
    elif counsel.accessed_on > asked.on:
        yield _found("G10", "access to counsel has not happened yet", counsel)


def consulate(asked: Question) -> Iterator[Finding]:
    """G11: consular notice was offered and the answer recorded."""
    fact = asked.case.fact(ConsularNoticeRecorded)
    if fact is None:
        yield _missing("G11", "no offer of consular notice and no answer is recorded")
    elif fact.offered_on > asked.on:
        yield _found("G11", "consular notice has not been offered yet", fact)


RULE_OF: dict[FactKind, str] = {
    "identity": "G9",
    "legal-basis": "G6",
    "nationality": "G7",
    "risk-assessment": "G5",
    "fitness": "G8",
    "notice": "G10",
    "counsel": "G10",
    "consular": "G11",
    "opinion": "required_facts.opinion",
    "acceptance": "G8",
}
"""The rule that a kind of fact serves, or the agreement's own clause."""
GUARDED: frozenset[FactKind] = frozenset(RULE_OF) - {"fitness", "opinion"}
"""Kinds whose absence a rule above finds, whatever the agreement requires."""


def required(asked: Question) -> Iterator[Finding]:
    """The agreement's list: each fact present, and signed by the side and office that it names."""
    for one in asked.document.required_facts:
        fact = asked.case.fact_of(one.fact)
        party = asked.document.party(one.side)
        if fact is None and one.fact not in GUARDED:
            missing = f"{one.fact} is required of the {one.office} of {party}"
            yield _missing(RULE_OF[one.fact], missing)
        elif fact is not None and (fact.signed_by, fact.office) != (party, one.office):
            missing = f"{one.fact} must be signed by the {one.office} of {party}"
            yield _found(RULE_OF[one.fact], missing, fact)


RULES: tuple[Callable[[Question], Iterator[Finding]], ...] = (
    standing_holds,
    nationality,
    legal_basis,
    risk,
    admission,
    kind,
    identity,
    notice,
    consulate,
    required,
)


def _missing(rule: str, missing: str) -> Finding:
    return Finding(rule=rule, missing=missing)


def _found(rule: str, missing: str, fact: CaseFact | None) -> Finding:
    evidence = f"document/{fact.document}" if fact else None
    return Finding(rule=rule, missing=missing, evidence=evidence)
