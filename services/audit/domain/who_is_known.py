"""Nothing is said about somebody who was never registered (G9), or whom nobody knows (G22)."""

from __future__ import annotations

from services.audit.domain.state import State
from shared.kernel.ids import PersonId


def is_known(state: State, person: PersonId) -> None:
    """Find an entry about a person who is not registered, or who was erased before it."""
    findings, known = state.findings, state.people.known.get(person)
    if known is None:
        findings.missing("G9", f"the registration of person/{person}", "no such entry")
    elif known.erased:
        findings.broken("G22", "a person who is not erased", f"person/{person}")
