"""A log in memory that billing's decisions are taken against, by the boundary that each names."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from services.billing.domain.accrual import ACCRUE_NIGHT, AccrueNight
from services.billing.domain.charged_identity import (
    CHARGE_APART,
    CHARGE_AS_ONE,
    ChargeApart,
    ChargeAsOne,
)
from services.billing.domain.invoice import CERTIFY_INVOICE, CertifyInvoice
from services.billing.domain.payment import RECORD_PAYMENT, RecordPayment
from services.billing.domain.period_close import CLOSE_PERIOD, ClosePeriod
from services.billing.domain.prepayment import RECORD_PREPAYMENT, RecordPrepayment
from services.billing.domain.repricing import REPRICE_NIGHTS, RepriceNights
from services.billing.domain.return_order import STOP_FEES, StopFees
from services.billing.domain.stay import OPEN_STAY, OpenStay
from services.billing.domain.stay_close import CLOSE_STAY, CloseStay
from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.agreement import (
    Admission,
    AgreementDocument,
    Parties,
    Tariff,
    digest,
)
from shared.contracts.billing import FeeAccrued, FeeEntry, PrepaymentReceived
from shared.contracts.dispute import LineEvent
from shared.contracts.invoice import InvoiceIssued
from shared.contracts.payment import PaymentRecorded
from shared.kernel.actor import Actor
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CustodyId,
    EntryRef,
    FacilityId,
    InvoiceId,
    PersonId,
)
from shared.kernel.money import Money
from shared.tariff.registry import Component
from tests.support.decider_specification import DecisionLog
from tests.support.tariffs import nightly, pool

POSTED = (FeeEntry, PrepaymentReceived, InvoiceIssued, PaymentRecorded, LineEvent)
NAME = AgreementId("usa-slv-2025")
TERMS = AgreementRef("usa-slv-2025@1")
CECOT = FacilityId("slv-cecot")
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
REGISTRY = Actor("SLV", "facility-registry", "cecot-registry")
TREASURY = Actor("SLV", "treasury", "slv-treasury")
PAYER = Actor("USA", "treasury", "usa-treasury")
DECIDED = EntryRef("accord.example/intake/0#33")
INVOICE = InvoiceId("01930000-0000-7000-8000-000000000001")
YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
PLACES = pool("places", "4760000.00", 238, 365, YEAR)
BED = nightly("bed", "65.00")
OVERFLOW = nightly("bed", "65.00", after=("places",))


def custody(number: int) -> CustodyId:
    """A custody's id, the same for the same number."""
    return CustodyId(f"01900000-0000-7000-8000-{number:012d}")


def person(number: int) -> PersonId:
    """A person's id, the same for the same number."""
    return PersonId(f"01910000-0000-7000-8000-{number:012d}")


TERM = DatePeriod(date(2025, 3, 1), date(2026, 4, 1))
"""The days of the agreement, where a test says no others."""


def document(
    *components: Component, version: int = 1, currency: str = "USD", effective: DatePeriod = TERM
) -> AgreementDocument:
    """The agreement with these components."""
    return AgreementDocument(
        agreement=NAME,
        version=version,
        parties=Parties("USA", "SLV"),
        effective=effective,
        admission=Admission(("third-country",)),
        required_facts=(),
        facilities=(),
        tariff=Tariff(currency, components),
    )


