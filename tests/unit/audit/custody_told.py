"""Steps of a story: custody, headcounts, exits, and what they cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from services.billing.domain.invoice import CERTIFY_INVOICE, CertifyInvoice
from services.billing.domain.period_close import CLOSE_PERIOD, ClosePeriod
from services.billing.domain.prepayment import RECORD_PREPAYMENT, RecordPrepayment
from services.billing.domain.repricing import REPRICE_NIGHTS, RepriceNights
from services.placement.domain.custody.accept_custody import ACCEPT_CUSTODY, AcceptCustody
from services.placement.domain.custody.assign_place import ASSIGN_PLACE, AssignPlace
from services.placement.domain.custody.end_custody import END_CUSTODY, EndCustody
from services.placement.domain.headcount import ATTEST_HEADCOUNT, AttestHeadcount
from services.placement.domain.returns.complete_return import COMPLETE_RETURN, CompleteReturn
from services.placement.domain.returns.depart_return import DEPART_RETURN, DepartReturn
from shared.kernel.actor import Actor
from shared.kernel.ids import (
    AgreementRef,
    FacilityId,
)
from shared.kernel.money import Money

if TYPE_CHECKING:
    from shared.kernel.codes import Release

from tests.unit.audit.asking import Asking
from tests.unit.audit.names import (
    AGREEMENT,
    AUTHORITY,
    CECOT,
    CUSTODIAN,
    PAYER,
    REGISTRY,
    TREASURY,
    custody,
    invoice,
    person,
)


class Custody(Asking):
    """What is asked of the receiving state."""

    def accepted(
        self, *people: int, facility: FacilityId = CECOT, at: datetime | None = None
    ) -> None:
        for traveller in people:
            self.act(
                "placement",
                ACCEPT_CUSTODY,
                AcceptCustody,
                REGISTRY,
                time=at or self.now,
                custody=custody(traveller),
                facility=facility,
                accepted_at=at or self.now,
                custodian=CUSTODIAN,
            )

    def assigned(self, number: int, place: str) -> None:
        self.act(
            "placement", ASSIGN_PLACE, AssignPlace, REGISTRY, custody=custody(number), place=place
        )

    def counted(self, night: date, *people: int, by: Actor = REGISTRY) -> None:
        self.act(
            "placement",
            ATTEST_HEADCOUNT,
            AttestHeadcount,
            by,
            facility=CECOT,
            night=night,
            present=frozenset(map(custody, people)),
        )

    def left(
        self, number: int, kind: Release = "released", ended_at: datetime | None = None
    ) -> None:
        at = ended_at or self.now
        self.act(
            "placement",
            END_CUSTODY,
            EndCustody,
            REGISTRY,
            time=at,
            custody=custody(number),
            kind=kind,
            ended_at=at,
        )

    def back(self, number: int, at: datetime | None = None) -> None:
        """The sending state signs that it has the person."""
        since = at or self.now
        self.act(
            "placement",
            COMPLETE_RETURN,
            CompleteReturn,
            AUTHORITY,
            time=since,
            custody=custody(number),
            completed_at=since,
        )

    def on_the_way_back(self, number: int, at: datetime | None = None) -> None:
        """The facility says that the person left for the sending state."""
        since = at or self.now
        self.act(
            "placement",
            DEPART_RETURN,
            DepartReturn,
            REGISTRY,
            time=since,
            custody=custody(number),
            departed_at=since,
        )

    def paid_ahead(self) -> None:
        self.act(
            "billing",
            RECORD_PREPAYMENT,
            RecordPrepayment,
            TREASURY,
            agreement=AGREEMENT,
            component="grant",
            amount=Money("4760000.00", "USD"),
            reference="GRANT-1",
            received_on=self.now.date(),
        )

    def closed(self, period: str, number: int = 1, actor: Actor = TREASURY) -> None:
        self.act(
            "billing",
            CLOSE_PERIOD,
            ClosePeriod,
            actor,
            agreement=AgreementRef(AGREEMENT),
            period=period,
            invoice=invoice(number),
        )

    def certified(self, number: int = 1) -> None:
        self.act("billing", CERTIFY_INVOICE, CertifyInvoice, PAYER, invoice=invoice(number))

    def repriced(self, number: int, period: str) -> None:
        self.act(
            "billing",
            REPRICE_NIGHTS,
            RepriceNights,
            TREASURY,
            custody=custody(number),
            person=person(number),
            agreement=AgreementRef(AGREEMENT),
            period=period,
        )
