"""Whether anybody may be sent to a facility: who suspends it, and what reinstates it (G17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from services.audit.domain import falling_due
from services.audit.domain.actors import actor_of
from services.audit.domain.records.deadlines import REPORT
from services.audit.domain.records.facilities import Facility, Ground
from services.audit.domain.state import Rules, State
from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.contracts.facility_course import (
    FacilityReinstated,
    FacilitySuspended,
    MonitorReportLapsed,
    MonitorReportRecorded,
    SuspensionWithdrawn,
    Topic,
    word_of,
)
from shared.kernel.actor import INDEPENDENT
from shared.kernel.dates import last_second, utc_date

MOMENTS = timedelta(hours=1)
"""So much may pass between a decision and its entry, at the end of a day."""


def suspended(state: State, event: FacilitySuspended) -> None:
    """By an incident, by what the monitor found or did not, or by the word of who may."""
    findings, facility = state.findings, state.facilities.of(event.facility)
    told = findings.entry.recorded_at
    if not utc_date(told - MOMENTS) <= event.since <= utc_date(told):
        findings.broken("G17", f"suspended since it was told, {utc_date(told)}", event.since)
    word = word_of(event.suspended_by) if event.ground == "order" else ""
    ground: Ground = (event.ground, word)
    if word:
        _by_who_may(state, facility, event)
        if ground in facility.grounds:
            findings.broken("G17", "one suspension by each that suspends", event.suspended_by)
    elif not state.expectations.keep(("suspended", event.facility, event.ground, event.incident)):
        findings.broken("G17", f"a {event.ground} that suspends", "none")
    if not facility.grounds:
        state.obligations.expect("departures", (findings.entry.ref,))
    facility.grounds[ground] = event.since


def _by_who_may(state: State, facility: Facility, event: FacilitySuspended) -> None:
    acts = actor_of(event.suspended_by)
    parties = {facility.country, facility.agreed}
    for agreement in facility.zones:
        version = state.versions.versions.get(agreement)
        parties |= {version.document.parties.sending} if version else set()
    if acts.office != "court" and (acts.office, acts.party) not in {
        ("central-authority", party) for party in parties
    }:
        expected = "a court, or the central authority of either party"
        state.findings.broken("G17", expected, event.suspended_by)


def withdrawn(state: State, event: SuspensionWithdrawn) -> None:
    """Whoever suspended it takes that back, and nobody else."""
    facility = state.facilities.of(event.facility)
    word = word_of(event.withdrawn_by)
    if facility.grounds.pop(("order", word), None) is None:
        state.findings.broken("G17", f"a suspension by {word}", "none")
    _reinstates(state, facility)


def reported(state: State, event: MonitorReportRecorded) -> None:
    """By the independent monitor, of each topic; it lifts what it was made after."""
    findings, facility = state.findings, state.facilities.of(event.facility)
    acts, told = findings.actor, findings.entry.recorded_at
    if (acts.party, acts.office) != (INDEPENDENT, "monitor"):
        findings.broken("G17", "an independent monitor", findings.entry.actor)
    topics = sorted(inspected.topic for inspected in event.findings)
    findings.same("G17", "a finding of each of", sorted(get_args(Topic)), topics)
    days = [inspected.found_on for inspected in event.findings]
    if any(day > utc_date(told) for day in days) or event.valid_until < utc_date(told - MOMENTS):
        expected = f"findings of days until {utc_date(told)}, and good from then on"
        findings.broken("G17", expected, f"{max(days)}, {event.valid_until}")
    adequate = all(inspected.adequate for inspected in event.findings)
    lifted = set(_lifted(facility, event)) if adequate else set()
    findings.same("G17", "lifts", sorted({name for name, _ in lifted}), sorted(event.lifts))
    for ground in lifted:
        del facility.grounds[ground]
    facility.report_until = event.valid_until
    key = (REPORT, event.facility, event.valid_until)
    falling_due.expect(state, key, last_second(event.valid_until))
    if lifted:
        _reinstates(state, facility)
    if not adequate:
        facility.inadequate_on = max([*days, facility.inadequate_on or date.min])
        _suspends(state, facility)


def _lifted(facility: Facility, event: MonitorReportRecorded) -> Iterator[Ground]:
    """The inspection began on a later day than the last fault that it is to answer."""
    began = min((inspected.found_on for inspected in event.findings), default=date.min)
    for (name, word), since in facility.grounds.items():
        fault = (facility.inadequate_on or date.min) if name == "report" else since
        if name != "order" and fault < began:
            yield name, word


def lapsed(state: State, event: MonitorReportLapsed) -> None:
    """The last day of the report that stood has ended, by the service's own clock (D4)."""
    findings, facility = state.findings, state.facilities.of(event.facility)
    findings.same("G17", "the report is good until", facility.report_until, event.valid_until)
    key = (REPORT, event.facility, event.valid_until)
    falling_due.marked(state, key, last_second(event.valid_until))
    facility.report_until = None
    _suspends(state, facility)


def reinstated(state: State, event: FacilityReinstated) -> None:
    """With the last ground, and no sooner."""
    if not state.expectations.keep(("reinstated", event.facility)):
        grounds = sorted(name for name, _ in state.facilities.of(event.facility).grounds)
        state.findings.broken("G17", "nothing that stands, and the last just gone", grounds)
    state.obligations.expect("departures", (state.findings.entry.ref,))


def _suspends(state: State, facility: Facility) -> None:
    if ("report", "") not in facility.grounds:
        key = ("suspended", facility.facility, "report", None)
        state.expectations.promise(key, "G17", "a facility suspended for want of a good report")


def _reinstates(state: State, facility: Facility) -> None:
    if not facility.grounds:
        key = ("reinstated", facility.facility)
        state.expectations.promise(key, "G17", "a facility reinstated, since nothing stands")


def stopped(state: State, event: DeparturesStopped) -> None:
    """Intake follows: the gate of the facility is closed from here (D12)."""
    state.obligations.done("departures", (event.suspension,))
    state.facilities.of(event.facility).stopped = event.stopped_at


def resumed(state: State, event: DeparturesResumed) -> None:
    """And open again."""
    state.obligations.done("departures", (event.reinstatement,))
    facility = state.facilities.of(event.facility)
    if facility.stopped is not None:
        facility.stops.append((facility.stopped, event.resumed_at))
    facility.stopped = None


RULES: Rules = {
    FacilitySuspended: suspended,
    SuspensionWithdrawn: withdrawn,
    MonitorReportRecorded: reported,
    MonitorReportLapsed: lapsed,
    FacilityReinstated: reinstated,
    DeparturesStopped: stopped,
    DeparturesResumed: resumed,
}
