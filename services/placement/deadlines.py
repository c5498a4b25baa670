"""What falls due in placement: which facts set a deadline, and which command it is then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from services.placement.domain.facility.record_report import LAPSE_REPORT, LapseReport
from services.placement.domain.headcount_deadline import (
    MARK_HEADCOUNT_OVERDUE,
    MarkHeadcountOverdue,
    headcount_due,
)
from services.placement.domain.incident.notice_deadline import (
    MARK_INCIDENT_OVERDUE,
    MarkIncidentOverdue,
)
from services.placement.domain.lawful_end.deadline import (
    MARK_APPROACH,
    MARK_OVERSTAY,
    MarkApproach,
    MarkOverstay,
    approach_due,
    day_after,
    overstay_due,
)
from services.placement.domain.returns.overdue_return import (
    MARK_RETURN_OVERDUE,
    MarkReturnOverdue,
)
from shared.contracts.facility_course import MonitorReportRecorded
from shared.contracts.incident import IncidentNotified
from shared.contracts.lawful_end import CustodyTerm, LawfulEnd
from shared.contracts.overstay import LawfulEndDateSet, OverstayDetected
from shared.contracts.placement import (
    HEADCOUNT_GRACE,
    CustodyAccepted,
    HeadcountAttested,
    HeadcountOverdue,
)
from shared.contracts.returns import ReturnOrdered, ReturnOverdue
from shared.kernel.codes import Timezone
from shared.kernel.dates import ONE_DAY, DatePeriod, last_second, local_date
from shared.kernel.decider import Decider
from shared.kernel.ids import CustodyId, FacilityId, IncidentId
from shared.ledger.deadline_clock import clock_of
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded

HEADCOUNT, INCIDENT, RETURN, REPORT = "headcount", "incident", "return", "report"
APPROACH, OVERSTAY = "lawful-end", "overstay"


def deadlines(recorded: Recorded) -> Iterator[Deadline]:
    """What is due because of an entry.

    The first night of a stay is to be attested, with all that had ended when the stay was told; and
    after a night that was, or that was overdue, the next one: as long as anybody is there. An
    incident is due at each office that it has to reach. A return is overdue at its deadline, or
    when it was told if that was later, and a day after each time that it was.
    A report lapses with its last second.
    Each lawful end is awaited from when it is said, and after a day past it the next one (G15).
    """
    yield from _of_lawful_ends(recorded)
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
        case IncidentNotified() as event:
            office = f"{event.incident}/{event.party}/{event.office}"
            yield Deadline(event.due_at, INCIDENT, office)
        case MonitorReportRecorded() as event:
            until = event.valid_until
            yield Deadline(last_second(until), REPORT, f"{event.facility}/{until}")
        case ReturnOrdered() as event:
            yield Deadline(max(event.due_at, recorded.recorded_at), RETURN, event.custody)
        case ReturnOverdue() as event:
            yield Deadline(event.overdue_at + ONE_DAY, RETURN, event.custody)
        case _:
            pass


def fall_due(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    """The command that a deadline is. Raises `LookupError` for a kind that is not placement's."""
    match deadline.kind:
        case "headcount":
            return _headcount_falls_due(deadline, now)
        case "incident":
            return _incident_falls_due(deadline, now)
        case "report":
            return _report_lapses(deadline, now)
        case "return":
            custody = CustodyId(deadline.subject)
            overdue = MarkReturnOverdue(custody=custody, overdue_at=deadline.due_at, now=now)
            return MARK_RETURN_OVERDUE, overdue
        case "lawful-end":
            return _end_is_near(deadline, now)
        case "overstay":
            return _end_is_past(deadline, now)
        case _:
            raise LookupError(f"placement has no deadlines of the kind {deadline.kind!r}")


def _headcount_falls_due(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    facility, start, end = deadline.subject.rsplit("/", 2)
    command = MarkHeadcountOverdue(
        facility=FacilityId(facility),
        nights=DatePeriod(date.fromisoformat(start), date.fromisoformat(end)),
        due_at=deadline.due_at,
        now=now,
    )
    return MARK_HEADCOUNT_OVERDUE, command


def _incident_falls_due(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    incident, party, office = deadline.subject.split("/")
    command = MarkIncidentOverdue(
        incident=IncidentId(incident), party=party, office=office, due_at=deadline.due_at, now=now
    )
    return MARK_INCIDENT_OVERDUE, command


def _end_is_near(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    custody, ends_on = deadline.subject.split("/")
    command = MarkApproach(
        custody=CustodyId(custody),
        ends_on=date.fromisoformat(ends_on),
        due_at=deadline.due_at,
        now=now,
    )
    return MARK_APPROACH, command


def _end_is_past(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    custody, ends_on, day = deadline.subject.split("/")
    command = MarkOverstay(
        custody=CustodyId(custody),
        ends_on=date.fromisoformat(ends_on),
        day=int(day),
        due_at=deadline.due_at,
        now=now,
    )
    return MARK_OVERSTAY, command


def _of_lawful_ends(recorded: Recorded) -> Iterator[Deadline]:
    told = recorded.recorded_at
    match recorded.event:
        case CustodyAccepted(term=CustodyTerm(lawful_end=LawfulEnd() as end) as term) as event:
            yield from _awaited(event.custody, end.ends_on, term.return_margin_days, told)
        case LawfulEndDateSet() as event:
            ends_on = event.binding.ends_on
            yield from _awaited(event.custody, ends_on, event.return_margin_days, told)
        case OverstayDetected() as event:
            day, due_at = day_after(event.ends_on, event.day)
            yield Deadline(due_at, OVERSTAY, f"{event.custody}/{event.ends_on}/{day}")
        case _:
            pass


def _awaited(custody: CustodyId, ends_on: date, margin: int, told: datetime) -> Iterator[Deadline]:
    near = approach_due(ends_on, margin, told)
    if near is not None:
        yield Deadline(near, APPROACH, f"{custody}/{ends_on}")
    day, due_at = overstay_due(ends_on, told)
    yield Deadline(due_at, OVERSTAY, f"{custody}/{ends_on}/{day}")


def _report_lapses(deadline: Deadline, now: datetime) -> tuple[Decider[Any, Any], object]:
    facility, until = deadline.subject.rsplit("/", 1)
    command = LapseReport(
        facility=FacilityId(facility),
        valid_until=date.fromisoformat(until),
        due_at=deadline.due_at,
        now=now,
        clock=str(clock_of("placement")),
    )
    return LAPSE_REPORT, command


def _after(night: date) -> DatePeriod:
    return DatePeriod(night + ONE_DAY, night + 2 * ONE_DAY)


def _headcount(
    facility: FacilityId, nights: DatePeriod, timezone: Timezone, earliest: datetime
) -> Deadline:
    due_at = headcount_due(nights.end - ONE_DAY, timezone, earliest)
    return Deadline(due_at, HEADCOUNT, f"{facility}/{nights.start}/{nights.end}")
