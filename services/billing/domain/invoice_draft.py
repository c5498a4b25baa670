"""An invoice drawn from a month's lines, and checked against what the signed terms say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import evidence, terms
from services.billing.domain.invoice_lines import Line, LinesState
from services.billing.domain.terms import TermsState
from shared.contracts.agreement import Prepaid
from shared.contracts.billing import (
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceLineDrafted,
    InvoiceMismatched,
    TermsActivated,
)
from shared.kernel.ids import AgreementRef, InvoiceId
from shared.kernel.money import Money, total
from shared.tariff.night import cost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.agreement import Component
    from shared.kernel.event import Event


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an invoice is drawn from: a month's lines and the signed terms."""

    invoice: InvoiceId
    period: str
    parties: TermsActivated
    """The version whose parties and currency the invoice is in."""
    terms: TermsState
    lines: LinesState

    @property
    def currency(self) -> str:
        """The invoice's currency."""
        return self.parties.tariff.currency

    def in_order(self) -> tuple[Line, ...]:
        """The lines in the one order that they are numbered in."""
        return tuple(line for _, line in self.lines.lines.items())

    def component(self, agreement: AgreementRef, component: str) -> Component:
        """A component as it was signed."""
        return terms.charging_component(self.terms.signed(agreement), component)


def currencies(draft: Draft) -> frozenset[str]:
    """The currencies of the versions that the lines were charged under."""
    refs = {line.agreement for line in draft.in_order()}
    return frozenset(draft.terms.signed(ref).tariff.currency for ref in refs)


def draw(draft: Draft, issued_by: str) -> tuple[Event, ...]:
    """The invoice with its lines, then issued; or mismatched, when the terms say another sum."""
    earned, expected = _earned(draft), recomputed(draft)
    due = earned - _drawn(draft)
    drafted = InvoiceDrafted(
        invoice=draft.invoice,
        agreement=draft.parties.agreement,
        period=draft.period,
        payer=draft.parties.parties.sending,
        payee=draft.parties.parties.receiving,
        lines=len(draft.in_order()),
        earned=earned,
        drawn=earned - due,
        due=due,
    )
    return (drafted, *_line_events(draft), _verdict(draft, expected, earned, due, issued_by))


def recomputed(draft: Draft) -> Money:
    """What the month costs by the signed terms: from person-nights, never from amounts."""
    parts = []
    for span in draft.lines.spans:
        priced = cost(draft.component(span.agreement, span.component), span.first, span.last)
        parts.append(-priced if span.reversed else priced)
    return total(parts, draft.currency)


def _verdict(
    draft: Draft, expected: Money, drafted: Money, due: Money, issued_by: str
) -> InvoiceIssued | InvoiceMismatched:
    if expected != drafted:
        return InvoiceMismatched(
            invoice=draft.invoice,
            agreement=draft.parties.agreement,
            period=draft.period,
            expected=expected,
            drafted=drafted,
        )
    return InvoiceIssued(
        invoice=draft.invoice,
        agreement=draft.parties.agreement,
        period=draft.period,
        due=due,
        issued_by=issued_by,
    )


def _earned(draft: Draft) -> Money:
    return Money.of(sum(line.minor for line in draft.in_order()), draft.currency)


def _drawn(draft: Draft) -> Money:
    """What prepayments bear, received by now or not: such nights are due as the prepayment only."""
    borne = (
        line.minor
        for line in draft.in_order()
        if isinstance(draft.component(line.agreement, line.component), Prepaid)
    )
    return Money.of(sum(borne), draft.currency)


def _line_events(draft: Draft) -> Iterator[InvoiceLineDrafted]:
    for number, line in enumerate(draft.in_order(), start=1):
        yield InvoiceLineDrafted(
            invoice=draft.invoice,
            agreement=line.agreement,
            period=draft.period,
            line=number,
            custody=line.custody,
            person=line.person,
            component=line.component,
            nights=line.nights,
            amount=Money.of(line.minor, draft.currency),
            evidence=evidence.ranges(line.entries),
        )
