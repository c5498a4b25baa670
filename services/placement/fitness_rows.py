"""Whether anybody may be sent to a facility, as rows: suspensions and monitor's reports (G17)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.placement.tables import FACILITY_SUSPENSIONS, MONITOR_REPORTS
from shared.contracts.facility_course import (
    FacilitySuspended,
    MonitorReportRecorded,
    SuspensionWithdrawn,
    word_of,
)
from shared.database.row_changes import Insert, RowChange, Update
from shared.ledger.recorded import Recorded

LIFTED = {"stands": False}


def fitness_rows(recorded: Recorded) -> Iterator[RowChange]:
    """What an entry changes of a facility's fitness."""
    match recorded.event:
        case FacilitySuspended() as event:
            yield Insert(FACILITY_SUSPENSIONS, _suspended(recorded, event))
        case SuspensionWithdrawn() as event:
            word = word_of(event.withdrawn_by)
            key = {"facility": event.facility, "ground": "order", "word": word}
            yield Update(FACILITY_SUSPENSIONS, key, LIFTED)
        case MonitorReportRecorded() as event:
            yield Insert(MONITOR_REPORTS, _report(recorded, event))
            for ground in event.lifts:
                key = {"facility": event.facility, "ground": ground, "word": ""}
                yield Update(FACILITY_SUSPENSIONS, key, LIFTED)
        case _:
            pass


def _suspended(recorded: Recorded, event: FacilitySuspended) -> dict[str, object]:
    return {
        "facility": event.facility,
        "ground": event.ground,
        "word": word_of(event.suspended_by) if event.ground == "order" else "",
        "since": event.since,
        "suspended_by": event.suspended_by,
        "incident": event.incident,
        "reference": event.reference,
        "entry": recorded.ref,
        "stands": True,
    }


def _report(recorded: Recorded, event: MonitorReportRecorded) -> dict[str, object]:
    return {
        "facility": event.facility,
        "entry": recorded.ref,
        "recorded_at": recorded.recorded_at,
        "valid_until": event.valid_until,
        "adequate": all(finding.adequate for finding in event.findings),
        "findings": msgspec.to_builtins(event.findings),
        "reference": event.reference,
    }
