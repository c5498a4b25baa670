"""What falls due in intake: which facts set a deadline, and which command it is then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
)
from shared.contracts.hold import HoldAsserted
from shared.kernel.decider import Decider
from shared.kernel.ids import HoldId
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded

LATE_ORDER = "late-order"


def deadlines(recorded: Recorded) -> Iterator[Deadline]:
    """What is due because of an entry.

    An order is due at once, as soon as it is on the record: whoever departed before it, and would
    not have by it, comes back (D7).
    """
    match recorded.event:
        case HoldAsserted() as event:
            yield Deadline(recorded.recorded_at, LATE_ORDER, event.hold)
        case _:
            pass


def fall_due(deadline: Deadline, _now: datetime) -> tuple[Decider[Any, Any], object]:
    """The command that a deadline is. Raises `LookupError` for a kind that is not intake's."""
    match deadline.kind:
        case "late-order":
            find = FindWrongfulTransfers(hold=HoldId(deadline.subject), found_at=deadline.due_at)
            return FIND_WRONGFUL_TRANSFERS, find
        case _:
            raise LookupError(f"intake has no deadlines of the kind {deadline.kind!r}")
