"""Nights that are not charged: a reason that holds, or no price yet (G20; T8)."""

from __future__ import annotations

from services.audit.domain.mark import Owed
from services.audit.domain.nights import bearing, month_bearing, no_longer_kept_off
from services.audit.domain.records.stays import Unpriced
from services.audit.domain.state import NO_LONGER_WAITING, Rules, State
from shared.contracts.billing import (
    NightAlreadyCharged,
    NightEvent,
    NightNotCharged,
    NightUnpriced,
)
from shared.tariff.fact import PersonNight


def not_charged(state: State, event: NightNotCharged) -> None:
    """Kept off the bill for a reason that holds: outside the stay, or charged before."""
    findings, day = state.findings, event.night.toordinal()
    stay = state.stays.get(event.custody)
    asked = state.obligations.done("night", (event.custody, day))
    waited = stay.unpriced.pop(day, None) if stay else None
    if stay is not None and waited is not None:
        state.expectations.keep((NO_LONGER_WAITING, event.custody, day))
        month_bearing(state, stay, waited.period).unpriced -= 1
        asked = waited.attested
    _is_attested(state, event, asked)
    outside = stay is None or not stay.has(day)
    if not outside and day not in state.people.of(event.person).charged:
        found = f"{event.night} is of the stay, not charged"
        findings.broken("G20", "a reason that holds", found)
    if stay is not None:
        findings.same("period", "the month", bearing(state, stay, event.night), event.period)


def already_charged(state: State, event: NightAlreadyCharged) -> None:
    """Of the stay, and charged under another custody: owed once that is taken back (T8)."""
    not_charged(state, event)
    stay, day = state.stays.get(event.custody), event.night.toordinal()
    if stay is None:
        return
    if not stay.has(day):
        expected = f"a stay that has the night {event.night}"
        state.findings.broken("G20", expected, "not of the stay")
    asked = Owed(state.findings.mark, event.attested, event.attested_by)
    state.people.of(event.person).kept_off[event.custody, day] = asked


def unpriced(state: State, event: NightUnpriced) -> None:
    """No signed version prices it; no invoice is drawn before one does (docs/reference/fees.md)."""
    findings, day = state.findings, event.night.toordinal()
    stay = state.stays.get(event.custody)
    asked = state.obligations.done("night", (event.custody, day))
    asked = asked or no_longer_kept_off(state, event.custody, event.person, day)
    _is_attested(state, event, asked)
    if stay is None or asked is None:
        return
    fact = PersonNight(event.custody, event.person, event.night, event.attested)
    if state.terms.prices(stay.agreement, fact)[1]:
        findings.differs("tariff", f"the price of {event.night} that was signed", "unpriced")
    findings.same("period", "the month", bearing(state, stay, event.night), event.period)
    findings.same("G20", "attested by", asked.by, event.attested_by)
    stay.unpriced[day] = Unpriced(asked, event.period)
    month = month_bearing(state, stay, event.period)
    month.unpriced += 1
    month.attested_by.add(event.attested_by)


def _is_attested(state: State, event: NightEvent, asked: Owed | None) -> None:
    if asked is None or asked.ref != event.attested:
        found = "none" if asked is None else asked.ref
        state.findings.missing("G20", f"the attestation {event.attested}", found)


RULES: Rules = {
    NightNotCharged: not_charged,
    NightAlreadyCharged: already_charged,
    NightUnpriced: unpriced,
}
