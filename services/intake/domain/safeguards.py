"""The safeguards that clearance is computed from: one function a rule, yielding what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from services.intake.domain.assessment import in_force_until
from services.intake.domain.case.state import CaseState, kind_of
from services.intake.domain.category import clauses
from services.intake.domain.exclusion.state import is_in_force
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import Likenesses
from shared.contracts.agreement import AgreementDocument
from shared.contracts.assurance import AssuranceGiven
from shared.contracts.category import CategoryDetermined
from shared.contracts.exclusion import ExclusionMatched
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
from shared.kernel.reference.territories import determined, state_of
from shared.kernel.rejected import Finding


class Question(msgspec.Struct, frozen=True):
    """What clearance is computed from: the signed terms, the case with the facts that count, the
    holds, the day, and who the person may be.
    """

    document: AgreementDocument
    case: CaseState
    holds: HoldsState
    on: date
    likenesses: Likenesses = Likenesses()
    exclusions: tuple[ExclusionMatched, ...] = ()
    assurances: tuple[AssuranceGiven, ...] = ()
    disputed: tuple[CaseFact, ...] = ()
    """What offices contradict each other in: none of it counts (G1)."""
    categories: tuple[CategoryDetermined, ...] = ()


def standing_holds(question: Question) -> Iterator[Finding]:
    """G3: an order that matches the person or the destination stands; nobody overrides it (G2)."""
    for hold in question.holds.standing:
        missing = f"the {hold.form} order {hold.reference} stands until its issuer lifts it"
        yield Finding(rule="G3", missing=missing, evidence=f"hold/{hold.hold}")


def standing_assurances(question: Question) -> Iterator[Finding]:
    """D5: what a government assured a court or counsel blocks until its end is on record."""
    for assurance in question.assurances:
        receiver = f"the {assurance.to_office} {assurance.to_body} of {assurance.to_party}"
        until = assurance.until.isoformat()
        missing = f"{assurance.giver} assured {receiver}, until {until} or until both end it"
        yield Finding(rule="D5", missing=missing, evidence=f"assurance/{assurance.assurance}")


def nationality(question: Question) -> Iterator[Finding]:
    """G7: nationals of the sending state need its own instrument, under whichever of its codes; so
    do the undetermined.
    """
    facts = question.case.each(NationalityDetermined)
    sending = question.document.parties.sending
    if not facts:
        yield _missing("G7", f"nationality is not determined, so it counts as that of {sending}")
    if any(fact.instrument is not None and fact.signed_by == sending for fact in facts):
        return
    for fact in facts:
        if sending in map(state_of, fact.nationalities):
            yield _found("G7", f"a national of {sending} needs its own legal instrument", fact)
        elif fact.disputed or not determined(fact.nationalities):
            yield _found(
                "G7",
                f"disputed or unknown nationality counts as that of {sending} until determined",
                fact,
            )


def legal_basis(question: Question) -> Iterator[Finding]:
    """G6: only the convicted: a final judgment, an offence of the schedule, days remaining."""
    fact = question.case.fact(LegalBasisRecorded)
    if fact is None:
        yield _missing("G6", "no legal basis: a final judgment with court, date and reference")
        return
    if fact.final_on is None or max(fact.final_on, fact.judged_on) > question.on:
        yield _found("G6", "the judgment is not final", fact)
    offences = question.document.admission.offences
    if offences and fact.offence not in offences:
        yield _found("G6", f"offence {fact.offence} is not in the agreement's schedule", fact)
    if fact.counted_on is not None and fact.counted_on > question.on:
        yield _found("G6", f"the days that remain are counted on {fact.counted_on}, later", fact)
    elif _days_remaining(fact, question.on) <= 0:
        yield _found("G6", "no days of the sentence remain", fact)


def _days_remaining(fact: LegalBasisRecorded, on: date) -> int:
    """What remains on a day of what remained on another: of the judgment, where none was said."""
    return fact.days_remaining - (on - (fact.counted_on or fact.judged_on)).days


def risk(question: Question) -> Iterator[Finding]:
    """G5: an assessment for this destination and wherever the agreement lets the person be sent on
    from there, in force, without substantial grounds.
    """
    facts = question.case.each(RiskOfIllTreatmentAssessed)
    receiving = question.document.parties.receiving
    if not facts:
        yield _missing("G5", f"no assessment of the risk of ill-treatment in {receiving}")
    for fact in facts:
        until = in_force_until(fact, question.document.longest_validity.risk_assessment_days)
        if fact.destination != receiving:
            yield _found("G5", f"no assessment of the risk of ill-treatment in {receiving}", fact)
            continue
        for country in question.document.onward_countries:
            if country not in fact.onward:
                missing = (
                    f"no assessment of the risk of ill-treatment in {country}, if sent on there"
                )
                yield _found("G5", missing, fact)
        if until < question.on:
            yield _found("G5", f"the risk assessment expired on {until}", fact)
        if fact.substantial_grounds:
            yield _found("G5", "there are substantial grounds to fear ill-treatment", fact)


def excluded(question: Question) -> Iterator[Finding]:
    """G8: nobody whom an office found to be a minor, pregnant, seriously ill, a party to pending
    proceedings or waiting for asylum, under any pseudonym; each until its own office withdraws it.
    """
    for exclusion in question.exclusions:
        if is_in_force(exclusion, question.on):
            ends = f"{exclusion.valid_until} has passed, or " if exclusion.valid_until else ""
            office = f"the {exclusion.office} of {exclusion.signed_by}"
            missing = (
                f"{exclusion.matched}: {office} excludes the person until {ends}it withdraws it"
            )
            yield Finding(rule="G8", missing=missing, evidence=f"exclusion/{exclusion.exclusion}")


def admission(question: Question) -> Iterator[Finding]:
    """G8: accepted by the receiving state, not excluded by the agreement, fit to travel."""
    declined = question.case.fact(ReceivingStateDeclined)
    if declined is not None:
        yield _found("G8", "the receiving state declined this person", declined)
    elif question.case.fact(ReceivingStateAccepted) is None:
        yield _missing("G8", "the receiving state has not accepted this person")
    determined = question.case.fact(NationalityDetermined)
    held = tuple(map(state_of, determined.nationalities)) if determined else ()
    for country in question.document.admission.excluded_nationalities:
        if state_of(country) in held:
            yield _found("G8", f"the agreement excludes nationals of {country}", determined)
    yield from _home(question, held)
    yield from clauses.excluding(question.document, question.categories)
    for fitness in question.case.each(FitnessToTravelAssessed):
        until = in_force_until(fitness, question.document.longest_validity.fitness_days)
        if not fitness.fit:
            yield _found("G8", "the person is not fit to travel", fitness)
        if until < question.on:
            yield _found("G8", f"the fitness assessment expired on {until}", fitness)


def _home(question: Question, held: tuple[Country, ...]) -> Iterator[Finding]:
    receiving = question.document.parties.receiving
    proposed = question.case.proposed
    if proposed and proposed.kind == "repatriation" and held and receiving not in held:
        yield _missing("G8", f"only nationals of {receiving} are repatriated there")


def kind(question: Question) -> Iterator[Finding]:
    """The signed terms admit the case's kind, also when a later version replaced its own."""
    proposed = question.case.proposed
    if proposed and proposed.kind not in question.document.admission.kinds:
        missing = f"{question.document.ref} has no cases of the kind {proposed.kind}"
        yield _missing("admission.kinds", missing)


