"""Fees: each attested night is charged once at most, at the signed price, or it is said why not."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from services.audit.domain.expectations import Key, Notes
from services.audit.domain.fees import Fees
from services.audit.domain.journal import Books
from services.audit.domain.obligations import Owed, Reactions
from services.audit.domain.periods import Month, Months
from services.audit.domain.persons import Persons
from services.audit.domain.stays import (
    NO_LONGER_WAITING,
    OWED_AGAIN,
    TAKEN_BACK,
    Stay,
    Stays,
    Unpriced,
)
from services.audit.domain.terms import Standing, Terms
from shared.contracts.billing import (
    FeeAccrued,
    FeeEntry,
    FeeReversed,
    NightAlreadyCharged,
    NightEvent,
    NightNotCharged,
    NightUnpriced,
)
from shared.kernel import dates
from shared.kernel.ids import CustodyId, PersonId
from shared.tariff.component import Charge
from shared.tariff.fact import PersonNight

month_of = lru_cache(maxsize=1024)(dates.month_of)
"""The month of a night; one headcount asks for the same hundreds of times."""


class Nights:
    """What became of every night that was attested."""

    def __init__(
        self,
        *,
        notes: Notes,
        persons: Persons,
        terms: Terms,
        stays: Stays,
        months: Months,
        books: Books,
        reactions: Reactions,
    ) -> None:
        """Begin with none."""
        self._notes = notes
        self._persons = persons
        self._terms = terms
        self._stays = stays
        self._months = months
        self._reactions = reactions
        self._fees = Fees(notes, terms, months, books)
        self.accrued_in_all = 0
        self.reversed_in_all = 0
        self._asked: tuple[Owed, str]

    def accrued(self, event: FeeAccrued) -> None:
        """A night, or what the end of a month adds, at what the signed terms say."""
        fact = event.fact
        if isinstance(fact, PersonNight):
            self._night(event, fact)
        else:
            self._fees.month_ended(event)

    def _night(self, event: FeeAccrued, fact: PersonNight) -> None:
        """Attested, of the stay, not charged before, and what the signed terms say (G20)."""
        notes, day = self._notes, fact.night.toordinal()
        stay = self._stays.of(fact.custody, fact.person)
        if stay is None:
            return
        person = self._persons.of(fact.person)
        if notes.expecting and notes.keep(_component(event, fact, day)):
            asked, period = self._asked
            standing = self._terms.standing(event.agreement, event.component)
            charge = standing.component.charge(fact, standing.tally) if standing else None
        else:
            asked, period = self._asked = self._attested(event, fact, stay, day)
            if not stay.has(day) or day in person.charged:
                self._not_chargeable(fact.night, stay, day)
            standing, charge = self._price(event, fact, stay, day)
        if event.period != period:
            notes.same("period", "the month", period, event.period)
        if event.attested_by != asked.by:
            notes.same("G20", "attested by", asked.by, event.attested_by)
        if standing is not None and charge is not None:
            if event.evidence != (asked.ref,):
                notes.missing("G20", f"the attestation {asked.ref}", " ".join(event.evidence))
            self._fees.bear(event, standing, charge)
            self.accrued_in_all += 1
            stay.spans(event.agreement, event.component).add(day)
            person.charged.add(day)
            month = self._month(stay, event.period)
            month.attested_by.add(event.attested_by or "")
            self._fees.enter(month, event, standing).entries.append(asked.ref)

    def _attested(
        self, event: FeeAccrued, fact: PersonNight, stay: Stay, day: int
    ) -> tuple[Owed, str]:
        """What attests the night, and the month that bears it: a new one, or one that waited."""
        asked = self._reactions.done("night", (fact.custody, day))
        period = self._bearing(stay, fact.night)
        if asked is None and (waited := stay.unpriced.pop(day, None)) is not None:
            self._month(stay, waited.period).unpriced -= 1
            asked, period = waited.attested, waited.period
        if asked is None:
            asked = self._no_longer_kept_off(fact.custody, fact.person, day)
        if asked is None:
            expected = f"an attestation of {fact.night} that is not settled yet"
            self._notes.missing("G20", expected, fact.attested)
            asked = Owed(self._notes.mark, fact.attested, event.attested_by or "")
        return asked, period

    def _no_longer_kept_off(self, custody: CustodyId, person: PersonId, day: int) -> Owed | None:
        """What attested a night that was charged elsewhere, and is not any more (G20)."""
        self._notes.keep((OWED_AGAIN, custody, day))
        return self._persons.of(person).kept_off.pop((custody, day), None)

    def _not_chargeable(self, night: date, stay: Stay, day: int) -> None:
        if not stay.has(day):
            left = None if stay.departed is None else date.fromordinal(stay.departed)
            found = f"from {date.fromordinal(stay.arrived)} to {left}"
            self._notes.broken("G20", f"a stay that has the night {night}", found)
        else:
            self._notes.broken("G20", "a person-night that is billed once", night)

    def _price(
        self, event: FeeAccrued, fact: PersonNight, stay: Stay, day: int
    ) -> tuple[Standing | None, Charge[Any] | None]:
        """What the night costs; its other components follow in the same decision."""
        found: tuple[Standing | None, Charge[Any] | None] = (None, None)
        signed, prices = self._terms.prices(stay.agreement, fact)
        version = event.agreement if signed is None else signed.agreement
        for standing, charge in prices:
            name = standing.component.id
            if name == event.component and version == event.agreement:
                found = (standing, charge)
            else:
                key = ("component", fact.custody, day, version, name)
                expected = f"the night {fact.night} charged with {name} of {version}"
                self._notes.promise(key, "tariff", expected)
        if found[0] is None:
            said = f"{event.component} of {event.agreement}"
            self._notes.differs("tariff", f"components that price {fact.night}", said)
        return found

    def taken_back(self, event: FeeReversed) -> None:
        """Charged, outside the stay that has ended, and taken back as the component says (T7)."""
        notes, fact = self._notes, event.fact
        if not isinstance(fact, PersonNight):
            notes.broken("T7", "a person's night that is taken back", event.component)
            return
        stay, day = self._stays.of(fact.custody, fact.person), fact.night.toordinal()
        standing = self._terms.standing(event.agreement, event.component)
        if standing is None:
            said = f"{event.component} of {event.agreement}"
            notes.missing("tariff", "a component of signed terms", said)
        if stay is None or standing is None:
            return
        key = (TAKEN_BACK, fact.custody, day, event.agreement, event.component)
        spans = stay.charged.get((event.agreement, event.component))
        if not notes.keep(key) or spans is None:
            notes.broken("T7", "a charged night outside a stay that just ended", fact.night)
            return
        notes.same("T7", "because of", stay.ended, event.because)
        notes.same("period", "the month", self._bearing(stay, fact.night), event.period)
        self._attested_before(event, fact, stay)
        self._fees.bear(event, standing, standing.component.reverse(fact, standing.tally))
        spans.drop(day)
        if not stay.is_charged(day):
            self._free_again(fact.person, stay, day)
        line = self._fees.enter(self._month(stay, event.period), event, standing)
        line.entries += (fact.attested, event.because)
        self.reversed_in_all += 1

    def _free_again(self, person: PersonId, stay: Stay, day: int) -> None:
        """The person-night is not charged any more: what was kept off for it is owed now."""
        known = self._persons.of(person)
        known.charged.drop(day)
        for custody, kept in known.kept_off:
            other = self._stays.known.get(custody)
            if kept == day and other is not None and other.terms == stay.terms:
                expected = f"the night {date.fromordinal(day)} charged for custody/{custody}"
                self._notes.promise((OWED_AGAIN, custody, day), "G20", expected)
                return

    def _attested_before(self, event: FeeReversed, fact: PersonNight, stay: Stay) -> None:
        """While the night's own month is open, what attested it is still at hand."""
        key = (stay.terms, month_of(fact.night))
        month = self._months.open.get(key)
        line = month.lines.get((fact.custody, event.component, event.agreement)) if month else None
        if line is not None and fact.attested not in line.entries:
            self._notes.missing("G20", "the attestation of the night", fact.attested)

    def not_charged(self, event: NightNotCharged) -> None:
        """Kept off the bill for a reason that holds: outside the stay, or charged before."""
        notes, day = self._notes, event.night.toordinal()
        stay = self._stays.known.get(event.custody)
        asked = self._reactions.done("night", (event.custody, day))
        waited = stay.unpriced.pop(day, None) if stay else None
        if stay is not None and waited is not None:
            notes.keep((NO_LONGER_WAITING, event.custody, day))
            self._month(stay, waited.period).unpriced -= 1
            asked = waited.attested
        self._is_attested(event, asked)
        if stay is not None:
            notes.same("ledger", "the person", stay.person, event.person)
        outside = stay is None or not stay.has(day)
        if not outside and day not in self._persons.of(event.person).charged:
            notes.broken("G20", "a reason that holds", f"{event.night} is of the stay, not charged")
        if stay is not None:
            notes.same("period", "the month", self._bearing(stay, event.night), event.period)

    def already_charged(self, event: NightAlreadyCharged) -> None:
        """Of the stay, and charged under another custody: owed once that is taken back (T8)."""
        notes, day = self._notes, event.night.toordinal()
        self.not_charged(event)
        stay = self._stays.of(event.custody, event.person)
        if stay is None:
            return
        if not stay.has(day):
            notes.broken("G20", f"a stay that has the night {event.night}", "not of the stay")
        notes.same("G20", "the first night", stay.arrived, event.arrived_on.toordinal())
        mark = notes.mark
        asked = Owed(mark, event.attested, event.attested_by)
        self._persons.of(event.person).kept_off[event.custody, day] = asked

    def unpriced(self, event: NightUnpriced) -> None:
        """No signed version prices it; no invoice is drawn before one does (fees.md)."""
        notes, day = self._notes, event.night.toordinal()
        stay = self._stays.of(event.custody, event.person)
        asked = self._reactions.done("night", (event.custody, day))
        asked = asked or self._no_longer_kept_off(event.custody, event.person, day)
        self._is_attested(event, asked)
        if stay is None or asked is None:
            return
        fact = PersonNight(event.custody, event.person, event.night, event.attested)
        if self._terms.prices(stay.agreement, fact)[1]:
            notes.differs("tariff", f"the price of {event.night} that was signed", "unpriced")
        notes.same("period", "the month", self._bearing(stay, event.night), event.period)
        notes.same("G20", "attested by", asked.by, event.attested_by)
        stay.unpriced[day] = Unpriced(asked, event.period)
        month = self._month(stay, event.period)
        month.unpriced += 1
        month.attested_by.add(event.attested_by)

    def _is_attested(self, event: NightEvent, asked: Owed | None) -> None:
        if asked is None or asked.ref != event.attested:
            found = "none" if asked is None else asked.ref
            self._notes.missing("G20", f"the attestation {event.attested}", found)

    def _bearing(self, stay: Stay, night: date) -> str:
        return self._months.bearing(stay.terms, month_of(night))

    def _month(self, stay: Stay, period: str) -> Month:
        return self._months.of(stay.terms, period)


def _component(event: FeeEntry, fact: PersonNight, day: int) -> Key:
    """The promise that a night is charged with each of its components."""
    return ("component", fact.custody, day, event.agreement, event.component)
