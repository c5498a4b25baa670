"""Invoices: drawn from a closed month, line by line with its evidence, and certified once."""

from __future__ import annotations

from itertools import groupby

from services.audit.domain.actors import same_subject
from services.audit.domain.charging import post
from services.audit.domain.records.invoices import Draft, Issued, Sums
from services.audit.domain.records.periods import Line, LineKey
from services.audit.domain.state import Rules, State
from shared.contracts.invoice import (
    EntryRange,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceIssued,
    InvoiceLineDrafted,
    NightsNotAttested,
)
from shared.kernel.ids import EntryRef, agreement_of
from shared.kernel.money import Money
from shared.tariff.accounts import invoiced


def drafted(state: State, event: InvoiceDrafted) -> None:
    """Its totals follow from what the month bears."""
    findings, promise, draft = state.findings, state.expectations.promise, _of(state, event)
    if draft is None:
        return
    state.expectations.keep(("drafted", event.invoice))
    lines = draft.month.lines
    if event.lines != len(lines):
        findings.differs("tariff", f"{len(lines)} lines", event.lines)
    currency = draft.signed.tariff.currency
    earned = sum(line.minor for line in lines.values())
    drawn = sum(line.minor for line in lines.values() if line.drawn)
    for name, minor in (("earned", earned), ("drawn", drawn), ("due", earned - drawn)):
        amount, found = Money.of(minor, currency), getattr(event, name)
        if found != amount:
            findings.differs("tariff", f"{name} {amount}", found)
    draft.drafted = event
    for key in lines:
        promise(("line", *key), "tariff", f"a line for {_named(key)}")
    for custody in draft.silent:
        expected = f"the nights of custody/{custody} that nobody attested"
        promise(("not attested", custody), "D3", expected)
    promise(("verdict", event.invoice), "tariff", f"invoice/{event.invoice} issued")
    sums = state.invoices.sums.setdefault(event.due.currency, Sums())
    sums.invoices += 1
    sums.earned += event.earned.minor
    sums.drawn += event.drawn.minor
    sums.due += event.due.minor


def line_drafted(state: State, event: InvoiceLineDrafted) -> None:
    """What one component charges for a custody, and exactly the entries behind it."""
    draft = _of(state, event)
    if draft is None:
        return
    key: LineKey = (event.custody, event.component, event.agreement)
    line = draft.month.lines.get(key)
    if not state.expectations.keep(("line", *key)) or line is None:
        state.findings.broken("tariff", "a line that the month has, once", _named(key))
        return
    draft.lines += 1
    if not line.drawn:
        draft.owed[event.line] = line.minor
    state.findings.same("tariff", "line", draft.lines, event.line)
    state.findings.same("ledger", "the person", line.person, event.person)
    _says(state, event, line, draft.signed.tariff.currency)


def _says(state: State, event: InvoiceLineDrafted, line: Line, currency: str) -> None:
    findings = state.findings
    units, found = f"{line.quantity} {line.unit}", f"{event.quantity} {event.unit}"
    if found != units:
        findings.differs("tariff", units, found)
    findings.same("tariff", "the reason", line.reason, event.reason)
    amount = Money.of(line.minor, currency)
    if event.amount != amount:
        findings.differs("tariff", f"{amount}", event.amount)
    evidence = ranges(line.entries)
    if event.evidence != evidence:
        findings.missing("G20", f"evidence {said(evidence)}", said(event.evidence))


def not_attested(state: State, event: NightsNotAttested) -> None:
    """Exactly the nights that no headcount names the person on: not billed (D3; G14)."""
    draft = _of(state, event)
    if draft is None:
        return
    state.expectations.keep(("not attested", event.custody))
    state.findings.same("D3", "nights", draft.silent.pop(event.custody, ()), event.nights)


def issued(state: State, event: InvoiceIssued) -> None:
    """Out, for what was drafted; what is due is owed from here."""
    draft = _of(state, event)
    if draft is None:
        return
    state.expectations.keep(("verdict", event.invoice))
    due = draft.drafted.due if draft.drafted else None
    if event.due != due:
        state.findings.differs("tariff", f"due {due}", event.due)
    parties = draft.signed.parties
    expected = invoiced(parties.receiving, parties.sending, event.due)
    post(state, draft.agreement, event.postings, expected)
    state.invoices.issued[event.invoice] = Issued(
        parties.sending, parties.receiving, event.due, draft.owed
    )
    state.invoices.draft = None


def certified(state: State, event: InvoiceCertified) -> None:
    """By another subject than issued it."""
    out = state.latest.last(InvoiceIssued, "invoice", event.invoice)
    if out is None:
        return
    if same_subject(out.event.issued_by, event.certified_by):
        state.findings.broken("G20", "two subjects", event.certified_by)
    month = (agreement_of(out.event.agreement), out.event.period)
    attested_by = state.services.attested_by.pop(month, set[str]())
    if any(same_subject(attestor, event.certified_by) for attestor in attested_by):
        said = "attestor and certifier two subjects"
        state.findings.broken("G20", said, event.certified_by)
    issued = state.invoices.issued.pop(event.invoice, None)
    if issued is not None:
        _certified(state, event, issued)
    state.invoices.sums.setdefault(out.event.due.currency, Sums()).certified += 1


def _certified(state: State, event: InvoiceCertified, issued: Issued) -> None:
    """With no line in dispute, and settled with it where nothing is left to pay (G20)."""
    for line in issued.disputed:
        found = f"line {line} in dispute"
        state.findings.broken("G20", "an invoice whose disputes are over", found)
    if issued.owed.minor > 0:
        state.invoices.owed[event.invoice] = issued.owed
    elif not issued.owed.minor:
        state.invoices.paid[event.invoice] = issued.owed
        said_so = f"invoice/{event.invoice} settled"
        state.expectations.promise(("settled", event.invoice), "G20", said_so)


def _of(state: State, event: InvoiceEvent) -> Draft | None:
    """The closed month that an event is about, if it is being read."""
    draft = state.invoices.draft
    if draft is None or draft.invoice != event.invoice:
        return None
    agreement = agreement_of(event.agreement)
    state.findings.same("ledger", "the agreement", draft.agreement, agreement)
    return draft


def _named(key: LineKey) -> str:
    custody, component, version = key
    return f"{component} of {version}" + (f", custody/{custody}" if custody else "")


def ranges(entries: list[EntryRef]) -> tuple[EntryRange, ...]:
    """Every entry once, in order; entries that follow one another make one range."""
    placed = sorted({_placed(entry) for entry in entries})
    runs = groupby(enumerate(placed), key=lambda item: (item[1][0], item[1][1] - item[0]))
    found: list[EntryRange] = []
    for (origin, _), run in runs:
        indices = [index for _, (_, index) in run]
        found.append(EntryRange(origin, indices[0], indices[-1]))
    return tuple(found)


def said(evidence: tuple[EntryRange, ...]) -> str:
    """Ranges for people."""
    return (
        ", ".join(f"{entries.origin}#{entries.first}-{entries.last}" for entries in evidence)
        or "none"
    )


def _placed(entry: EntryRef) -> tuple[str, int]:
    origin, _, index = entry.rpartition("#")
    return origin, int(index)


RULES: Rules = {
    InvoiceDrafted: drafted,
    InvoiceLineDrafted: line_drafted,
    NightsNotAttested: not_attested,
    InvoiceIssued: issued,
    InvoiceCertified: certified,
}
