"""Invoices: drawn from a month's nights, line by line with its evidence, and certified once."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import groupby

import msgspec

from services.audit.domain.expectations import SIDES, Notes, same_subject
from services.audit.domain.journal import Books
from services.audit.domain.periods import LineKey, Month, Months
from services.audit.domain.terms import Signed, Terms
from shared.contracts.billing import (
    EntryRange,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceIssued,
    InvoiceLineDrafted,
    InvoiceMismatched,
    PeriodClosed,
)
from shared.contracts.codes import Country
from shared.kernel.dates import month
from shared.kernel.ids import AgreementId, EntryRef, InvoiceId, agreement_of
from shared.kernel.money import Money
from shared.tariff.accounts import invoiced

LAST_MIDNIGHT = timedelta(hours=12)
"""Where a day ends last: UTC-12."""


class Draft(msgspec.Struct):
    """A closed month whose invoice is being read."""

    invoice: InvoiceId
    agreement: AgreementId
    period: str
    closed_by: str
    signed: Signed
    month: Month
    payee: Country = ""
    payer: Country = ""
    drafted: InvoiceDrafted | None = None
    lines: int = 0


class Issued(msgspec.Struct, frozen=True):
    """An invoice that waits for its certification."""

    payer: Country
    issued_by: str
    currency: str


class Sums(msgspec.Struct):
    """What invoices come to in one currency, in minor units."""

    invoices: int = 0
    certified: int = 0
    earned: int = 0
    drawn: int = 0
    due: int = 0


class Invoices:
    """Every invoice that is being drawn or waits; of those that are settled, what they come to."""

    def __init__(self, notes: Notes, terms: Terms, months: Months, books: Books) -> None:
        """Begin with none."""
        self._notes = notes
        self._books = books
        self._terms = terms
        self._months = months
        self._draft: Draft | None = None
        self.issued: dict[InvoiceId, Issued] = {}
        self.sums: dict[str, Sums] = {}

    def closed(self, event: PeriodClosed) -> None:
        """A month that is over is closed once, by the receiving treasury, not by an attestor."""
        notes, agreement = self._notes, agreement_of(event.agreement)
        notes.same("G20", "closed by", notes.fact.actor, event.closed_by)
        signed = self._terms.signed.get(event.agreement)
        if signed is None:
            notes.missing("F8", f"the terms of {event.agreement}", "not activated")
            return
        signer = (notes.actor.party, notes.actor.office)
        notes.same(SIDES, "closed by", (signed.parties.receiving, "treasury"), signer)
        if event.period in self._months.closed.get(agreement, {}):
            notes.broken("period", "a month that is closed once", event.period)
        self._is_over(event, agreement)
        notes.keep(("closed", agreement, event.period))
        book = self._months.close(agreement, event.period, event.invoice)
        if any(same_subject(one, event.closed_by) for one in book.attested_by):
            notes.broken("G20", "attestor and invoicer two subjects", notes.fact.actor)
        if book.unpriced:
            notes.broken("tariff", "a price for every night", f"{book.unpriced} without")
        self._draft = Draft(event.invoice, agreement, event.period, event.closed_by, signed, book)
        self._ended(signed, event.period, book)
        self._earned(agreement)
        notes.promise(("drafted", event.invoice), "tariff", f"invoice/{event.invoice} drafted")

    def _ended(self, closing: Signed, period: str, book: Month) -> None:
        """Every component of the terms in force has said what the month's end adds."""
        signed = self._terms.in_force(closing, period)
        for component in signed.tariff.components if signed else ():
            tally = closing.standings[component.id].tally
            if component.id not in book.ended and component.close(closing.month_end(period), tally):
                expected = f"what the end of {period} adds for {component.id}"
                self._notes.differs("tariff", expected, "nothing")

    def _earned(self, agreement: AgreementId) -> None:
        """What every component has earned is what the signed terms say of what it bore (F7)."""
        for name, standing in self._terms.standings[agreement].items():
            said = standing.follows()
            if said is not None:
                words = standing.component.statement(standing.tally).words
                found = Money.of(standing.earned, said.currency)
                self._notes.differs("tariff", f"{said} for {name}: {words}", found)

    def _is_over(self, event: PeriodClosed, agreement: AgreementId) -> None:
        end = month(event.period).end
        day = (self._notes.fact.recorded_at.astimezone(UTC) - LAST_MIDNIGHT).date()
        if day < end:
            self._notes.broken("period", f"a month that is over everywhere: {event.period}", day)
        first = min(signed.effective.start for signed in self._terms.versions(agreement))
        if end <= first:
            self._notes.broken("F5", f"a month with terms: they begin on {first}", event.period)

    def drafted(self, event: InvoiceDrafted) -> None:
        """Its totals follow from the nights that the month bears."""
        notes, draft = self._notes, self._of(event)
        if draft is None:
            return
        notes.keep(("drafted", event.invoice))
        parties, lines = draft.signed.parties, draft.month.lines
        notes.same("parties", "the payer", parties.sending, event.payer)
        notes.same("parties", "the payee", parties.receiving, event.payee)
        if event.lines != len(lines):
            notes.differs("tariff", f"{len(lines)} lines", event.lines)
        currency = draft.signed.tariff.currency
        earned = sum(line.minor for line in lines.values())
        drawn = sum(line.minor for line in lines.values() if line.drawn)
        for name, minor in (("earned", earned), ("drawn", drawn), ("due", earned - drawn)):
            amount, found = Money.of(minor, currency), getattr(event, name)
            if found != amount:
                notes.differs("tariff", f"{name} {amount}", found)
        draft.drafted, draft.payer, draft.payee = event, event.payer, event.payee
        for key in lines:
            expected = f"a line for {_named(key)}"
            notes.promise(("line", *key), "tariff", expected)
        notes.promise(("verdict", event.invoice), "tariff", f"invoice/{event.invoice} issued")
        self._add(event)

    def line(self, event: InvoiceLineDrafted) -> None:
        """What one component charges for a custody, and exactly the entries behind it."""
        notes, draft = self._notes, self._of(event)
        if draft is None:
            return
        key: LineKey = (event.custody, event.component, event.agreement)
        line = draft.month.lines.get(key)
        if not notes.keep(("line", *key)) or line is None:
            notes.broken("tariff", "a line that the month has, once", _named(key))
            return
        draft.lines += 1
        notes.same("tariff", "line", draft.lines, event.line)
        notes.same("ledger", "the person", line.person, event.person)
        units, found = f"{line.quantity} {line.unit}", f"{event.quantity} {event.unit}"
        if found != units:
            notes.differs("tariff", units, found)
        notes.same("tariff", "the reason", line.reason, event.reason)
        amount = Money.of(line.minor, draft.signed.tariff.currency)
        if event.amount != amount:
            notes.differs("tariff", f"{amount}", event.amount)
        evidence = ranges(line.entries)
        if event.evidence != evidence:
            notes.missing("G20", f"evidence {said(evidence)}", said(event.evidence))

    def out(self, event: InvoiceIssued) -> None:
        """Issued by who closed the month, for what was drafted."""
        notes, draft = self._notes, self._of(event)
        if draft is None:
            return
        notes.keep(("verdict", event.invoice))
        notes.same("G20", "issued by", draft.closed_by, event.issued_by)
        due = draft.drafted.due if draft.drafted else None
        if event.due != due:
            notes.differs("tariff", f"due {due}", event.due)
        expected = invoiced(draft.payee, draft.payer, event.due)
        self._books.post(draft.agreement, event.postings, expected)
        self.issued[event.invoice] = Issued(draft.payer, event.issued_by, event.due.currency)
        self._draft = None

    def mismatched(self, event: InvoiceMismatched) -> None:
        """Billing itself says that its lines do not follow from the terms: it cannot be paid."""
        draft = self._of(event)
        if draft is None:
            return
        self._notes.keep(("verdict", event.invoice))
        self._notes.differs("tariff", f"{event.expected}", event.drafted)
        self._draft = None

    def certified(self, event: InvoiceCertified) -> None:
        """Once, by the paying state's treasury, by another subject than issued it."""
        notes = self._notes
        issued = self.issued.pop(event.invoice, None)
        if issued is None:
            notes.missing("T7", f"invoice/{event.invoice} issued and not certified yet", "none")
            return
        notes.same("G20", "certified by", notes.fact.actor, event.certified_by)
        signer = (notes.actor.party, notes.actor.office)
        notes.same(SIDES, "certified by", (issued.payer, "treasury"), signer)
        if same_subject(issued.issued_by, event.certified_by):
            notes.broken("G20", "two subjects", event.certified_by)
        closed = self._months.closed.get(agreement_of(event.agreement), {})
        notes.same("ledger", "the invoice", closed.get(event.period), event.invoice)
        self.sums.setdefault(issued.currency, Sums()).certified += 1

    def _of(self, event: InvoiceEvent) -> Draft | None:
        draft = self._draft
        if draft is None or draft.invoice != event.invoice:
            self._notes.missing("G20", f"the month closed for invoice/{event.invoice}", "none")
            return None
        self._notes.same("ledger", "the month", draft.period, event.period)
        self._notes.same("ledger", "the agreement", draft.agreement, agreement_of(event.agreement))
        return draft

    def _add(self, event: InvoiceDrafted) -> None:
        sums = self.sums.setdefault(event.due.currency, Sums())
        sums.invoices += 1
        sums.earned += event.earned.minor
        sums.drawn += event.drawn.minor
        sums.due += event.due.minor


def _named(key: LineKey) -> str:
    custody, component, version = key
    return f"{component} of {version}" + (f", custody/{custody}" if custody else "")


def ranges(entries: list[EntryRef]) -> tuple[EntryRange, ...]:
    """Every entry once, in order; entries that follow one another make one range."""
    placed = sorted({_placed(one) for one in entries})
    runs = groupby(enumerate(placed), key=lambda item: (item[1][0], item[1][1] - item[0]))
    found: list[EntryRange] = []
    for (origin, _), run in runs:
        indices = [place[1] for _, place in run]
        found.append(EntryRange(origin, indices[0], indices[-1]))
    return tuple(found)


def said(evidence: tuple[EntryRange, ...]) -> str:
    """Ranges for people."""
    return ", ".join(f"{one.origin}#{one.first}-{one.last}" for one in evidence) or "none"


def _placed(entry: EntryRef) -> tuple[str, int]:
    origin, _, index = entry.rpartition("#")
    return origin, int(index)
