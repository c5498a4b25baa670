"""Incidents: each has to reach both states and the monitor within hours, or is overdue (G18)."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from services.audit.domain.entry import Entry
from services.audit.domain.records.incidents import Notice, Way
from services.audit.domain.state import Rules, State
from shared.contracts.incident import (
    INCIDENT_NOTICE,
    EscapeReported,
    IllTreatmentAlleged,
    Incident,
    IncidentAcknowledged,
    IncidentNotice,
    IncidentNotified,
    IncidentOverdue,
    MedicalEmergencyReported,
    Recaptured,
    happened,
    incident_of,
)
from shared.contracts.placement import CustodyEvent, HandoverPending
from shared.kernel.actor import INDEPENDENT
from shared.kernel.dates import local_date

CLOCK = "XX:ops:placement-clock"
ALLEGING = {"court", "counsel", "consulate", "central-authority", "monitor"}


def reported(state: State, event: Incident) -> None:
    """It happened in the custody, and a notice follows to each office that it must reach."""
    allegation = isinstance(event, IllTreatmentAlleged)
    _within(state, event, happened(event), told_later=allegation)
    if allegation and (office := state.findings.actor.office) not in ALLEGING:
        state.findings.broken("G18", f"an allegation of {sorted(ALLEGING)}", office)
    state.incidents.due_at = happened(event) + INCIDENT_NOTICE
    if not isinstance(event, MedicalEmergencyReported | EscapeReported):
        ground = "ill-treatment" if allegation else "death"
        suspends = ("suspended", event.facility, ground, incident_of(event))
        state.expectations.promise(suspends, "G17", f"facility/{event.facility} suspended")
    signed = state.latest.last(HandoverPending, "custody", event.custody)
    if signed is None:
        return
    states = signed.event.sending, signed.event.receiving
    for party, office in (
        *((party, "central-authority") for party in states),
        (INDEPENDENT, "monitor"),
    ):
        expected = f"a notice of incident {incident_of(event)} to the {office} of {party}"
        key = ("incident", incident_of(event), party, office)
        state.expectations.promise(key, "G18", expected)


def recaptured(state: State, event: Recaptured) -> None:
    """Back within the same custody."""
    _within(state, event, event.recaptured_at, told_later=False)


def _within(state: State, event: CustodyEvent, at: datetime, *, told_later: bool) -> None:
    custody = state.custodies.get(event.custody)
    if custody is None or custody.accepted_at is None:
        return
    if at < custody.accepted_at:
        state.findings.broken("G18", f"within the custody from {custody.accepted_at}", at)
    left, day = custody.departed_on, local_date(at, custody.timezone)
    if left is not None and day > left and not told_later:
        state.findings.broken("G18", f"within the custody, which ended on {left}", at)


def notified(state: State, event: IncidentNotified) -> None:
    """To whom it must go, and due six hours after it happened, whenever it was told."""
    findings = state.findings
    if not state.expectations.keep(("incident", *_way(event))):
        found = f"{event.party} {event.office}"
        findings.broken("G18", "a notice to whom an incident has to reach", found)
    findings.same("G18", "due at", state.incidents.due_at, event.due_at)
    state.incidents.add(Notice(event.due_at, _way(event), findings.mark))


def acknowledged(state: State, event: IncidentAcknowledged) -> None:
    """It has reached the office."""
    state.incidents.done(_way(event))


def overdue(state: State, event: IncidentOverdue) -> None:
    """It was due at the office and not acknowledged, by the service's own clock."""
    findings, entry = state.findings, state.findings.entry
    findings.same("G18", "marked by", CLOCK, entry.actor)
    if entry.recorded_at < event.due_at:
        findings.broken("G18", f"nothing overdue before {event.due_at}", entry.recorded_at)
    state.incidents.done(_way(event))


def reached(state: State, entry: Entry) -> None:
    """An entry of placement is read next: what an entry an hour before it came after is overdue by
    now, or was acknowledged.
    """
    if not entry.type.startswith("placement."):
        return
    for notice in state.incidents.late_at(entry.recorded_at):
        incident, party, office = notice.way
        expected = (
            f"incident {incident} acknowledged by the {office} of {party}, or overdue at"
            f" {notice.due_at}"
        )
        found = f"{entry.ref} at {entry.recorded_at}"
        state.findings.about(notice.mark, "evidence-missing", "G18", expected, found)


def _way(event: IncidentNotice) -> Way:
    return event.incident, event.party, event.office


RULES: Rules = {
    **dict.fromkeys(get_args(Incident), reported),
    Recaptured: recaptured,
    IncidentNotified: notified,
    IncidentAcknowledged: acknowledged,
    IncidentOverdue: overdue,
}
