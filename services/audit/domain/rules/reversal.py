"""Reversals: what was charged outside a stay that ended is taken back, in the open month (T7)."""

from __future__ import annotations

from datetime import date

from services.audit.domain.charging import bear, line_of
from services.audit.domain.nights import bearing, month_bearing, month_of
from services.audit.domain.records.stays import Stay
from services.audit.domain.state import OWED_AGAIN, TAKEN_BACK, Rules, State
from shared.contracts.billing import FeeReversed
from shared.kernel.ids import PersonId
from shared.tariff.fact import PersonNight


def taken_back(state: State, event: FeeReversed) -> None:
    """Charged, outside the stay that has ended, and taken back as the component says (T7)."""
    findings, fact = state.findings, event.fact
    if not isinstance(fact, PersonNight):
        findings.broken("T7", "a person's night that is taken back", event.component)
        return
    stay, day = state.stays.get(fact.custody), fact.night.toordinal()
    standing = state.terms.standing(event.agreement, event.component)
    if standing is None:
        said = f"{event.component} of {event.agreement}"
        findings.missing("tariff", "a component of signed terms", said)
    if stay is None or standing is None:
        return
    key = (TAKEN_BACK, fact.custody, day, event.agreement, event.component)
    nights = stay.charged.get((event.agreement, event.component))
    if not state.expectations.keep(key) or nights is None:
        findings.broken("T7", "a charged night outside a stay that just ended", fact.night)
        return
    findings.same("T7", "because of", stay.ended, event.because)
    findings.same("period", "the month", bearing(state, stay, fact.night), event.period)
    _attested_before(state, event, fact, stay)
    bear(state, event, standing, standing.component.reverse(fact, standing.tally))
    nights.drop(day)
    if not stay.is_charged(day):
        _free_again(state, fact.person, stay, day)
    line = line_of(month_bearing(state, stay, event.period), event, standing)
    line.entries += (fact.attested, event.because)
    state.counts["reversed"] += 1


def _free_again(state: State, person: PersonId, stay: Stay, day: int) -> None:
    """The person-night is not charged any more: what was kept off for it is owed now."""
    known = state.people.of(person)
    known.charged.drop(day)
    for custody, kept in known.kept_off:
        other = state.stays.get(custody)
        if kept == day and other is not None and other.terms == stay.terms:
            expected = f"the night {date.fromordinal(day)} charged for custody/{custody}"
            state.expectations.promise((OWED_AGAIN, custody, day), "G20", expected)
            return


def _attested_before(state: State, event: FeeReversed, fact: PersonNight, stay: Stay) -> None:
    """While the night's own month is open, what attested it is still at hand."""
    month = state.periods.open.get((stay.terms, month_of(fact.night)))
    line = month.lines.get((fact.custody, event.component, event.agreement)) if month else None
    if line is not None and fact.attested not in line.entries:
        state.findings.missing("G20", "the attestation of the night", fact.attested)


RULES: Rules = {FeeReversed: taken_back}
