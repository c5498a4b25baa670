"""What billing records: terms, stays, accrued nights, prepayments, closed periods and invoices.

Every money entry carries its postings, and they sum to zero in its currency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.agreement import Parties, Tariff
from shared.contracts.codes import Code, Country, Sha256, Slug
from shared.contracts.intake import AgreementTag, FacilityTag, PersonTag
from shared.contracts.placement import CustodyTag
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CustodyId, EntryRef, InvoiceId, PersonId
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal

Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])\Z")]

Account = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,95}\Z")]
"""`unearned-<component>`, `earned-<component>`, `receivable-<payer>` or `cash-<payee>`.

`unearned` is a credit of what was paid ahead and is owed back, and a debit of what was earned
before the prepayment was received.
"""


class Posting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side of a double entry: a debit is positive, a credit negative."""

    account: Account
    amount: Money


class EntryRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries of one log from `first` up to and with `last`."""

    origin: str
    first: int
    last: int


class TermsActivated(Event, frozen=True):
    """Both states signed these terms; accrual may begin (F8: unsigned terms never can)."""

    TYPE: ClassVar[str] = "billing.TermsActivated.v1"
    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    digest: Sha256
    parties: Parties
    effective: DatePeriod
    tariff: Tariff
    signed: EntryRef


class StayEvent(Event, frozen=True):
    """A fact about what one person's custody costs."""

    SUBJECT: ClassVar[str] = "custody"
    custody: CustodyTag
    person: PersonTag
    agreement: AgreementTag


class StayOpened(StayEvent, frozen=True):
    """Custody was accepted: nights from `arrived_on` may be attested (G20)."""

    TYPE: ClassVar[str] = "billing.StayOpened.v1"
    facility: FacilityTag
    arrived_on: date
    accepted: EntryRef


class StayClosed(StayEvent, frozen=True):
    """Custody ended: no night from `departed_on` on is owed."""

    TYPE: ClassVar[str] = "billing.StayClosed.v1"
    departed_on: date
    ended: EntryRef


class NightEvent(StayEvent, frozen=True):
    """A fact about one person's one attested night."""

    night: date
    period: Annotated[Month, Tag("period")]
    """The month that bears it: the night's own, or the next one that was open when it came late."""
    attested: EntryRef


class NightAccrual(NightEvent, frozen=True):
    """A night and what it costs under one component of the tariff."""

    component: Slug
    ordinal: int
    """Which person-night of the component this is: it fixes the amount, see shared/tariff."""
    amount: Money
    postings: tuple[Posting, ...]


class NightsAccrued(NightAccrual, frozen=True):
    """An attested night was charged, once (G20)."""

    TYPE: ClassVar[str] = "billing.NightsAccrued.v1"
    attested_by: str


class AccrualReversed(NightAccrual, frozen=True):
    """A charge was taken back: the stay had ended before that night. The amount is negative.

    Person-nights of a component are alike: the component hands back its last one, number `ordinal`.
    So what it has earned always follows from its count, though the amount may differ from that of
    the accrual by the one minor unit that rounding leaves.
    """

    TYPE: ClassVar[str] = "billing.AccrualReversed.v1"
    because: EntryRef


class NightNotCharged(NightEvent, frozen=True):
    """A rule keeps an attested night off the bill: outside the stay or charged before (G20; T8)."""

    TYPE: ClassVar[str] = "billing.NightNotCharged.v1"
    refusal: Refusal


class NightAlreadyCharged(NightNotCharged, frozen=True):
    """An attested night of a stay is charged under another custody or attestation (G20; T8).

    If that charge is taken back, this one follows: what was attested is owed once, not never.
    """

    TYPE: ClassVar[str] = "billing.NightAlreadyCharged.v1"
    attested_by: str
    arrived_on: date
    """The first night of the stay that it belongs to."""


class NightUnpriced(NightEvent, frozen=True):
    """The signed terms do not price this attested night; its invoice cannot issue (fees.md)."""

    TYPE: ClassVar[str] = "billing.NightUnpriced.v1"
    attested_by: str


class PrepaymentReceived(Event, frozen=True):
    """Money was paid ahead; it is owed back until attested nights earn it."""

    TYPE: ClassVar[str] = "billing.PrepaymentReceived.v1"
    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    component: Slug
    amount: Money
    reference: Code
    received_on: date
    postings: tuple[Posting, ...]


class PrepaymentRefused(Event, frozen=True):
    """Money that was reported as paid ahead did not pass a rule."""

    TYPE: ClassVar[str] = "billing.PrepaymentRefused.v1"
    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    component: Slug
    amount: Money
    refusal: Refusal


class PeriodEvent(Event, frozen=True):
    """A fact about one agreement's month."""

    SUBJECT: ClassVar[str] = "period"
    agreement: AgreementTag
    period: Annotated[Month, Tag("period")]


class PeriodClosed(PeriodEvent, frozen=True):
    """The month is closed; what comes late goes to the open one."""

    TYPE: ClassVar[str] = "billing.PeriodClosed.v1"
    invoice: InvoiceId
    closed_by: str


class PeriodCloseRefused(PeriodEvent, frozen=True):
    """The month could not be closed: a rule said no."""

    TYPE: ClassVar[str] = "billing.PeriodCloseRefused.v1"
    refusal: Refusal


class InvoiceEvent(Event, frozen=True):
    """A fact about an invoice."""

    SUBJECT: ClassVar[str] = "invoice"
    invoice: Annotated[InvoiceId, Tag("invoice")]
    agreement: AgreementTag
    period: Annotated[Month, Tag("period")]


class InvoiceDrafted(InvoiceEvent, frozen=True):
    """An invoice was drawn from the period's accruals."""

    TYPE: ClassVar[str] = "billing.InvoiceDrafted.v1"
    payer: Country
    payee: Country
    lines: int
    earned: Money
    drawn: Money
    """What prepayments bear of it, whether they were received by then or not."""
    due: Money
    """What is owed for the nights themselves: a prepaid night is due as its prepayment alone."""


class InvoiceLineDrafted(InvoiceEvent, frozen=True):
    """One person's nights under one component, and the entries behind them."""

    TYPE: ClassVar[str] = "billing.InvoiceLineDrafted.v1"
    line: int
    custody: CustodyId
    person: PersonId
    component: Slug
    nights: int
    amount: Money
    evidence: tuple[EntryRange, ...]


class InvoiceIssued(InvoiceEvent, frozen=True):
    """The drafted lines matched the signed terms; the invoice is out."""

    TYPE: ClassVar[str] = "billing.InvoiceIssued.v1"
    due: Money
    issued_by: str


class InvoiceMismatched(InvoiceEvent, frozen=True):
    """The drafted lines do not follow from the evidence; the invoice cannot issue."""

    TYPE: ClassVar[str] = "billing.InvoiceMismatched.v1"
    expected: Money
    drafted: Money


class InvoiceCertified(InvoiceEvent, frozen=True):
    """The paying state's treasury certified the invoice."""

    TYPE: ClassVar[str] = "billing.InvoiceCertified.v1"
    certified_by: str


class CertificationRefused(InvoiceEvent, frozen=True):
    """Certification was asked for and a rule said no."""

    TYPE: ClassVar[str] = "billing.CertificationRefused.v1"
    refusal: Refusal
