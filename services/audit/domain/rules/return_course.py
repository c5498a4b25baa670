"""The course of a return: it departs by the facility's word and ends by the sender's (D2)."""

from __future__ import annotations

from bisect import insort

from services.audit.domain.clearance import DECIDING
from services.audit.domain.state import Rules, State
from shared.contracts.case_return import CaseReturned
from shared.contracts.placement import CustodyEnded
from shared.contracts.returns import ReturnCompleted, ReturnDeparted, ReturnScheduled
from shared.kernel.dates import local_date, utc_date


def scheduled(state: State, event: ReturnScheduled) -> None:
    """On a day to come, of somebody who has not left."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    today = utc_date(findings.entry.recorded_at - DECIDING)
    if event.departs_on < today:
        findings.broken("D2", f"a return from {today} on", event.departs_on)
    if custody is not None and custody.left_on is not None:
        findings.broken("D2", "a return of somebody who is there", f"left on {custody.left_on}")


def departed(state: State, event: ReturnDeparted) -> None:
    """Within the custody, once; whoever left is counted there no more, and keeps the place."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    if custody is None or custody.accepted_at is None:
        return
    if custody.left_on is not None:
        findings.broken("D2", "a return that departs once", custody.left_on)
        return
    if event.departed_at < custody.accepted_at:
        findings.broken("G13", f"a departure after {custody.accepted_at}", event.departed_at)
    if custody.ended_at is not None and event.departed_at > custody.ended_at:
        findings.broken("D2", f"a departure by {custody.ended_at}", event.departed_at)
    left = local_date(event.departed_at, custody.timezone)
    findings.same("D2", "the day of departure", left, event.departed_on)
    facility = state.facilities.of(custody.facility)
    if custody.departed_on is None:
        facility.present.pop(event.custody, None)
        facility.returning[event.custody] = None
    else:
        facility.left.remove((custody.departed_on.toordinal(), event.custody))
    custody.left_on, custody.left_at = event.departed_on, event.departed_at
    insort(facility.left, (event.departed_on.toordinal(), event.custody))


def completed(state: State, event: ReturnCompleted) -> None:
    """The sending state has the person, whom it sent or who was refused: their case is returned."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    if custody is None or (custody.accepted_at is None and custody.refused_at is None):
        return
    findings.same("T4", "refused at arrival:", custody.accepted_at is None, event.from_arrival)
    if custody.left_at is not None and event.ended_at < custody.left_at:
        findings.broken("D2", f"a person who is back after {custody.left_at}", event.ended_at)
    if custody.refused_at is not None:
        _after_refusal(state, event)
    nobody_to_return(state, event)
    state.obligations.expect("returned", (event.custody,))


def _after_refusal(state: State, event: ReturnCompleted) -> None:
    """Nobody was in custody: what ends is that the sending state has to take them back."""
    findings, custody = state.findings, state.custodies[event.custody]
    if custody.refused_at is not None and event.ended_at < custody.refused_at:
        findings.broken("D2", f"a person who is back after {custody.refused_at}", event.ended_at)
    day = local_date(event.ended_at, state.facilities.of(custody.facility).timezone)
    findings.same("D2", "the day on which they were back", day, event.departed_on)
    custody.ended, custody.ended_at = findings.entry.ref, event.ended_at
    custody.exit = type(event).TYPE
    state.people.of(event.person).going_on.pop(event.custody, None)


def case_returned(state: State, event: CaseReturned) -> None:
    """Once, because the return was completed; a case that was refused at arrival ends with it."""
    if state.obligations.done("returned", (event.custody,)) is None:
        state.findings.missing("D2", "a return that was completed", event.completed)
    case = state.cases.pop(event.case, None)
    if case is not None:
        state.people.of(case.proposed.person).open_case = None


def nobody_to_return(state: State, event: CustodyEnded) -> None:
    """Of whom nobody has any more no return has to be ordered."""
    for cause in state.wrongful.ordered_back.get(event.custody, ()):
        state.obligations.settled("by rule", (event.custody, cause))


RULES: Rules = {
    CustodyEnded: nobody_to_return,
    ReturnScheduled: scheduled,
    ReturnDeparted: departed,
    ReturnCompleted: completed,
    CaseReturned: case_returned,
}
