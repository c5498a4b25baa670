"""What is to be done before a person is cleared: which office does what next, by which command.

It says what an office can do about what is missing or bars; whether that lets the person go is the
findings' to say. What nobody can mend, such as substantial grounds to fear ill-treatment, is among
those alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from services.intake.domain.assessment import in_force_until
from services.intake.domain.case.state import kind_of
from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.counting_facts import counting
from services.intake.domain.exclusion.state import is_in_force
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
    FitnessToTravelAssessed,
    RiskOfIllTreatmentAssessed,
)
from shared.kernel.codes import FactKind, Office, Party
from shared.kernel.ids import CaseId


class ToDo(msgspec.Struct, frozen=True):
    """One step: whose it is, the command, and why."""

    party: Party
    office: Office
    command: str
    why: str


def to_do(document: AgreementDocument, state: ClearanceState, on: date) -> tuple[ToDo, ...]:
    """Every step that some office can take by now, in the order of the findings."""
    proposed = state.case.proposed
    if proposed is None:
        return ()
    case = proposed.case
    steps = (
        *_bars(state, on),
        *_disputes(document, state, case),
        *_facts(document, state, case, on),
        *_who_is_who(state, proposed),
    )
    if steps or state.case.cleared:
        return steps
    clear = f"POST /v1/cases/{case}:clear"
    why = "nothing is left that an office has to record: see the findings"
    return (ToDo(document.parties.sending, "intake-agency", clear, why),)


def _bars(state: ClearanceState, on: date) -> Iterator[ToDo]:
    """Orders, assurances and exclusions: each is its own office's to end, and nobody else's."""
    for hold in state.holds.standing:
        lift = f"POST /v1/holds/{hold.hold}:lift"
        why = f"the {hold.form} order {hold.reference} stands: two of its issuing body lift it"
        yield ToDo(hold.issued_by, hold.office, lift, why)
    for assurance in state.assurances:
        end = f"POST /v1/assurances/{assurance.assurance}:end"
        why = f"it stands until {assurance.until.isoformat()}, or until whoever has it agrees"
        yield ToDo(assurance.giver, "central-authority", end, why)
    for exclusion in state.exclusions:
        if is_in_force(exclusion, on):
            withdraw = f"POST /v1/exclusions/{exclusion.exclusion}:withdraw"
            why = f"{exclusion.matched}, until a second subject of the office says otherwise"
            yield ToDo(exclusion.signed_by, exclusion.office, withdraw, why)


def _disputes(document: AgreementDocument, state: ClearanceState, case: CaseId) -> Iterator[ToDo]:
    """Whoever of those that differ is wrong takes its own word back, or says otherwise (G1)."""
    for fact in counting(document, state.case)[1]:
        withdraw = f"POST /v1/cases/{case}/facts:withdraw"
        why = f"{kind_of(fact)} is disputed: whoever is wrong takes it back"
        yield ToDo(fact.signed_by, fact.office, withdraw, why)


def _facts(
    document: AgreementDocument, state: ClearanceState, case: CaseId, on: date
) -> Iterator[ToDo]:
    """Each fact that the agreement asks for, where its office has not signed it, or it ran out."""
    for required in document.required_facts:
        party = document.party(required.side)
        fact = state.case.word_of(required.fact, party, required.office)
        why = None if fact is None else _ran_out(document, fact, on)
        if fact is None:
            why = f"{required.fact} is not signed by it"
        if why is not None:
            yield ToDo(party, required.office, _command(required.fact, case), why)


def _command(kind: FactKind, case: CaseId) -> str:
    if kind == "acceptance":
        return f"POST /v1/cases/{case}:accept"
    return f"POST /v1/cases/{case}/facts"


def _ran_out(document: AgreementDocument, fact: CaseFact, on: date) -> str | None:
    longest = document.longest_validity
    match fact:
        case RiskOfIllTreatmentAssessed():
            until = in_force_until(fact, longest.risk_assessment_days)
        case FitnessToTravelAssessed():
            until = in_force_until(fact, longest.fitness_days)
        case _:
            return None
    return f"{kind_of(fact)} ran out on {until}" if until < on else None


def _who_is_who(state: ClearanceState, proposed: CaseProposed) -> Iterator[ToDo]:
    """A near match waits for somebody else of the agency that registered the person (G9)."""
    for alike in state.likenesses.of(proposed.person):
        if not alike.merged:
            same = f"POST /v1/persons/{alike.person}:same-as, or :different-from"
            why = f"a near match with person {alike.other} waits for a decision"
            yield ToDo(proposed.sending, "intake-agency", same, why)
