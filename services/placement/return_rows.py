"""Returns as rows: every order of one, and how and when the person is taken back (D2, G16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.placement.tables import CUSTODIES, RETURN_ORDERS
from shared.contracts.returns import ReturnOrdered, ReturnScheduled
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded
from shared.views.history import times


def return_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of a return."""
    match recorded.event:
        case ReturnOrdered() as event:
            yield Insert(RETURN_ORDERS, _ordered(recorded, event))
        case ReturnScheduled() as event:
            scheduled = {
                "return_carrier": event.carrier,
                "return_departs_on": event.departs_on,
                "return_travel_document": event.travel_document,
            }
            yield Update(CUSTODIES, {"custody": event.custody}, scheduled)
        case _:
            pass


def _ordered(recorded: Recorded, event: ReturnOrdered) -> Mapping[str, object]:
    return {
        "custody": event.custody,
        "entry": recorded.ref,
        "ground": event.ground,
        "reference": event.reference,
        "ordered_at": event.ordered_at,
        "ordered_on": event.ordered_on,
        "due_at": event.due_at,
        "cost_of": event.cost_of,
        "ordered_by": event.ordered_by,
        **times(recorded),
    }
