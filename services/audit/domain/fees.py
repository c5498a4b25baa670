"""Charges: what each one comes to by the signed terms, and what the end of a month adds."""

from __future__ import annotations

from typing import Any

from services.audit.domain.expectations import Notes
from services.audit.domain.journal import Books
from services.audit.domain.periods import Line, Month, Months
from services.audit.domain.terms import Standing, Terms
from shared.contracts.billing import FeeAccrued, FeeEntry
from shared.kernel.ids import agreement_of
from shared.tariff.component import Charge


class Fees:
    """Everything that is charged, whatever component charges it."""

    def __init__(self, notes: Notes, terms: Terms, months: Months, books: Books) -> None:
        """Begin with nothing charged."""
        self._notes = notes
        self._terms = terms
        self._months = months
        self._books = books

    def month_ended(self, event: FeeAccrued) -> None:
        """What the end of a month adds under the terms in force, once, as the month is closed."""
        notes, agreement = self._notes, agreement_of(event.agreement)
        signed = self._terms.signed.get(event.agreement)
        standing = self._terms.standing(event.agreement, event.component)
        if signed is None or standing is None:
            said = f"{event.component} of {event.agreement}"
            notes.missing("tariff", "a component of signed terms", said)
            return
        if self._terms.in_force(signed, event.period) is not signed:
            notes.broken("tariff", f"the terms in force in {event.period}", event.agreement)
        month = self._months.of(agreement, event.period)
        charge = standing.component.close(signed.month_end(event.period), standing.tally)
        if charge is None or event.component in month.ended:
            notes.differs("tariff", f"what the end of {event.period} adds, once", event.amount)
            return
        month.ended.add(event.component)
        nobody = (event.custody, event.person, event.night, event.attested_by)
        if any(nobody):
            notes.broken("G20", "what is charged for nobody to name nobody", event.component)
        if event.evidence != charge.evidence:
            notes.missing("G20", f"the terms {signed.signed}", " ".join(event.evidence))
        self.bear(event, standing, charge)
        self.enter(month, event, standing).entries += charge.evidence
        expected = f"{event.period} closed with what its end adds"
        notes.promise(("closed", agreement, event.period), "tariff", expected)

    def bear(self, event: FeeEntry, standing: Standing, charge: Charge[Any]) -> None:
        """The amount is what follows from the signed terms, and its postings are."""
        notes, component = self._notes, standing.component
        if event.amount != charge.amount:
            notes.differs("tariff", f"{charge.amount}", event.amount)
        if event.quantity != charge.quantity or event.unit != charge.unit:
            found = f"{event.quantity} {event.unit}"
            notes.differs("tariff", f"{charge.quantity} {charge.unit}", found)
        if event.reason != charge.reason:
            notes.same("tariff", "the reason", charge.reason, event.reason)
        parties = self._terms.signed[event.agreement].parties
        expected = component.postings(event.amount, parties.receiving, parties.sending)
        self._books.post(agreement_of(event.agreement), event.postings, expected)
        standing.bear(charge, charge.amount.minor)

    def enter(self, month: Month, event: FeeEntry, standing: Standing) -> Line:
        """The line that the charge stands in."""
        key = (event.custody, event.component, event.agreement)
        line = month.lines.get(key)
        if line is None:
            drawn = standing.component.is_drawn
            line = month.lines[key] = Line(event.person, event.unit, event.reason, drawn)
        line.quantity += event.quantity
        line.minor += event.amount.minor
        return line
