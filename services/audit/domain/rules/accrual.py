"""Accruals: an attested night is charged once at most, at the signed price (G20; F7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.audit.domain.charging import bear, line_of, service_charged
from services.audit.domain.expectations import Key
from services.audit.domain.mark import Owed
from services.audit.domain.nights import (
    bearing,
    is_charged,
    month_bearing,
    no_longer_kept_off,
    other_pseudonyms,
    stopped_by,
)
from services.audit.domain.records.stays import Stay
from services.audit.domain.records.terms import Standing
from services.audit.domain.rules.funding import has_to_be_told
from services.audit.domain.state import Rules, State
from shared.contracts.billing import FeeAccrued, FeeEntry
from shared.kernel.ids import agreement_of
from shared.tariff.component import Charge
from shared.tariff.fact import Occurred, PersonNight

Priced = tuple[Standing | None, "Charge[Any] | None"]


def accrued(state: State, event: FeeAccrued) -> None:
    """A night, a service, or what the end of a month adds, at what the signed terms say."""
    fact = event.fact
    if isinstance(fact, PersonNight):
        _night(state, event, fact)
    elif isinstance(fact, Occurred):
        service_charged(state, event, fact)
    else:
        _month_ended(state, event)


def _night(state: State, event: FeeAccrued, fact: PersonNight) -> None:
    """Attested, of the stay, not charged before, and what the signed terms say (G20)."""
    findings, stay = state.findings, state.stays.get(fact.custody)
    if stay is None:
        return
    day, person = fact.night.toordinal(), state.people.of(fact.person)
    if state.expectations.are_open and state.expectations.keep(_component(event, fact, day)):
        (owed, period), (standing, charge) = state.night_owed, _same_night(state, event, fact)
    else:
        owed, period = state.night_owed = _attested(state, event, fact, stay)
        _is_chargeable(state, fact, stay)
        standing, charge = _price(state, event, fact, stay)
    if event.period != period:
        findings.same("period", "the month", period, event.period)
    if event.attested_by != owed.by:
        findings.same("G20", "attested by", owed.by, event.attested_by)
    if event.pseudonyms != (others := other_pseudonyms(state, fact.person)):
        findings.same("F6", "every other pseudonym", others, event.pseudonyms)
    if standing is None or charge is None:
        return
    if event.evidence != (owed.ref,):
        findings.missing("G20", f"the attestation {owed.ref}", " ".join(event.evidence))
    bear(state, event, standing, charge)
    state.counts["accrued"] += 1
    stay.nights(event.agreement, event.component).add(day)
    person.charged.add(day)
    month = month_bearing(state, stay, event.period)
    month.attested_by.add(event.attested_by or "")
    line_of(month, event, standing).entries.append(owed.ref)
    has_to_be_told(state, stay.terms, owed)


def _same_night(state: State, event: FeeAccrued, fact: PersonNight) -> Priced:
    """A further component of a night whose price was looked up with the first."""
    standing = state.terms.standing(event.agreement, event.component)
    return standing, standing.component.charge(fact, standing.tally) if standing else None


def _attested(state: State, event: FeeAccrued, fact: PersonNight, stay: Stay) -> tuple[Owed, str]:
    """What attests the night, and the month that bears it: a new one, or one that waited."""
    day = fact.night.toordinal()
    owed = state.obligations.done("night", (fact.custody, day))
    period = bearing(state, stay, fact.night)
    if owed is None and (waited := stay.unpriced.pop(day, None)) is not None:
        month_bearing(state, stay, waited.period).unpriced -= 1
        owed, period = waited.attested, waited.period
    if owed is None:
        owed = no_longer_kept_off(state, fact.custody, fact.person, day)
    if owed is None:
        expected = f"an attestation of {fact.night} that is not settled yet"
        state.findings.missing("G20", expected, fact.attested)
        owed = Owed(state.findings.mark, fact.attested, event.attested_by or "")
    return owed, period


def _is_chargeable(state: State, fact: PersonNight, stay: Stay) -> None:
    """Of the stay, not charged before, and before the day of a return order (G16)."""
    findings, night, day = state.findings, fact.night, fact.night.toordinal()
    if not stay.has(day):
        until = None if stay.until is None else date.fromordinal(stay.until)
        found = f"from {date.fromordinal(stay.arrived)} until {until}"
        findings.broken("G20", f"a stay that has the night {night}", found)
    elif is_charged(state, fact.person, day):
        findings.broken("G20", "a person-night that is billed once", night)
    if (stop := stopped_by(state, stay, day)) is not None:
        findings.broken("G16", f"a night before the return order {stop.order}", night)


def _price(state: State, event: FeeAccrued, fact: PersonNight, stay: Stay) -> Priced:
    """What the night costs; its other components follow in the same decision."""
    priced: Priced = (None, None)
    signed, prices = state.terms.prices(stay.agreement, fact)
    version = event.agreement if signed is None else signed.agreement
    for standing, charge in prices:
        name = standing.component.id
        if name == event.component and version == event.agreement:
            priced = (standing, charge)
        else:
            key = ("component", fact.custody, fact.night.toordinal(), version, name)
            expected = f"the night {fact.night} charged with {name} of {version}"
            state.expectations.promise(key, "tariff", expected)
    if priced[0] is None:
        said = f"{event.component} of {event.agreement}"
        state.findings.differs("tariff", f"components that price {fact.night}", said)
    return priced


def _month_ended(state: State, event: FeeAccrued) -> None:
    """What the end of a month adds under the terms in force, once, as the month is closed."""
    findings, agreement = state.findings, agreement_of(event.agreement)
    signed = state.terms.signed.get(event.agreement)
    standing = state.terms.standing(event.agreement, event.component)
    if signed is None or standing is None:
        said = f"{event.component} of {event.agreement}"
        findings.missing("tariff", "a component of signed terms", said)
        return
    if state.terms.in_force(signed, event.period) is not signed:
        findings.broken("tariff", f"the terms in force in {event.period}", event.agreement)
    month = state.periods.of(agreement, event.period)
    charge = standing.component.close(signed.month_end(event.period), standing.tally)
    if charge is None or event.component in month.ended:
        findings.differs("tariff", f"what the end of {event.period} adds, once", event.amount)
        return
    month.ended.add(event.component)
    if any((event.custody, event.person, event.night, event.attested_by)):
        findings.broken("G20", "what is charged for nobody to name nobody", event.component)
    if event.evidence != charge.evidence:
        findings.missing("G20", f"the terms {signed.signed}", " ".join(event.evidence))
    bear(state, event, standing, charge)
    line_of(month, event, standing).entries += charge.evidence
    expected = f"{event.period} closed with what its end adds"
    state.expectations.promise(("closed", agreement, event.period), "tariff", expected)


def _component(event: FeeEntry, fact: PersonNight, day: int) -> Key:
    """The promise that a night is charged with each of its components."""
    return ("component", fact.custody, day, event.agreement, event.component)


RULES: Rules = {FeeAccrued: accrued}
