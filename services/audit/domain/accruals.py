"""Nights: each attested one is charged once at most, at the signed price, or it is said why not."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from services.audit.domain.expectations import Key, Notes
from services.audit.domain.journal import Books, both_ways
from services.audit.domain.obligations import Owed, Reactions
from services.audit.domain.periods import Line, Month, Months
from services.audit.domain.persons import Persons
from services.audit.domain.stays import (
    NO_LONGER_WAITING,
    OWED_AGAIN,
    TAKEN_BACK,
    Stay,
    Stays,
    Unpriced,
)
from services.audit.domain.terms import Pool, Terms
from shared.contracts.billing import (
    AccrualReversed,
    NightAccrual,
    NightAlreadyCharged,
    NightEvent,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
)
from shared.kernel import dates
from shared.kernel.ids import PersonId
from shared.kernel.money import Money

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
        self._books = books
        self._reactions = reactions
        self.accrued_in_all = 0
        self.reversed_in_all = 0
        self._asked: tuple[Owed, str]

    def accrued(self, event: NightsAccrued) -> None:
        """Attested, of the stay, not charged before, and what the signed terms say (G20)."""
        notes, stay, day = self._notes, self._stays.of(event), event.night.toordinal()
        if stay is None:
            return
        person = self._persons.of(event.person)
        if notes.expecting and notes.keep(_component(event, day)):
            asked, period = self._asked
            pool = self._terms.pool(event.agreement, event.component)
            minor = pool.next(event.night) if pool else None
        else:
            asked, period = self._asked = self._attested(event, stay, day)
            if not stay.has(day) or day in person.charged:
                self._not_chargeable(event, stay, day)
            pool, minor = self._price(event, stay, day)
        if event.period != period:
            notes.same("period", "the month", period, event.period)
        if event.attested_by != asked.by:
            notes.same("G20", "attested by", asked.by, event.attested_by)
        if pool is not None and minor is not None:
            if event.attested != asked.ref:
                notes.missing("G20", f"the attestation {asked.ref}", event.attested)
            self._charge(event, stay, pool, minor)
            stay.spans(event.agreement, event.component).add(day)
            person.charged.add(day)
            self._line(stay, event, pool).entries.append(asked.ref)

    def _attested(self, event: NightsAccrued, stay: Stay, day: int) -> tuple[Owed, str]:
        """What attests the night, and the month that bears it: a new one, or one that waited."""
        asked = self._reactions.done("night", (event.custody, day))
        period = self._bearing(stay, event.night)
        if asked is None and (waited := stay.unpriced.pop(day, None)) is not None:
            self._month(stay, waited.period).unpriced -= 1
            asked, period = waited.attested, waited.period
        if asked is None:
            asked = self._no_longer_kept_off(event, day)
        if asked is None:
            expected = f"an attestation of {event.night} that is not settled yet"
            self._notes.missing("G20", expected, event.attested)
            asked = Owed(self._notes.mark, event.attested, event.attested_by)
        return asked, period

    def _no_longer_kept_off(self, event: NightEvent, day: int) -> Owed | None:
        """What attested a night that was charged elsewhere, and is not any more (G20)."""
        self._notes.keep((OWED_AGAIN, event.custody, day))
        return self._persons.of(event.person).kept_off.pop((event.custody, day), None)

    def _not_chargeable(self, event: NightsAccrued, stay: Stay, day: int) -> None:
        if not stay.has(day):
            left = None if stay.departed is None else date.fromordinal(stay.departed)
            found = f"from {date.fromordinal(stay.arrived)} to {left}"
            self._notes.broken("G20", f"a stay that has the night {event.night}", found)
        else:
            self._notes.broken("G20", "a person-night that is billed once", event.night)

    def _price(self, event: NightsAccrued, stay: Stay, day: int) -> tuple[Pool | None, int | None]:
        """What the night costs; its other components follow in the same decision."""
        found: tuple[Pool | None, int | None] = (None, None)
        for pool, minor in self._terms.prices(stay.agreement, event.night):
            name, version = pool.component.id, pool.agreement
            if name == event.component and version == event.agreement:
                found = (pool, minor)
            else:
                key = ("component", event.custody, day, version, name)
                expected = f"the night {event.night} charged with {name} of {version}"
                self._notes.promise(key, "tariff", expected)
        if found[0] is None:
            said = f"{event.component} of {event.agreement}"
            self._notes.differs("tariff", f"components that price {event.night}", said)
        return found

    def _charge(self, event: NightsAccrued, stay: Stay, pool: Pool, minor: int) -> None:
        if event.ordinal != pool.count + 1:
            found = f"person-night number {pool.count + 1}"
            self._notes.differs("tariff", found, event.ordinal)
        self._is(event, stay, minor, pool)
        pool.count += 1
        pool.earned += minor
        self.accrued_in_all += 1

    def _line(self, stay: Stay, event: NightsAccrued, pool: Pool) -> Line:
        month = self._month(stay, event.period)
        month.attested_by.add(event.attested_by)
        return self._enter(month, event, pool, 1)

    def taken_back(self, event: AccrualReversed) -> None:
        """Charged, outside the stay that has ended, and handed back as the pool's last (T7)."""
        notes, stay, day = self._notes, self._stays.of(event), event.night.toordinal()
        pool = self._terms.pool(event.agreement, event.component)
        if pool is None:
            said = f"{event.component} of {event.agreement}"
            notes.missing("tariff", "a component of signed terms", said)
        if stay is None or pool is None:
            return
        key = (TAKEN_BACK, event.custody, day, event.agreement, event.component)
        spans = stay.charged.get((event.agreement, event.component))
        if not notes.keep(key) or spans is None:
            notes.broken("T7", "a charged night outside a stay that just ended", event.night)
            return
        notes.same("T7", "because of", stay.ended, event.because)
        notes.same("period", "the month", self._bearing(stay, event.night), event.period)
        if event.ordinal != pool.count:
            notes.differs("tariff", f"the last person-night, number {pool.count}", event.ordinal)
        self._attested_before(event, stay)
        self._is(event, stay, -pool.hand_back(), pool)
        spans.drop(day)
        if not stay.is_charged(day):
            self._free_again(event.person, stay, day)
        line = self._enter(self._month(stay, event.period), event, pool, -1)
        line.entries += (event.attested, event.because)
        self.reversed_in_all += 1

    def _free_again(self, person: PersonId, stay: Stay, day: int) -> None:
        """The person-night is not charged any more: what was kept off for it is owed now."""
        one = self._persons.of(person)
        one.charged.drop(day)
        for custody, kept in one.kept_off:
            other = self._stays.known.get(custody)
            if kept == day and other is not None and other.terms == stay.terms:
                expected = f"the night {date.fromordinal(day)} charged for custody/{custody}"
                self._notes.promise((OWED_AGAIN, custody, day), "G20", expected)
                return

    def _attested_before(self, event: AccrualReversed, stay: Stay) -> None:
        """While the night's own month is open, what attested it is still at hand."""
        key = (stay.terms, month_of(event.night))
        month = self._months.open.get(key)
        line = month.lines.get((event.custody, event.component, event.agreement)) if month else None
        if line is not None and event.attested not in line.entries:
            self._notes.missing("G20", "the attestation of the night", event.attested)

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
        stay = self._stays.of(event)
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
        notes, stay, day = self._notes, self._stays.of(event), event.night.toordinal()
        asked = self._reactions.done("night", (event.custody, day))
        asked = asked or self._no_longer_kept_off(event, day)
        self._is_attested(event, asked)
        if stay is None or asked is None:
            return
        if self._terms.prices(stay.agreement, event.night):
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

    def _is(self, event: NightAccrual, stay: Stay, minor: int, pool: Pool) -> None:
        """The amount is what follows from the signed terms, and its postings are."""
        amount, value = event.amount, both_ways(event.amount)
        if value.minor != minor or amount.currency != pool.currency:
            self._notes.differs("tariff", f"{Money.of(minor, pool.currency)}", amount)
        self._books.post(stay.terms, event.postings, amount, value, pool.accounts)

    def _enter(self, month: Month, event: NightAccrual, pool: Pool, nights: int) -> Line:
        key = (event.custody, event.component, event.agreement)
        line = month.lines.get(key)
        if line is None:
            line = month.lines[key] = Line(event.person, pool.is_prepaid)
        line.nights += nights
        line.minor += both_ways(event.amount).minor
        return line

    def _bearing(self, stay: Stay, night: date) -> str:
        return self._months.bearing(stay.terms, month_of(night))

    def _month(self, stay: Stay, period: str) -> Month:
        return self._months.of(stay.terms, period)


def _component(event: NightsAccrued, day: int) -> Key:
    """The promise that a night is charged with each of its components."""
    return ("component", event.custody, day, event.agreement, event.component)
