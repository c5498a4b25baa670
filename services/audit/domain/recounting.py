"""What is promised of months when two pseudonyms become one person's, or two persons' (F6)."""

from __future__ import annotations

from services.audit.domain.state import RECOUNTED, State
from shared.contracts.billing import ChargedIdentity
from shared.kernel.dates import month_of
from shared.kernel.ids import PersonId, agreement_of
from shared.tariff.fact import PersonsCounted

Persons = tuple[tuple[PersonId, ...], ...]


def promised(state: State, event: ChargedIdentity, persons: Persons) -> None:
    """Of each month that has nights of these persons, what it changes that they are so many."""
    names = (name for pseudonyms in persons for name in pseudonyms)
    stays = (state.stays[custody] for name in names for custody in state.people.of(name).stays)
    months = {
        (agreement, component, month_of(night))
        for stay in stays
        for (agreement, component), days in stay.charged.items()
        for night in days.dates()
    }
    for agreement, component, period in sorted(months):
        standing = state.terms.standing(agreement, component)
        fact = PersonsCounted(period, persons, event.decided)
        if standing is not None and standing.component.recount(fact, standing.tally) is not None:
            key = (RECOUNTED, agreement_of(agreement), component, period, persons)
            expected = f"the persons of {period} counted again under {component} of {agreement}"
            state.expectations.promise(key, "F6", expected)
