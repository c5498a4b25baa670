"""Assurances: a government's word to a court or counsel, until its instant or both end it (D5)."""

from __future__ import annotations

from services.audit.domain.actors import actor_of, same_body
from services.audit.domain.records.assurances import Assured
from services.audit.domain.state import Rules, State
from services.audit.domain.who_is_known import is_known
from shared.contracts.assurance import AssuranceEnded, AssuranceExpired, AssuranceGiven
from shared.kernel.actor import INDEPENDENT

CLOCK = "XX:ops:intake-clock"


def given(state: State, event: AssuranceGiven) -> None:
    """A central authority gives it, of a registered person and until an instant to come."""
    findings, giver = state.findings, actor_of(event.given_by)
    if giver.office != "central-authority" or event.giver == INDEPENDENT:
        findings.broken("D5", "a central authority of a state", event.given_by)
    is_known(state, event.person)
    if event.until <= event.given_at:
        findings.broken("D5", f"an instant after {event.given_at}", str(event.until))
    if event.assurance not in state.assurances.open:
        state.assurances.add(Assured(findings.mark, event))


def ended(state: State, event: AssuranceEnded) -> None:
    """Whoever it was given to agrees: that its giver asked stands in its table."""
    assured = state.assurances.open.get(event.assurance)
    if assured is None:
        return
    told = assured.event
    receiver = f"{told.to_party}:{told.to_office}:{told.to_body}"
    if not same_body(f"{receiver}/…", event.agreed_by):
        state.findings.broken("D5", f"{receiver}/…", event.agreed_by, assured.entry.ref)
    state.assurances.end(assured, event.ended_at)


def expired(state: State, event: AssuranceExpired) -> None:
    """The clock says so, and not before the instant."""
    assured, entry = state.assurances.open.get(event.assurance), state.findings.entry
    state.findings.same("D5", "marked by", CLOCK, entry.actor)
    if assured is None:
        return
    if entry.recorded_at < assured.event.until:
        expected = f"nothing marked before {assured.event.until}"
        state.findings.broken("D5", expected, str(entry.recorded_at), assured.entry.ref)
    state.assurances.end(assured, assured.event.until)


RULES: Rules = {
    AssuranceGiven: given,
    AssuranceEnded: ended,
    AssuranceExpired: expired,
}
