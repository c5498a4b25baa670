"""Invoices that are being drawn; of those that are settled, what they come to."""

from __future__ import annotations

from datetime import date

import msgspec

from services.audit.domain.records.periods import Month
from services.audit.domain.records.terms import Signed
from shared.contracts.invoice import InvoiceDrafted
from shared.kernel.codes import Country
from shared.kernel.ids import AgreementId, CustodyId, InvoiceId
from shared.kernel.money import Money


class Draft(msgspec.Struct):
    """A closed month whose invoice is being read."""

    invoice: InvoiceId
    agreement: AgreementId
    period: str
    signed: Signed
    month: Month
    silent: dict[CustodyId, tuple[date, ...]]
    """Nights that nobody attested, by custody."""
    drafted: InvoiceDrafted | None = None
    lines: int = 0
    owed: dict[int, int] = msgspec.field(default_factory=dict)
    """What each line that no prepayment bears charges, by its number, in minor units."""


class Issued(msgspec.Struct):
    """An invoice that is out and not certified: what is owed for it, and what is claimed of it."""

    payer: Country
    payee: Country
    owed: Money
    lines: dict[int, int]
    """What is owed of each line that no prepayment bears, in minor units."""
    disputed: dict[int, int] = msgspec.field(default_factory=dict)
    """What is disputed of each line whose dispute is open, in minor units."""
    credit_notes: int = 0


class Sums(msgspec.Struct):
    """What invoices come to in one currency, in minor units."""

    invoices: int = 0
    certified: int = 0
    earned: int = 0
    drawn: int = 0
    due: int = 0


class Invoices:
    """The one that is being drawn, and the sums of all."""

    def __init__(self) -> None:
        """Begin with none."""
        self.draft: Draft | None = None
        self.sums: dict[str, Sums] = {}
        self.issued: dict[InvoiceId, Issued] = {}
        self.owed: dict[InvoiceId, Money] = {}
        """What is still owed for every invoice that is certified and not settled."""
        self.paid: dict[InvoiceId, Money] = {}
        """What the payments of every invoice that is certified and not settled come to."""
        self.months: dict[InvoiceId, Draft] = {}
        """Every invoice's month, where it is reported line by line."""
