"""What billing records: terms, stays, fees, prepayments, closed periods and invoices.

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
from shared.tariff.accounts import Postings
from shared.tariff.fact import Fact, MonthEnd, PersonNight

Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])\Z")]


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


class FeeEntry(Event, frozen=True, kw_only=True):
    """What one component charges for one fact, or takes back; whichever component it is."""

    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    component: Slug
    period: Annotated[Month, Tag("period")]
    """The month that bears it: the fact's own, or the next one that was open when it came late."""
    unit: Slug
    quantity: int
    amount: Money
    postings: Postings
    evidence: Annotated[tuple[EntryRef, ...], msgspec.Meta(min_length=1)]
    """The entries that say so: of a night, what attested it."""
    custody: CustodyTag | None = None
    """Whose it is, where the fact is a person's."""
    person: PersonTag | None = None
    night: date | None = None
    reason: Slug | None = None
    """Why something is owed that nobody used."""

    @property
    def fact(self) -> Fact:
        """The fact that is charged for: whoever charges it again comes to the same amount."""
        because = next(iter(self.evidence), EntryRef(""))
        if self.custody is None or self.person is None or self.night is None:
            return MonthEnd(self.period, because)
        return PersonNight(self.custody, self.person, self.night, because)


class FeeAccrued(FeeEntry, frozen=True, kw_only=True):
    """A fact was charged under a component of the signed terms, once (G20)."""

    TYPE: ClassVar[str] = "billing.FeeAccrued.v1"
    attested_by: str | None = None
    """Who attested it, where somebody has to."""


class FeeReversed(FeeEntry, frozen=True, kw_only=True):
    """A charge was taken back: the stay had ended before that night. The amount is negative.

    What it gives back is what the component says, so that what it has earned always follows from
    what it has borne: it may differ from the charge by the one minor unit that rounding leaves.
    """

    TYPE: ClassVar[str] = "billing.FeeReversed.v1"
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
    postings: Postings


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
    """What is owed for the facts themselves: what was paid ahead is due as that alone."""


class InvoiceLineDrafted(InvoiceEvent, frozen=True):
    """What one component charges in the period, for one custody or for none, and the entries
    behind it.
    """

    TYPE: ClassVar[str] = "billing.InvoiceLineDrafted.v1"
    line: int
    component: Slug
    unit: Slug
    quantity: int
    amount: Money
    evidence: tuple[EntryRange, ...]
    custody: CustodyId | None = None
    person: PersonId | None = None
    reason: Slug | None = None
    """Why something is owed that nobody used."""


class InvoiceIssued(InvoiceEvent, frozen=True):
    """The drafted lines matched the signed terms; the invoice is out, and what is due is owed."""

    TYPE: ClassVar[str] = "billing.InvoiceIssued.v1"
    due: Money
    issued_by: str
    postings: Postings


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
