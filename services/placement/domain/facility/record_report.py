"""The independent monitor's report of a facility, and that it has lapsed (G17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

from services.placement.domain.facility.fitness import Fitness, Standing
from services.placement.domain.facility.reinstate import reinstated
from services.placement.domain.facility.state import (
    AboutFacility,
    FacilityCommand,
    FacilityIsUnknown,
    FacilityState,
    site,
)
from shared.contracts.facility_course import (
    FacilitySuspended,
    Inspected,
    MonitorReportLapsed,
    MonitorReportRecorded,
    Topic,
)
from shared.kernel.actor import INDEPENDENT
from shared.kernel.codes import Code
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken

TOPICS: tuple[Topic, ...] = get_args(Topic)


class MonitorIsIndependent(NotAllowed):
    """A facility is inspected by neither state."""

    RULE = "G17"


class ReportIncomplete(RuleBroken):
    """A report has one dated finding of each topic, of days that have come."""

    RULE = "G17"


class ReportRunOut(RuleBroken):
    """A report is good until a day that is not past."""

    RULE = "G17"


class NotLapsed(Conflict):
    """The report is still good, or a later one stands."""


class RecordReport(FacilityCommand, frozen=True, kw_only=True):
    """Record the monitor's report."""

    findings: tuple[Inspected, ...]
    valid_until: date
    reference: Code


class LapseReport(AboutFacility, frozen=True, kw_only=True):
    """Record that a report's last day has ended, in the name of the service's clock."""

    valid_until: date
    due_at: datetime
    now: datetime
    clock: str


def _record(command: RecordReport, state: FacilityState) -> tuple[Event, ...]:
    if command.actor.party != INDEPENDENT or command.actor.office != "monitor":
        raise MonitorIsIndependent(
            f"the {command.actor.office} of {command.actor.party} cannot report for the monitor"
        )
    if not (state.country or state.agreed):
        raise FacilityIsUnknown(f"there is no facility {command.facility}: check its name")
    _whole(command)
    adequate = all(finding.adequate for finding in command.findings)
    lifted = tuple(_lifted(command, state.fitness)) if adequate else ()
    report = MonitorReportRecorded(
        facility=command.facility,
        findings=command.findings,
        valid_until=command.valid_until,
        lifts=tuple(sorted({known.ground for known in lifted})),
        reported_by=str(command.actor),
        reference=command.reference,
    )
    if not adequate:
        return (report, *_inadequate(command, state.fitness))
    return (report, *(reinstated(command, state.fitness.without(*lifted)) if lifted else ()))


def _whole(command: RecordReport) -> None:
    today = utc_date(command.now)
    if sorted(finding.topic for finding in command.findings) != sorted(TOPICS):
        raise ReportIncomplete(f"give one finding of each: {', '.join(TOPICS)}")
    if any(finding.found_on > today for finding in command.findings):
        raise ReportIncomplete("a finding is of a day that has come")
    if command.valid_until < today:
        raise ReportRunOut(f"{command.valid_until} is past: report until when it is good")


def _lifted(command: RecordReport, state: Fitness) -> Iterator[Standing]:
    """What a report lifts: an incident by findings of later days than the one that told it, and the
    want of a good report by findings of later days than what was found inadequate.
    """
    first = min(finding.found_on for finding in command.findings)
    for known in state.standing:
        fault = state.inadequate_on if known.ground == "report" else known.since
        if known.ground != "order" and (fault is None or first > fault):
            yield known


def _inadequate(command: RecordReport, state: Fitness) -> Iterator[Event]:
    if state.of("report") is None:
        yield FacilitySuspended(
            facility=command.facility,
            ground="report",
            since=utc_date(command.now),
            suspended_by=str(command.actor),
            reference=command.reference,
        )


def _lapse(command: LapseReport, state: FacilityState) -> tuple[Event, ...]:
    if state.fitness.report_until != command.valid_until or command.now < command.due_at:
        raise NotLapsed(f"no report of {command.facility} lapsed with {command.valid_until}")
    lapsed = MonitorReportLapsed(facility=command.facility, valid_until=command.valid_until)
    if state.fitness.of("report"):
        return (lapsed,)
    return (
        lapsed,
        FacilitySuspended(
            facility=command.facility,
            ground="report",
            since=utc_date(command.now),
            suspended_by=command.clock,
        ),
    )


RECORD_REPORT = Decider(boundary=site, decide=_record)
LAPSE_REPORT = Decider(boundary=site, decide=_lapse)
