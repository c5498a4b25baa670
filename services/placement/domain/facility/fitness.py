"""Whether anybody may be sent to a facility: nothing suspends it, and its report is good (G17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from shared.contracts.facility_course import (
    FacilityCourse,
    FacilitySuspended,
    Ground,
    MonitorReportLapsed,
    MonitorReportRecorded,
    SuspensionWithdrawn,
    word_of,
)
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Finding, RuleBroken


class FacilityIsSuspended(RuleBroken):
    """Nobody is sent to a facility that is suspended, or whose monitor's report has lapsed."""

    RULE = "G17"


class FacilityNotReportedOn(RuleBroken):
    """Nobody is sent to a facility before an independent monitor has reported on it."""

    RULE = "G17"


class Standing(msgspec.Struct, frozen=True):
    """A ground that stands; for an order, whose word it is."""

    ground: Ground
    since: date
    word: str = ""


class Fitness(msgspec.Struct, frozen=True):
    """The grounds that stand, each once for each whose word it is, and the latest report."""

    standing: tuple[Standing, ...] = ()
    report_until: date | None = None
    inadequate_on: date | None = None
    """The latest day of a report that found something inadequate."""

    def of(self, ground: Ground, word: str = "") -> Standing | None:
        """The ground, if it stands."""
        wanted = (ground, word)
        return next(
            (known for known in self.standing if (known.ground, known.word) == wanted), None
        )

    def without(self, *gone: Standing) -> Fitness:
        """What stands when these do not any more."""
        rest = tuple(known for known in self.standing if known not in gone)
        return msgspec.structs.replace(self, standing=rest)


def after(state: Fitness, event: FacilityCourse) -> Fitness:
    """A facility's fitness after one more event."""
    match event:
        case FacilitySuspended():
            word = word_of(event.suspended_by) if event.ground == "order" else ""
            known = state.of(event.ground, word)
            rest = state.without(known) if known else state
            standing = (*rest.standing, Standing(event.ground, event.since, word))
            return msgspec.structs.replace(state, standing=standing)
        case SuspensionWithdrawn():
            word = word_of(event.withdrawn_by)
            return state.without(*(known for known in state.standing if known.word == word))
        case MonitorReportRecorded():
            lifted = (known for known in state.standing if known.ground in event.lifts)
            return msgspec.structs.replace(
                state.without(*lifted),
                report_until=event.valid_until,
                inadequate_on=_inadequate_on(state, event),
            )
        case MonitorReportLapsed():
            return msgspec.structs.replace(state, report_until=None)
        case _:
            return state


def _inadequate_on(state: Fitness, report: MonitorReportRecorded) -> date | None:
    days = [finding.found_on for finding in report.findings]
    if all(finding.adequate for finding in report.findings):
        return state.inadequate_on
    return max(days) if state.inadequate_on is None else max(*days, state.inadequate_on)


def not_fit(facility: FacilityId, state: Fitness, day: date) -> FacilityIsSuspended | None:
    """Why nobody may be sent there on a day, or nothing."""
    findings = tuple(_findings(facility, state, day))
    if not findings:
        return None
    stands = "; ".join(finding.missing for finding in findings[:9])
    return FacilityIsSuspended(
        f"facility {facility} is suspended: {stands}. The monitor's report, and the word of whoever"
        " suspended it, reinstate it; returns, releases and care go on",
        findings=findings,
    )


def not_reported_on(facility: FacilityId, state: Fitness) -> FacilityNotReportedOn | None:
    """Why nobody may be sent to a facility without any report in force, or nothing."""
    if state.report_until is not None:
        return None
    missing = "an independent monitor's report that has not expired"
    return FacilityNotReportedOn(
        f"facility {facility} has no monitor's report: have the independent monitor inspect it and"
        " record the report, or choose another facility",
        findings=(Finding(rule="G17", missing=missing, evidence=f"facility/{facility}"),),
    )


def _findings(facility: FacilityId, state: Fitness, day: date) -> Iterator[Finding]:
    for known in state.standing:
        whose = f" of {known.word}" if known.word else ""
        missing = f"suspended since {known.since} by {known.ground}{whose}"
        yield Finding(rule="G17", missing=missing, evidence=f"facility/{facility}")
    if state.report_until is not None and state.report_until < day:
        missing = f"the monitor's report was good until {state.report_until}"
        yield Finding(rule="G17", missing=missing, evidence=f"facility/{facility}")