def identity(question: Question) -> Iterator[Finding]:
    """G9: two independent identifiers, and nobody else whom the person may be."""
    facts = question.case.each(IdentityConfirmed)
    if not facts:
        yield _missing("G9", "identity is not confirmed by two independent identifiers")
    for fact in facts:
        if len(set(fact.identifiers)) < TWO_IDENTIFIERS:
            yield _found("G9", "identity needs a second, independent identifier", fact)
    proposed = question.case.proposed
    for alike in question.likenesses.of(proposed.person) if proposed else ():
        if alike.set_aside:
            missing = "the pseudonym gave way to another: propose the case for that one"
            yield Finding(rule="G9", missing=missing, evidence=f"person/{alike.other}")
        elif not alike.merged:
            missing = "a near match waits for a person: say whether they are the same"
            yield Finding(rule="G9", missing=missing, evidence=f"person/{alike.other}")


TWO_IDENTIFIERS = 2


def notice(question: Question) -> Iterator[Finding]:
    """G10: notice, access to counsel, and the agreement's contest period run out."""
    served, days = question.case.each(NoticeServed), question.document.contest_days
    if not served:
        yield _missing("G10", "no notice was served in a language that the person understands")
    for fact in served:
        if (question.on - fact.served_on).days < days:
            yield _found("G10", f"the contest period of {days} days has not run out", fact)
    counsel = question.case.each(CounselAccessRecorded)
    if not counsel:
        yield _missing("G10", "no access to counsel is recorded")
    for access in counsel:
        if access.accessed_on > question.on:
            yield _found("G10", "access to counsel has not happened yet", access)


def consulate(question: Question) -> Iterator[Finding]:
    """G11: consular notice was offered and the answer recorded."""
    facts = question.case.each(ConsularNoticeRecorded)
    if not facts:
        yield _missing("G11", "no offer of consular notice and no answer is recorded")
    for fact in facts:
        if fact.offered_on > question.on:
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


def required(question: Question) -> Iterator[Finding]:
    """The agreement's list: each fact present, and signed by the side and office that it names."""
    for required in question.document.required_facts:
        facts = question.case.of_kind(required.fact)
        party = question.document.party(required.side)
        if not facts and required.fact not in GUARDED:
            missing = f"{required.fact} is required of the {required.office} of {party}"
            yield _missing(RULE_OF[required.fact], missing)
        elif facts and not question.case.word_of(required.fact, party, required.office):
            missing = f"{required.fact} must be signed by the {required.office} of {party}"
            yield _found(RULE_OF[required.fact], missing, facts[-1])


def disputes(question: Question) -> Iterator[Finding]:
    """G1: what two offices contradict each other in counts as missing, until one of them takes its
    own back.
    """
    for fact in question.disputed:
        rule, says = RULE_OF[kind_of(fact)], f"the {fact.office} of {fact.signed_by}"
        yield _found(rule, f"{kind_of(fact)} is disputed: {says} and another office differ", fact)


RULES: tuple[Callable[[Question], Iterator[Finding]], ...] = (
    standing_holds,
    standing_assurances,
    nationality,
    legal_basis,
    risk,
    excluded,
    admission,
    kind,
    identity,
    notice,
    consulate,
    required,
    disputes,
)


def _missing(rule: str, missing: str) -> Finding:
    return Finding(rule=rule, missing=missing)


def _found(rule: str, missing: str, fact: CaseFact | None) -> Finding:
    evidence = f"document/{fact.document}" if fact else None
    return Finding(rule=rule, missing=missing, evidence=evidence)
