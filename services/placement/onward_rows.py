"""Onward transfers as rows: the latest request of a custody, and how far it has come (G5)."""

from __future__ import annotations

from collections.abc import Iterator

from services.placement.tables import CUSTODIES, ONWARD_TRANSFERS
from shared.contracts.onward_transfer import (
    OnwardTransferAuthorised,
    OnwardTransferCompleted,
    OnwardTransferRequested,
)
from shared.contracts.placement import CustodyEnded
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded


def onward_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of who is to be sent on."""
    match recorded.event:
        case OnwardTransferRequested() as event:
            asked = {
                "custody": event.custody,
                "onward": event.onward,
                "consent": event.consent,
                "consented_on": event.consented_on,
                "requested_by": event.requested_by,
                "entry": recorded.ref,
                "status": "requested",
                "agreed": None,
                "ends_at": None,
            }
            yield Insert(ONWARD_TRANSFERS, asked)
        case OnwardTransferAuthorised() as event:
            agreed = {"status": "authorised", "agreed": event.agreed, "ends_at": event.ends_at}
            yield Update(ONWARD_TRANSFERS, {"custody": event.custody}, agreed)
        case OnwardTransferCompleted() as event:
            custody = {"custody": event.custody}
            yield Update(ONWARD_TRANSFERS, custody, {"status": "completed"})
            yield Update(CUSTODIES, custody, {"responsible_state": event.onward})
        case CustodyEnded() as event:
            yield Update(ONWARD_TRANSFERS, {"custody": event.custody}, {"status": "over"})
        case _:
            pass
