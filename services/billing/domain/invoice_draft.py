"""An invoice drawn from a month's lines, once they come to what the signed terms say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import evidence
from services.billing.domain.account import AccountState
from services.billing.domain.attendance import AttendanceState
from services.billing.domain.invoice_lines import Line, LinesState
from shared.contracts.billing import TermsActivated
from shared.contracts.invoice import (
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceLineDrafted,
    NightsCounted,
    NightsNotAttested,
)
from shared.kernel.ids import InvoiceId
from shared.kernel.money import Money
from shared.tariff.accounts import invoiced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.event import Event


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an invoice is drawn from: a month's lines, what each component has borne, and who was
    to be counted.
    """

    invoice: InvoiceId
    period: str
    parties: TermsActivated
    """The version whose parties and currency the invoice is in."""
    lines: LinesState
    account: AccountState
    attendance: AttendanceState

    @property
    def nights(self) -> NightsCounted:
        """How many nights the month bears, and how many of them are attested (D3)."""
        return self.attendance.counted(self.period)

    @property
    def currency(self) -> str:
        """The invoice's currency."""
        return self.parties.tariff.currency

    def in_order(self) -> tuple[Line, ...]:
        """The lines in the one order that they are numbered in."""
        return tuple(line for _, line in self.lines.lines.items())

    def sum(self, *, drawn: bool = False) -> Money:
        """What the lines come to, or those that are drawn from what was paid ahead."""
        minor = (
            line.minor
            for line in self.in_order()
            if not drawn or self.account.of(line.component).component.is_drawn
        )
        return Money.of(sum(minor), self.currency)


def draw(draft: Draft, issued_by: str) -> tuple[Event, ...]:
    """The invoice with its lines and the nights that nobody attested, then issued."""
    earned = draft.sum()
    drawn = draft.sum(drawn=True)
    drafted = InvoiceDrafted(
        invoice=draft.invoice,
        agreement=draft.parties.agreement,
        period=draft.period,
        payer=draft.parties.parties.sending,
        payee=draft.parties.parties.receiving,
        lines=len(draft.in_order()),
        earned=earned,
        drawn=drawn,
        due=earned - drawn,
        nights=draft.nights,
    )
    issued = InvoiceIssued(
        invoice=draft.invoice,
        agreement=draft.parties.agreement,
        period=draft.period,
        due=drafted.due,
        issued_by=issued_by,
        postings=invoiced(drafted.payee, drafted.payer, drafted.due),
    )
    return (drafted, *_line_events(draft), *_not_attested(draft), issued)


def _line_events(draft: Draft) -> Iterator[InvoiceLineDrafted]:
    for number, line in enumerate(draft.in_order(), start=1):
        yield InvoiceLineDrafted(
            invoice=draft.invoice,
            agreement=line.agreement,
            period=draft.period,
            line=number,
            component=line.component,
            unit=line.unit,
            quantity=line.quantity,
            amount=Money.of(line.minor, draft.currency),
            evidence=evidence.ranges(line.entries),
            custody=line.custody,
            person=line.person,
            reason=line.reason,
        )


def _not_attested(draft: Draft) -> Iterator[NightsNotAttested]:
    for stay, nights in draft.attendance.not_attested(draft.period):
        yield NightsNotAttested(
            invoice=draft.invoice,
            agreement=stay.agreement,
            period=draft.period,
            custody=stay.custody,
            person=stay.person,
            nights=nights,
        )
