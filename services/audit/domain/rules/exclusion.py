"""Exclusions: codes of an office that may find them, withdrawn by a second subject of it (G8)."""

from __future__ import annotations

from services.audit.domain import told_since
from services.audit.domain.actors import actor_of, names_a_body, same_body, same_subject
from services.audit.domain.gate import day_of
from services.audit.domain.records.exclusions import Excluded
from services.audit.domain.state import Rules, State
from services.audit.domain.who_is_known import is_known
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn

ONE_OF_EACH_STATE = frozenset({"intake-agency", "central-authority"})
MAY_EXCLUDE = ONE_OF_EACH_STATE | {"court", "counsel", "consulate"}


def matched(state: State, event: ExclusionMatched) -> None:
    """It forbids the transfer of a registered person, from here on."""
    findings = state.findings
    if event.office not in MAY_EXCLUDE:
        findings.broken("G8", "an office that can record an exclusion", event.office)
    elif event.office not in ONE_OF_EACH_STATE and not names_a_body(event.recorded_by):
        findings.broken("G8", "a body that can withdraw it", event.recorded_by)
    is_known(state, event.person)
    signed_on = day_of(findings.entry)
    if event.valid_until is not None and event.valid_until < signed_on:
        findings.broken("G8", f"an exclusion in force on {signed_on}", str(event.valid_until))
    if event.exclusion not in state.exclusions.open:
        state.exclusions.add(Excluded(findings.mark, event))
        told_since.excluded(state, event)


def withdrawn(state: State, event: ExclusionWithdrawn) -> None:
    """By somebody else of the very office: nobody else's word takes it away."""
    excluded = state.exclusions.open.get(event.exclusion)
    if excluded is None:
        return
    recorded_by = excluded.event.recorded_by
    if not _same_office(recorded_by, event.withdrawn_by):
        expected = f"the office of {recorded_by}"
        state.findings.broken("G8", expected, event.withdrawn_by, excluded.entry.ref)
    if same_subject(recorded_by, event.withdrawn_by):
        state.findings.broken("G8", "two subjects", event.withdrawn_by, excluded.entry.ref)
    state.exclusions.withdraw(event.exclusion, event.withdrawn_at)


def _same_office(recorded_by: str, withdrawn_by: str) -> bool:
    if names_a_body(recorded_by) or names_a_body(withdrawn_by):
        return same_body(recorded_by, withdrawn_by)
    first, second = actor_of(recorded_by), actor_of(withdrawn_by)
    return (first.party, first.office) == (second.party, second.office)


RULES: Rules = {
    ExclusionMatched: matched,
    ExclusionWithdrawn: withdrawn,
}
