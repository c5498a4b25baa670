"""Steps of a story: a return is ordered, and what follows from it."""

from __future__ import annotations

from datetime import date, datetime

from services.placement.domain.returns.order_return import ORDER_RETURN, OrderReturn
from services.placement.domain.returns.refuse_arrival import REFUSE_ARRIVAL, RefuseArrival
from services.placement.domain.returns.schedule_return import SCHEDULE_RETURN, ScheduleReturn
from shared.contracts.arrival import ArrivalGround
from shared.kernel.actor import Actor
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import AUTHORITY, CLERK, PAPER, REGISTRY, custody


class Returns(Asking):
    """What is asked of placement about a person's return."""

    def return_ordered(
        self,
        number: int,
        reference: str = "25-cv-951",
        by: Actor = CLERK,
        at: datetime | None = None,
    ) -> None:
        given = at or self.now
        self.act(
            "placement",
            ORDER_RETURN,
            OrderReturn,
            by,
            time=given,
            custody=custody(number),
            ordered_at=given,
            reference=reference,
        )

    def return_scheduled(self, number: int, departs_on: date) -> None:
        """The sending state says how it takes the person back."""
        self.act(
            "placement",
            SCHEDULE_RETURN,
            ScheduleReturn,
            AUTHORITY,
            custody=custody(number),
            carrier="AIR-7",
            departs_on=departs_on,
            travel_document="LP-2025-77",
        )

    def arrival_refused(self, number: int, ground: ArrivalGround = "excluded-by-agreement") -> None:
        self.act(
            "placement",
            REFUSE_ARRIVAL,
            RefuseArrival,
            REGISTRY,
            time=self.now,
            custody=custody(number),
            refused_at=self.now,
            ground=ground,
            reference="AR-2025-8",
            evidence=PAPER,
        )
