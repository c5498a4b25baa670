"""What falls due in placement: which facts set a deadline, and which command it is then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from services.placement.domain.headcount_deadline import (
    MARK_HEADCOUNT_OVERDUE,
    MarkHeadcountOverdue,
    headcount_due,
)
from shared.contracts.placement import (
    HEADCOUNT_GRACE,
    CustodyAccepted,
    HeadcountAttested,
    HeadcountOverdue,
)
from shared.kernel.codes import Timezone
from shared.kernel.dates import ONE_DAY, DatePeriod, local_date
from shared.kernel.decider import Decider
from shared.kernel.ids import FacilityId
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded

HEADCOUNT = "headcount"


def deadlines(recorded: Recorded) -> Iterator[Deadline]:
    """What is due because of an entry.

    The first night of a stay is to be attested, with all that had ended when the stay was told; and
    after a night that was, or that was overdue, the next one: as long as anybody is there.
    """
    told = recorded.recorded_at + HEADCOUNT_GRACE
    match recorded.event:
        case CustodyAccepted() as event:
            today = local_date(recorded.recorded_at, event.timezone)
            last = max(event.arrived_on, today - ONE_DAY)
            nights = DatePeriod(event.arrived_on, last + ONE_DAY)
            yield _headcount(event.facility, nights, event.timezone, told)
        case HeadcountAttested() as event:
            yield _headcount(event.facility, _after(event.night), event.timezone, told)
        case HeadcountOverdue() as event:
            yield _headcount(event.facility, _after(event.night), event.timezone, event.due_at)
        case _:
            pass


def fall_due(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    """The command that a deadline is. Raises `LookupError` for a kind that is not placement's."""
    if deadline.kind != HEADCOUNT:
        raise LookupError(f"placement has no deadlines of the kind {deadline.kind!r}")
    facility, start, end = deadline.subject.rsplit("/", 2)
    command = MarkHeadcountOverdue(
        facility=FacilityId(facility),
        nights=DatePeriod(date.fromisoformat(start), date.fromisoformat(end)),
        due_at=deadline.due_at,
        now=now,
    )
    return MARK_HEADCOUNT_OVERDUE, command


def _after(night: date) -> DatePeriod:
    return DatePeriod(night + ONE_DAY, night + 2 * ONE_DAY)


def _headcount(
    facility: FacilityId, nights: DatePeriod, timezone: Timezone, earliest: datetime
) -> Deadline:
    due_at = headcount_due(nights.end - ONE_DAY, timezone, earliest)
    return Deadline(due_at, HEADCOUNT, f"{facility}/{nights.start}/{nights.end}")
