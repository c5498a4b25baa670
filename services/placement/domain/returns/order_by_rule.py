"""A return is ordered by rule: what came after a departure would have stopped it (D7, G16).

Before the handover intake recalls the journey; whoever is taken over all the same is returned, and
nothing accrues for them.
"""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody.state import AboutCustody, CustodyIsUnknown, NotInCustody
from services.placement.domain.returns.order_return import (
    OrderedStay,
    ReturnOrderedAlready,
    ordered_stay,
)
from services.placement.domain.returns.ordering import OrderGiven, return_ordered
from shared.kernel.codes import Code
from shared.kernel.decider import Decider
from shared.kernel.event import Event


class OrderByRule(AboutCustody, frozen=True, kw_only=True):
    """Order the return of whoever should not have departed, as of when that was found."""

    found_at: datetime
    reference: Code
    """What would have closed the gate."""
    ordered_by: str


def _order(command: OrderByRule, state: OrderedStay) -> tuple[Event, ...]:
    known, ended = state.custody.known, state.custody.ended
    if known is None:
        raise CustodyIsUnknown(f"no place was held for custody {command.custody}")
    if ended and command.found_at >= ended.ended_at:
        raise NotInCustody(
            f"this custody ended at {ended.ended_at.isoformat()} ({type(ended).__name__}): there is"
            " nobody to return from it"
        )
    for order in state.back.orders:
        if (order.ground, order.reference) == ("wrongful-transfer", command.reference):
            raise ReturnOrderedAlready(f"the return is ordered because of {order.reference}")
    given = OrderGiven(
        ground="wrongful-transfer",
        reference=command.reference,
        ordered_at=command.found_at,
        ordered_by=command.ordered_by,
    )
    return (return_ordered(given, known, state.facility),)


ORDER_BY_RULE = Decider(boundary=lambda command: ordered_stay(command.custody), decide=_order)
