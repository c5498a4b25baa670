"""Nights that are not charged: a reason that holds, or no price yet (G20; T8)."""

from __future__ import annotations

from services.audit.domain.mark import Owed
from services.audit.domain.nights import (
    bearing,
    is_charged,
    month_bearing,
    month_of,
    no_longer_kept_off,
    other_pseudonyms,
    stopped_by,
)
from services.audit.domain.records.stays import Stay, Unpriced
from services.audit.domain.state import (
    KEPT_OFF,
    NO_LONGER_WAITING,
    SAID_TO_BE_STOPPED,
    Rules,
    State,
)
from shared.contracts.billing import NightAlreadyCharged, NightEvent, NightNotCharged, NightUnpriced
from shared.contracts.fee_stop import NightAfterReturnOrder
from shared.tariff.fact import PersonNight


def not_charged(state: State, event: NightNotCharged) -> None:
    """Kept off the bill for a reason that holds: outside the stay, or charged before."""
    stay = state.stays.get(event.custody)
    _settled(state, event, stay, _asked(state, event, stay))


def already_charged(state: State, event: NightAlreadyCharged) -> None:
    """Of the stay, and charged under another custody: owed once that is taken back (T8)."""
    findings, day = state.findings, event.night.toordinal()
    stay = state.stays.get(event.custody)
    owed = _asked(state, event, stay)
    if stay is not None and state.expectations.keep((KEPT_OFF, event.custody, day, event.attested)):
        owed = _as_it_was_charged(state, event, stay)
    _settled(state, event, stay, owed)
    if stay is None:
        return
    if not stay.has(day):
        findings.broken("G20", f"a stay that has the night {event.night}", "not of the stay")
    if owed is not None:
        findings.same("G20", "attested by", owed.by, event.attested_by)
    kept = Owed(findings.mark, event.attested, event.attested_by)
    state.people.of(event.person).kept_off[event.custody, day] = kept


def after_order(state: State, event: NightAfterReturnOrder) -> None:
    """Of the stay, and from the day on that a return was ordered: it is never owed, save as another
    person's once the two are told apart (G16).
    """
    findings, day = state.findings, event.night.toordinal()
    stay = state.stays.get(event.custody)
    owed = _asked(state, event, stay)
    if stay is None:
        return
    if state.expectations.keep((SAID_TO_BE_STOPPED, event.custody, day, event.attested)):
        owed = _as_it_was_charged(state, event, stay)
    _is_attested(state, event, owed)
    if not stay.has(day):
        findings.broken("G20", f"a stay that has the night {event.night}", "not of the stay")
    stop = stopped_by(state, stay, day)
    if stop is None:
        findings.broken("G16", "a night from the day of a return order on", event.night)
    else:
        findings.same("G16", "the order", stop.order, event.order)
    if owed is not None:
        findings.same("G20", "attested by", owed.by, event.attested_by)
    findings.same("period", "the month", bearing(state, stay, event.night), event.period)
    if stay.stopped is None or day < stay.stopped:
        kept = Owed(findings.mark, event.attested, event.attested_by)
        state.people.of(event.person).kept_off[event.custody, day] = kept


def _asked(state: State, event: NightNotCharged, stay: Stay | None) -> Owed | None:
    """What attests the night: a headcount that asks for it now, or one that waited for a price."""
    day = event.night.toordinal()
    owed = state.obligations.done("night", (event.custody, day))
    waited = stay.unpriced.pop(day, None) if stay else None
    if stay is None or waited is None:
        return owed
    state.expectations.keep((NO_LONGER_WAITING, event.custody, day))
    month_bearing(state, stay, waited.period).unpriced -= 1
    return waited.attested


def _as_it_was_charged(
    state: State, event: NightAlreadyCharged | NightAfterReturnOrder, stay: Stay
) -> Owed:
    """What the charge rested on that was taken back just before; while the night's own month is
    open, who attested it is still at hand.
    """
    month = state.periods.open.get((stay.terms, month_of(event.night)))
    if month is not None and event.attested_by not in month.attested_by:
        found = event.attested_by
        state.findings.broken("G20", f"who attested {event.night} of custody/{stay.custody}", found)
    return Owed(state.findings.mark, event.attested, event.attested_by)


def _settled(state: State, event: NightNotCharged, stay: Stay | None, owed: Owed | None) -> None:
    """It was attested, and a reason holds that keeps it off the bill, in its month."""
    findings, day = state.findings, event.night.toordinal()
    _is_attested(state, event, owed)
    outside = stay is None or not stay.has(day)
    if not outside and not is_charged(state, event.person, day):
        found = f"{event.night} is of the stay, not charged"
        findings.broken("G20", "a reason that holds", found)
    if stay is not None:
        findings.same("period", "the month", bearing(state, stay, event.night), event.period)


def unpriced(state: State, event: NightUnpriced) -> None:
    """No signed version prices it; no invoice is drawn before one does (docs/reference/fees.md)."""
    findings, day = state.findings, event.night.toordinal()
    stay = state.stays.get(event.custody)
    owed = state.obligations.done("night", (event.custody, day))
    owed = owed or no_longer_kept_off(state, event.custody, event.person, day)
    _is_attested(state, event, owed)
    if stay is None or owed is None:
        return
    if stopped_by(state, stay, day) is not None:
        findings.broken("G16", "a night before the day of a return order", event.night)
    others = other_pseudonyms(state, event.person)
    fact = PersonNight(event.custody, event.person, event.night, event.attested, pseudonyms=others)
    if state.terms.prices(stay.agreement, fact)[1]:
        findings.differs("tariff", f"the price of {event.night} that was signed", "unpriced")
    findings.same("period", "the month", bearing(state, stay, event.night), event.period)
    findings.same("G20", "attested by", owed.by, event.attested_by)
    stay.unpriced[day] = Unpriced(owed, event.period)
    month = month_bearing(state, stay, event.period)
    month.unpriced += 1
    month.attested_by.add(event.attested_by)


def _is_attested(state: State, event: NightEvent, owed: Owed | None) -> None:
    if owed is None or owed.ref != event.attested:
        found = "none" if owed is None else owed.ref
        state.findings.missing("G20", f"the attestation {event.attested}", found)


RULES: Rules = {
    NightNotCharged: not_charged,
    NightAlreadyCharged: already_charged,
    NightAfterReturnOrder: after_order,
    NightUnpriced: unpriced,
}
