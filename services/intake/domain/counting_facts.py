"""Which facts of a case count: those of the offices that are named for them, and undisputed.

What is disputed counts as missing (G1): whoever asks for it does not find it. A dispute between
offices stands whichever of them a later version names, until one of them takes its own back.
"""

from __future__ import annotations

import msgspec

from services.intake.domain.case.dispute import disputed
from services.intake.domain.case.state import CaseState, kind_of
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import CaseFact
from shared.kernel.codes import FactKind


def counting(
    document: AgreementDocument, case: CaseState
) -> tuple[CaseState, tuple[CaseFact, ...]]:
    """The case with the facts that count under a version, and those that are in dispute.

    Where none of the offices that the version names has signed a fact, whoever signed it counts:
    that it has to be another's is found then.
    """
    in_dispute = disputed(case.facts)
    kinds = {kind_of(fact) for fact in in_dispute}
    undisputed = [fact for fact in case.facts if kind_of(fact) not in kinds]
    named = _named(document)
    signed = {kind_of(fact) for fact in undisputed if _word(fact) in named}
    facts = (fact for fact in undisputed if kind_of(fact) not in signed or _word(fact) in named)
    return msgspec.structs.replace(case, facts=tuple(facts)), in_dispute


def _word(fact: CaseFact) -> tuple[FactKind, str, str]:
    return (kind_of(fact), fact.signed_by, fact.office)


def _named(document: AgreementDocument) -> set[tuple[FactKind, str, str]]:
    """Whose word each kind of fact is, by a version."""
    return {
        (required.fact, document.party(required.side), required.office)
        for required in document.required_facts
    }
