"""Why a person is taken off a manifest: what stands against their departure just then (F13)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from services.intake.domain.manifest import gate
from services.intake.domain.manifest.gate import GateState
from services.intake.domain.manifest.journey import Journey, Travelled
from shared.contracts.manifest import PersonRemoved

if TYPE_CHECKING:
    from shared.contracts.removal import RemovalCause
    from shared.kernel.ids import CaseId, PersonId
    from shared.kernel.rejected import Finding

CAUSES: tuple[tuple[RemovalCause, frozenset[str]], ...] = (
    ("order", frozenset({"G3"})),
    ("recall", frozenset({"D7"})),
    ("assurance", frozenset({"D5"})),
    ("not-admitted", frozenset({"G8"})),
    ("stopped", frozenset({"G23", "G17", "D12", "effective"})),
)
"""The causes with the rules that they are found by, the strongest first."""


def of_each(
    state: GateState[Travelled],
    day: date,
    on: date,
    otherwise: RemovalCause,
    recalled: tuple[Finding, ...] = (),
) -> tuple[PersonRemoved, ...]:
    """Everybody of whom the gate was read is taken off, each by what stands in their way.

    `day` is when it is done, `on` the day on which facts must be in force; `otherwise` is the cause
    where nothing stands in the way. `recalled` says so of somebody who is to be brought back.
    """
    return tuple(_of(state.of(person), day, on, otherwise, recalled) for person in state.people)


def _of(
    state: GateState[Travelled],
    day: date,
    on: date,
    otherwise: RemovalCause,
    recalled: tuple[Finding, ...],
) -> PersonRemoved:
    (traveller,) = state.people
    findings = (*gate.standing(state, day, on), *recalled)
    about = of(state.journey, traveller.case, traveller.person)
    for cause, rules in CAUSES:
        because = tuple(finding for finding in findings if finding.rule in rules)
        if because:
            return PersonRemoved(**about, cause=cause, because=gate.capped(because))
    cause = "not-cleared" if findings else otherwise
    return PersonRemoved(**about, cause=cause, because=gate.capped(findings))


def of(journey: Journey, case: CaseId, person: PersonId) -> dict[str, Any]:
    """What every removal says of whom it takes off."""
    return {
        "manifest": journey.manifest,
        "agreement": journey.agreement,
        "case": case,
        "person": person,
        "facility": journey.facility,
    }
