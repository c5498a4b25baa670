"""Months counted again: a person is one in a month, by however many pseudonyms (F6)."""

from __future__ import annotations

from services.audit.domain.charging import bear, line_of
from services.audit.domain.nights import month_of
from services.audit.domain.state import RECOUNTED, Rules, State
from shared.contracts.billing import FeeRecounted
from shared.kernel.ids import agreement_of


def counted_again(state: State, event: FeeRecounted) -> None:
    """Because of the merging or its undoing before it, at what the component says, in the open
    month; for one of the custodies that have a night in it.
    """
    findings, fact, agreement = state.findings, event.fact, agreement_of(event.agreement)
    standing = state.terms.standing(event.agreement, event.component)
    key = (RECOUNTED, agreement, event.component, event.counted, event.persons)
    kept = standing is not None and state.expectations.keep(key)
    charge = standing.component.recount(fact, standing.tally) if standing and kept else None
    if standing is None or charge is None:
        expected = "a month whose persons were just merged or told apart"
        findings.broken("F6", expected, f"{event.counted} under {event.component}")
        return
    stay = state.stays.get(event.custody) if event.custody else None
    days = stay.charged.get((event.agreement, event.component)) if stay else None
    if all(month_of(night) != event.counted for night in (days.dates() if days else ())):
        expected = f"a custody with a night in {event.counted}"
        findings.broken("F6", expected, f"custody/{event.custody}")
    findings.same("F6", "because of", (findings.entry.causation,), event.evidence)
    findings.same("F6", "a month and", None, event.night)
    findings.same(
        "period", "the month", state.periods.bearing(agreement, event.counted), event.period
    )
    bear(state, event, standing, charge)
    line = line_of(state.periods.of(agreement, event.period), event, standing)
    line.entries += event.evidence


RULES: Rules = {FeeRecounted: counted_again}