class Story(DecisionLog):
    """What was recorded so far, and the commands that tests are made of."""

    def __init__(self) -> None:
        super().__init__()
        self.headcounts = 0

    def terms(
        self,
        *components: Component,
        version: int = 1,
        currency: str = "USD",
        effective: DatePeriod = TERM,
    ) -> tuple[Event, ...]:
        return self.activate(
            document(*components, version=version, currency=currency, effective=effective)
        )

    def activate(self, signed: AgreementDocument) -> tuple[Event, ...]:
        """Both states have signed this version."""
        command = ActivateTerms(
            agreement=signed.ref,
            document=signed,
            digest=digest(signed),
            signed=EntryRef("accord.example/intake/0#7"),
        )
        return self.decide(ACTIVATE_TERMS, command)

    def arrive(
        self,
        number: int,
        on: date,
        who: int | None = None,
        agreement: AgreementRef = TERMS,
    ) -> tuple[Event, ...]:
        """Person `who` (the number itself by default) is taken into custody `number`."""
        command = OpenStay(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=agreement,
            facility=CECOT,
            arrived_on=on,
            accepted=EntryRef("accord.example/placement/0#3"),
        )
        return self.decide(OPEN_STAY, command)

    def attest(
        self,
        number: int,
        night: date,
        who: int | None = None,
        agreement: AgreementRef = TERMS,
        by: Actor = REGISTRY,
    ) -> tuple[Event, ...]:
        """A headcount names person `who` in custody `number` on this night."""
        self.headcounts += 1
        command = AccrueNight(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=agreement,
            night=night,
            attested=EntryRef(f"accord.example/placement/0#{100 + self.headcounts}"),
            attested_by=str(by),
        )
        return self.decide(ACCRUE_NIGHT, command)

    def leave(self, number: int, on: date, who: int | None = None) -> tuple[Event, ...]:
        command = CloseStay(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=TERMS,
            departed_on=on,
            ended=EntryRef("accord.example/placement/0#99"),
        )
        return self.decide(CLOSE_STAY, command)

    def order_return(
        self, number: int, on: date, who: int | None = None, order: int = 77
    ) -> tuple[Event, ...]:
        """Placement says that a return from custody `number` was ordered on this day."""
        command = StopFees(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=TERMS,
            ordered_on=on,
            order=EntryRef(f"accord.example/placement/0#{order}"),
        )
        return self.decide(STOP_FEES, command)

    def merge(self, number: int, other: int) -> tuple[Event, ...]:
        """Intake says that person `number` is person `other`."""
        one, another = person(number), person(other)
        command = ChargeAsOne(person=one, other=another, decided=DECIDED)
        return self.decide(CHARGE_AS_ONE, command)

    def tell_apart(self, number: int, other: int) -> tuple[Event, ...]:
        """Intake says that person `number` is not person `other`."""
        one, another = person(number), person(other)
        command = ChargeApart(person=one, other=another, decided=DECIDED)
        return self.decide(CHARGE_APART, command)

    def pay_ahead(
        self,
        component: str = "places",
        amount: Money = PLACES.amount,
        actor: Actor = TREASURY,
        agreement: AgreementRef = TERMS,
        on: date = date(2025, 3, 10),
    ) -> tuple[Event, ...]:
        command = RecordPrepayment(
            agreement=agreement,
            component=component,
            amount=amount,
            reference="GRANT-1",
            received_on=on,
            now=NOW,
            actor=actor,
        )
        return self.decide(RECORD_PREPAYMENT, command)

    def close(
        self,
        period: str,
        actor: Actor = TREASURY,
        now: datetime = NOW,
        invoice: str = INVOICE,
        agreement: AgreementRef = TERMS,
    ) -> tuple[Event, ...]:
        command = ClosePeriod(
            agreement=agreement, period=period, invoice=InvoiceId(invoice), now=now, actor=actor
        )
        return self.decide(CLOSE_PERIOD, command)

    def reprice(
        self, number: int, period: str, actor: Actor = TREASURY, who: int | None = None
    ) -> tuple[Event, ...]:
        command = RepriceNights(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=AgreementRef(NAME),
            period=period,
            actor=actor,
        )
        return self.decide(REPRICE_NIGHTS, command)

    def certify(self, actor: Actor = PAYER, invoice: str = INVOICE) -> tuple[Event, ...]:
        command = CertifyInvoice(invoice=InvoiceId(invoice), now=NOW, actor=actor)
        return self.decide(CERTIFY_INVOICE, command)

    def pay(
        self,
        amount: str,
        reference: str = "WIRE-1",
        actor: Actor = TREASURY,
        currency: str = "USD",
    ) -> tuple[Event, ...]:
        command = RecordPayment(
            invoice=INVOICE,
            amount=Money(amount, currency),
            reference=reference,
            received_on=date(2025, 5, 2),
            actor=actor,
        )
        return self.decide(RECORD_PAYMENT, command)

    def charged(self, *people: int) -> dict[date, list[CustodyId]]:
        """Which custodies stand charged for each night of these persons."""
        names, standing = {person(number) for number in people}, Counter[tuple[date, CustodyId]]()
        for event in self.events:
            if isinstance(event, FeeEntry) and event.person in names:
                assert event.night is not None
                assert event.custody is not None
                standing[event.night, event.custody] += 1 if isinstance(event, FeeAccrued) else -1
        charged: dict[date, list[CustodyId]] = {}
        for (night, holder), times in sorted(standing.items()):
            if times:
                charged.setdefault(night, []).append(holder)
        return charged

    def balance(self, account: str) -> int:
        """What an account holds, in minor units."""
        return self.balances().get(account, 0)

    def balances(self) -> dict[str, int]:
        """What every account holds, in minor units: `accrued-SLV`."""
        held: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, POSTED):
                for posting in getattr(event, "postings", ()):
                    name = f"{posting.account.kind}-{posting.account.party}"
                    held[name] = held.get(name, 0) + posting.amount.minor
        return held


@pytest.fixture
def story() -> Story:
    """A story without events."""
    return Story()
