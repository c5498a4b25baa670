"""What billing records of closed periods and their invoices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.billing import BY_THE_PAYEES_TREASURY, Month
from shared.contracts.intake import AgreementTag
from shared.contracts.laws import Copied, Laws, Says, Signed
from shared.kernel.bounds import Index, Many, Ordinal, Whole
from shared.kernel.codes import Country, Slug
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CustodyId, InvoiceId, PersonId
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal
from shared.tariff.accounts import Postings

PAYER_AND_PAYEE = "payer=parties.sending payee=parties.receiving"


class EntryRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries of one log from `first` up to and with `last`."""

    origin: str
    first: Index
    last: Index


class NightsCounted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many person-nights a month bears by custody, and how many of them are attested (D3).

    Due are the nights of every stay: in the month itself, and in one that was closed before billing
    was told of the stay.
    """

    due: Many
    attested: Many

    @property
    def not_attested(self) -> int:
        """How many nobody attested: they are not billed."""
        return self.due - self.attested


class PeriodEvent(Event, frozen=True):
    """A fact about one agreement's month."""

    SUBJECT: ClassVar[str] = "period"
    agreement: AgreementTag
    period: Annotated[Month, Tag("period")]


class PeriodClosed(PeriodEvent, frozen=True):
    """The month is closed; what comes late goes to the open one."""

    TYPE: ClassVar[str] = "billing.PeriodClosed.v1"
    LAWS: ClassVar[Laws] = (
        Says("closed_by", "actor", "G20"),
        BY_THE_PAYEES_TREASURY,
    )
    invoice: InvoiceId
    nights: NightsCounted
    closed_by: str


class PeriodCloseRefused(PeriodEvent, frozen=True):
    """The month could not be closed: a rule said no."""

    TYPE: ClassVar[str] = "billing.PeriodCloseRefused.v1"
    refusal: Refusal


class InvoiceMismatched(PeriodEvent, frozen=True):
    """The month's lines do not come to what its facts come to by the signed terms: it stays open,
    and its invoice is drawn when it is closed again, once the cause is mended (D8).
    """

    TYPE: ClassVar[str] = "billing.InvoiceMismatched.v1"
    LAWS: ClassVar[Laws] = (BY_THE_PAYEES_TREASURY,)
    expected: Money
    """What the facts come to when they are charged again."""
    drafted: Money
    """What the lines come to as they were charged."""
    refusal: Refusal


class InvoiceEvent(Event, frozen=True):
    """A fact about an invoice."""

    SUBJECT: ClassVar[str] = "invoice"
    LAWS: ClassVar[Laws] = (Copied("period", of="PeriodClosed", by="invoice", rule="ledger"),)
    invoice: Annotated[InvoiceId, Tag("invoice")]
    agreement: AgreementTag
    period: Annotated[Month, Tag("period")]


class InvoiceDrafted(InvoiceEvent, frozen=True):
    """An invoice was drawn from the period's accruals."""

    TYPE: ClassVar[str] = "billing.InvoiceDrafted.v1"
    LAWS: ClassVar[Laws] = (
        Copied("agreement", of="PeriodClosed", by="invoice", rule="ledger"),
        Copied("nights", of="PeriodClosed", by="invoice", rule="D3"),
        Copied(PAYER_AND_PAYEE, of="TermsActivated", by="agreement", rule="parties"),
    )
    payer: Country
    payee: Country
    lines: Many
    earned: Money
    drawn: Money
    """What prepayments bear of it, whether they were received by then or not."""
    due: Money
    """What is owed for the facts themselves: what was paid ahead is due as that alone."""
    nights: NightsCounted
    """Those that are not attested follow custody by custody, after the lines."""


class InvoiceLineDrafted(InvoiceEvent, frozen=True):
    """What one component charges in the period, for one custody or for none, and the entries
    behind it.
    """

    TYPE: ClassVar[str] = "billing.InvoiceLineDrafted.v1"
    LAWS: ClassVar[Laws] = (Copied("person", of="StayOpened", by="custody", rule="ledger"),)
    line: Annotated[Ordinal, Tag("line")]
    component: Slug
    unit: Slug
    quantity: Whole
    amount: Money
    evidence: tuple[EntryRange, ...]
    custody: CustodyId | None = None
    person: PersonId | None = None
    reason: Slug | None = None
    """Why something is owed that nobody used."""


class NightsNotAttested(InvoiceEvent, frozen=True):
    """Nights of one custody that nobody attested by the close of the month: not billed (D3; G14).

    One that is attested later is billed in the month that is open then.
    """

    TYPE: ClassVar[str] = "billing.NightsNotAttested.v1"
    LAWS: ClassVar[Laws] = (
        Copied("person agreement", of="StayOpened", by="custody", rule="ledger"),
    )
    custody: CustodyId
    person: PersonId
    nights: Annotated[tuple[date, ...], msgspec.Meta(min_length=1)]
    """The dates at the facility, first to last."""


class InvoiceIssued(InvoiceEvent, frozen=True):
    """The drafted lines match the signed terms; the invoice is out, and what is due is owed."""

    TYPE: ClassVar[str] = "billing.InvoiceIssued.v1"
    LAWS: ClassVar[Laws] = (
        Copied("agreement", of="PeriodClosed", by="invoice", rule="ledger"),
        Copied("issued_by=closed_by", of="PeriodClosed", by="invoice", rule="G20"),
    )
    due: Money
    issued_by: str
    postings: Postings


class InvoiceCertified(InvoiceEvent, frozen=True):
    """The paying state's treasury certified the invoice."""

    TYPE: ClassVar[str] = "billing.InvoiceCertified.v1"
    LAWS: ClassVar[Laws] = (
        Says("certified_by", "actor", "G20"),
        Copied("agreement", of="InvoiceIssued", by="invoice", rule="ledger"),
        Signed("payer", ("treasury",), of="InvoiceDrafted", by="invoice"),
    )
    certified_by: str


class CertificationRefused(InvoiceEvent, frozen=True):
    """Certification was asked for and a rule said no."""

    TYPE: ClassVar[str] = "billing.CertificationRefused.v1"
    refusal: Refusal
