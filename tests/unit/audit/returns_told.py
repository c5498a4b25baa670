"""Steps of a story: a return is ordered, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.returns.order_return import ORDER_RETURN, OrderReturn
from shared.kernel.actor import Actor
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import CLERK, custody


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
