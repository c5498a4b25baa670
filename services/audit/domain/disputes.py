"""Which facts of a case count: undisputed, and of the offices that are named for them (G1, G7).

Written from the rule: what two offices answer differently is disputed until one of them takes its
answer back, and counts as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from services.audit.domain.records.cases import Signer
from shared.contracts.agreement import AgreementDocument
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    FitnessToTravelAssessed,
    NationalityDetermined,
    PersonOpinionRecorded,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.codes import FactKind
from shared.kernel.reference.territories import state_of


def are_disputed(facts: Iterable[CaseFact]) -> bool:
    """Whether these facts of one kind answer anything in more than one way."""
    answers: dict[str, object] = {}
    return any(
        answers.setdefault(question, answer) != answer for question, answer in map(_answered, facts)
    )


def _answered(fact: CaseFact) -> tuple[str, object]:
    """What a fact is asked, and what it answers; an act of an office answers nothing."""
    match fact:
        case LegalBasisRecorded():
            first = fact.counted_on or fact.judged_on
            ends = first + timedelta(days=fact.days_remaining)
            judged = (fact.court, fact.reference, fact.judged_on, fact.final_on, fact.offence)
            return "", (*judged, ends)
        case NationalityDetermined():
            return "", (sorted({*map(state_of, fact.nationalities)}), fact.disputed)
        case RiskOfIllTreatmentAssessed():
            return fact.destination, fact.substantial_grounds
        case FitnessToTravelAssessed():
            return "", fact.fit
        case ConsularNoticeRecorded():
            return "", fact.answer
        case PersonOpinionRecorded():
            return "", fact.opinion
        case _:
            return "", isinstance(fact, IdentityDisputed | ReceivingStateDeclined)


def counting(
    document: AgreementDocument, facts: Mapping[FactKind, Mapping[Signer, CaseFact]]
) -> tuple[dict[FactKind, tuple[CaseFact, ...]], list[FactKind]]:
    """The facts of each kind that count under a version, and the kinds that are disputed."""
    counts: dict[FactKind, tuple[CaseFact, ...]] = {}
    in_dispute: list[FactKind] = []
    for kind, words in facts.items():
        if are_disputed(words.values()):
            in_dispute.append(kind)
            continue
        named = _offices(document, kind)
        of_named = tuple(fact for signer, fact in words.items() if signer in named)
        counts[kind] = of_named or tuple(words.values())
    return counts, in_dispute


def _offices(document: AgreementDocument, kind: FactKind) -> set[Signer]:
    return {
        (document.party(required.side), required.office)
        for required in document.required_facts
        if required.fact == kind
    }
