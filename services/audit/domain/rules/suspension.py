"""An agreement's course: who suspends and resumes it, a notice, the return drill (G23, G24, D4)."""

from __future__ import annotations

from datetime import timedelta

from services.audit.domain.actors import actor_of, same_body, same_subject
from services.audit.domain.gate import day_of, made_under
from services.audit.domain.records.suspensions import Ended, Suspension
from services.audit.domain.state import Rules, State
from shared.contracts.agreement import AgreementDocument
from shared.contracts.agreement_course import (
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
    ReturnDrillRecorded,
)
from shared.contracts.reservations import ReservationsResumed, ReservationsSuspended
from shared.kernel.actor import INDEPENDENT
from shared.kernel.ids import AgreementRef, agreement_of


def suspended(state: State, event: AgreementSuspended) -> None:
    """A central authority of one of the two states, its court or an independent one suspends it."""
    findings, actor, document = state.findings, event.suspended_by, _named(state, event.agreement)
    if document is not None:
        states = (document.parties.sending, document.parties.receiving)
        offices = {("central-authority", party) for party in states}
        offices |= {("court", party) for party in (*states, INDEPENDENT)}
        acts = actor_of(actor)
        if (acts.office, acts.party) not in offices:
            findings.broken("G23", "a state's central authority or a court", actor)
    suspensions = state.suspensions.of(agreement_of(event.agreement))
    for standing in suspensions.values():
        if _the_same(standing.by, actor):
            expected = "one suspension by each that suspends"
            findings.broken("G23", expected, f"a second one by {actor}", standing.entry.ref)
    state.obligations.expect("suspension", (event.suspension, "suspended"))
    suspensions.setdefault(event.suspension, Suspension(findings.mark, actor, event.suspended_at))


def resumed(state: State, event: AgreementResumed) -> None:
    """Whoever suspended it lifts that suspension, and nobody else."""
    _named(state, event.agreement)
    agreement = agreement_of(event.agreement)
    state.obligations.expect("suspension", (event.suspension, "resumed"))
    standing = state.suspensions.of(agreement).pop(event.suspension, None)
    if standing is None:
        state.findings.missing("G23", f"suspension {event.suspension} of {agreement}", "none")
        return
    ended = Ended(standing, event.resumed_at)
    state.suspensions.ended.setdefault(agreement, []).append(ended)
    if not _the_same(standing.by, event.resumed_by):
        expected = f"resumed by whoever suspended it, {standing.by}"
        state.findings.broken("G23", expected, event.resumed_by, standing.entry.ref)


def terminated(state: State, event: AgreementTerminated) -> None:
    """A state gives notice, which runs as many days as the version of its day says."""
    findings, document = state.findings, _named(state, event.agreement)
    if document is not None:
        acts, parties = actor_of(event.terminated_by), document.parties
        states = (parties.sending, parties.receiving)
        if acts.office != "central-authority" or acts.party not in states:
            expected = f"a central authority of {' or '.join(states)}"
            findings.broken("effective", expected, event.terminated_by)
        runs = timedelta(days=document.termination_notice_days)
        findings.same("effective", "its last day", event.given_on + runs, event.last_day)
    findings.same("effective", "the day of the notice", day_of(findings.entry), event.given_on)
    state.suspensions.last_days.setdefault(agreement_of(event.agreement), event.last_day)


def practised(state: State, event: ReturnDrillRecorded) -> None:
    """The sending state had somebody back: it alone can say so (G24)."""
    document = _named(state, event.agreement)
    if document is not None:
        acts, sending = actor_of(event.recorded_by), document.parties.sending
        if (acts.office, acts.party) != ("central-authority", sending):
            expected = f"the central authority of {sending}"
            state.findings.broken("G24", expected, event.recorded_by)
    drills, agreement = state.suspensions.drilled_on, agreement_of(event.agreement)
    drills[agreement] = min(event.held_on, drills.get(agreement, event.held_on))


def followed(state: State, event: ReservationsSuspended) -> None:
    """Placement knows of it: from here on it reserves no place under the agreement (D12)."""
    state.obligations.done("suspension", (event.suspension, "suspended"))
    reserving = state.suspensions.reserving(agreement_of(event.agreement))
    reserving[event.suspension] = Suspension(
        state.findings.mark, event.suspended_by, state.findings.entry.time
    )


def followed_no_longer(state: State, event: ReservationsResumed) -> None:
    """Placement knows that it was lifted."""
    state.obligations.done("suspension", (event.suspension, "resumed"))
    state.suspensions.reserving(agreement_of(event.agreement)).pop(event.suspension, None)


def _named(state: State, ref: AgreementRef) -> AgreementDocument | None:
    """The version of the day, which the entry names."""
    document = state.versions.binding(agreement_of(ref), day_of(state.findings.entry))
    made_under(state, ref, document)
    return document


def _the_same(first: str, second: str) -> bool:
    """Whether two actors speak for one suspender: a state's authority as a whole, a court's body,
    or the very person where a court's subject names no body.
    """
    one, other = actor_of(first), actor_of(second)
    if (one.party, one.office) != (other.party, other.office):
        return False
    if one.office == "central-authority":
        return True
    return same_body(first, second) or same_subject(first, second)


RULES: Rules = {
    AgreementSuspended: suspended,
    AgreementResumed: resumed,
    AgreementTerminated: terminated,
    ReturnDrillRecorded: practised,
    ReservationsSuspended: followed,
    ReservationsResumed: followed_no_longer,
}
