"""Reversals: what was charged outside a stay that ended, or twice for one person, is taken back in
the open month (T7; T8); so is a service that the state that recorded it withdraws (F11).
"""

from __future__ import annotations

from services.audit.domain.charging import bear, line_of, service_given_back
from services.audit.domain.nights import (
    bearing,
    is_charged,
    month_bearing,
    month_of,
    owed_again,
)
from services.audit.domain.records.stays import Stay
from services.audit.domain.state import (
    CHARGED_TWICE,
    KEPT_OFF,
    SAID_TO_BE_STOPPED,
    STOPPED,
    TAKEN_BACK,
    Rules,
    State,
)
from shared.contracts.billing import FeeReversed
from shared.tariff.fact import Occurred, PersonNight


def taken_back(state: State, event: FeeReversed) -> None:
    """A person's night, or a service that was withdrawn."""
    fact = event.fact
    if isinstance(fact, PersonNight):
        _night(state, event, fact)
    elif isinstance(fact, Occurred):
        service_given_back(state, event, fact)
    else:
        state.findings.broken("T7", "a person's night that is taken back", event.component)


def _night(state: State, event: FeeReversed, fact: PersonNight) -> None:
    """Charged, outside the stay that has ended or twice for one person, and taken back as the
    component says (T7; T8).
    """
    findings = state.findings
    stay, day = state.stays.get(fact.custody), fact.night.toordinal()
    standing = state.terms.standing(event.agreement, event.component)
    if standing is None:
        said = f"{event.component} of {event.agreement}"
        findings.missing("tariff", "a component of signed terms", said)
    if stay is None or standing is None:
        return
    nights = stay.charged.get((event.agreement, event.component))
    if nights is None or not _has_a_reason(state, event, fact, stay):
        expected = "a charged night outside a stay that just ended, or of one person twice"
        findings.broken("T7", expected, fact.night)
        return
    findings.same("period", "the month", bearing(state, stay, fact.night), event.period)
    _attested_before(state, event, fact, stay)
    bear(state, event, standing, standing.component.reverse(fact, standing.tally))
    nights.drop(day)
    if not stay.is_charged(day):
        state.people.of(fact.person).charged.drop(day)
        if not is_charged(state, fact.person, day):
            owed_again(state, fact.person, day)
    line = line_of(month_bearing(state, stay, event.period), event, standing)
    line.entries += (fact.attested, event.because)
    state.counts["reversed"] += 1


def _has_a_reason(state: State, event: FeeReversed, fact: PersonNight, stay: Stay) -> bool:
    """Whether the entry before it in the same decision asks for it, and is named as the cause."""
    key, keep = (fact.custody, fact.night.toordinal()), state.expectations.keep
    charge = (*key, event.agreement, event.component)
    if keep((TAKEN_BACK, *charge)):
        state.findings.same("T7", "because of", stay.ended, event.because)
        return True
    if keep((STOPPED, *charge)):
        ordered = state.findings.entry.causation
        state.findings.same("G16", "because of", ordered, event.because)
        expected = f"the night {fact.night} of custody/{fact.custody} said not to be owed"
        state.expectations.promise((SAID_TO_BE_STOPPED, *key, fact.attested), "G16", expected)
        return True
    if keep((CHARGED_TWICE, *charge)):
        decided = state.findings.entry.causation
        state.findings.same("T8", "because of", decided, event.because)
        expected = f"the night {fact.night} of custody/{fact.custody} said to be kept off"
        state.expectations.promise((KEPT_OFF, *key, fact.attested), "T8", expected)
        return True
    return False


def _attested_before(state: State, event: FeeReversed, fact: PersonNight, stay: Stay) -> None:
    """While the night's own month is open, what attested it is still at hand."""
    month = state.periods.open.get((stay.terms, month_of(fact.night)))
    line = month.lines.get((fact.custody, event.component, event.agreement)) if month else None
    if line is not None and fact.attested not in line.entries:
        state.findings.missing("G20", "the attestation of the night", fact.attested)


RULES: Rules = {FeeReversed: taken_back}
