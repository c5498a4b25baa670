"""Categories: the word of the state that registered a person, which no subject turns round (G8)."""

from __future__ import annotations

from services.audit.domain.actors import same_subject
from services.audit.domain.state import Rules, State
from shared.contracts.category import CategoryDetermined


def determined(state: State, event: CategoryDetermined) -> None:
    """Another category than before is somebody else's word."""
    known = state.categories.last(event.person, event.category)
    if known is not None and known.category == event.category:
        state.findings.broken("G8", f"another category than {known.category}", event.category)
    elif known is not None and same_subject(known.determined_by, event.determined_by):
        state.findings.broken("G8", "two subjects", event.determined_by)
    state.categories.add(event)


RULES: Rules = {CategoryDetermined: determined}
