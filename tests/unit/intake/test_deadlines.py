"""What falls due in intake, and the command that it then is."""

from datetime import UTC, datetime

import pytest

from services.intake.deadlines import LATE_ORDER, deadlines, fall_due
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
)
from shared.contracts.hold import CountryScope
from shared.kernel.event import Event, tags_of
from shared.kernel.ids import HoldId
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded
from tests.support.intake_log import hold, lifted

TOLD = datetime(2025, 3, 15, 22, 45, 1, tzinfo=UTC)


def recorded(event: Event) -> Recorded:
    """An entry of intake's log."""
    return Recorded(
        event=event,
        tags=tags_of(event),
        sequence=7,
        origin="accord.example/intake/0",
        entry_id="an-entry",
        time=TOLD,
        recorded_at=TOLD,
        actor="XX:court:a/b",
        correlation="a-story",
    )


def test_d7_an_order_is_due_as_soon_as_it_is_on_the_record() -> None:
    order = hold(CountryScope("SLV"))
    (due,) = deadlines(recorded(order))
    assert due == Deadline(TOLD, LATE_ORDER, order.hold)
    command = FindWrongfulTransfers(hold=HoldId(order.hold), found_at=TOLD)
    assert fall_due(due, TOLD) == (FIND_WRONGFUL_TRANSFERS, command)
    assert list(deadlines(recorded(lifted(order.scope)))) == []


def test_what_is_not_intakes_does_not_fall_due_there() -> None:
    with pytest.raises(LookupError):
        fall_due(Deadline(TOLD, "headcount", "cecot"), TOLD)
