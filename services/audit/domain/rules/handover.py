"""Handovers: two signatures on the same words, and until then the sender answers (G13)."""

from __future__ import annotations

from bisect import insort

from services.audit.domain.agreed_zone import is_in_the_agreed_zone
from services.audit.domain.capacity import gives_up, holds_a_place, takes_a_place
from services.audit.domain.journey_over import forget_journey, settle_offers
from services.audit.domain.records.custodies import Custody
from services.audit.domain.state import Rules, State
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import HandoverOffered
from shared.contracts.placement import CustodyAccepted, CustodyEnded, HandoverPending
from shared.contracts.returns import ReturnCompleted
from shared.kernel.dates import local_date, utc_date
from shared.kernel.ids import case_of


def offered(state: State, event: HandoverOffered) -> None:
    """The sending state's signature, on a named custodian: "nobody" is not a value (G13)."""
    findings, journey = state.findings, state.journeys.get(event.manifest)
    if journey is None or event.case not in journey.listed:
        return
    responsible = event.custodian.responsible_state
    if responsible not in (journey.opened.sending, journey.opened.receiving):
        findings.broken("G13", "one of the two states responsible", responsible)
    arrived = journey.progress[-1].arrived_at
    if arrived is None or event.offered_at < arrived:
        findings.broken("G13", "an offer where the journey ended", f"arrived at {arrived}")
    journey.listed[event.case].append(findings.entry.ref)
    if state.lifecycles.state("custody", event.custody) not in (
        "in custody",
        "arrival refused",
        "ended",
    ):
        state.obligations.expect("handover", (event.custody, findings.entry.ref))


def pending(state: State, event: HandoverPending) -> None:
    """The sending state's signature arrives; the sender is responsible (G13; T6)."""
    state.obligations.done("handover", (event.custody, event.offer))
    custody = state.custodies.get(event.custody)
    if custody is None:
        custody = Custody(event.custody, event.person, event.agreement, event.facility)
        state.custodies[event.custody] = custody
    held = holds_a_place(state, event.custody) and custody.facility == event.facility
    state.findings.same("G19", "a place was reserved:", held, event.place_was_reserved)
    if custody.accepted is None:
        custody.facility, custody.agreement = event.facility, event.agreement
    state.people.of(event.person).going_on[event.custody] = None


def accepted(state: State, event: CustodyAccepted) -> None:
    """The receiving state's signature, on the same words, in its own facility (G13)."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    if custody is None or custody.accepted is not None:
        return
    facility = state.facilities.of(event.facility)
    arrived = local_date(event.accepted_at, facility.timezone)
    findings.same("fees", "the first night", arrived, event.arrived_on)
    pending = state.latest.last(HandoverPending, "custody", event.custody)
    if pending is not None and event.accepted_at < pending.event.offered_at:
        expected = f"an acceptance from {pending.event.offered_at} on"
        findings.broken("G13", expected, event.accepted_at)
    day = utc_date(event.accepted_at)
    is_in_the_agreed_zone(state, facility, event.agreement, day, departed=True)
    held = holds_a_place(state, event.custody)
    findings.same("G19", "a place:", held, event.place_was_reserved)
    if not held:
        takes_a_place(state, facility)
    gives_up(state, custody)
    settle_offers(state, event.person, event.custody)
    facility.present[event.custody] = None
    facility.dates_nights = True
    custody.accepted, custody.accepted_at = findings.entry.ref, event.accepted_at
    custody.arrived_on, custody.timezone = event.arrived_on, event.timezone
    state.obligations.expect("stay", (event.custody,))
    state.obligations.expect("transfer", (event.custody,))
    person = state.people.of(event.person)
    if person.custody is not None:
        held_in = f"also in custody/{person.custody}"
        findings.broken("G12", "a departed person in exactly one state", held_in)
    person.custody = event.custody


def ended(state: State, event: CustodyEnded) -> None:
    """The person left, on the local date of the exit, after they came."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    if custody is None or custody.accepted_at is None or custody.departed_on is not None:
        return
    if event.ended_at < custody.accepted_at:
        findings.broken("G13", f"an exit after {custody.accepted_at}", event.ended_at)
    left = local_date(event.ended_at, custody.timezone)
    if isinstance(event, ReturnCompleted) and custody.left_on is not None:
        left = custody.left_on
    findings.same("fees", "the day of departure", left, event.departed_on)
    facility = state.facilities.of(custody.facility)
    facility.returning.pop(event.custody, None)
    if custody.left_on is None:
        facility.present.pop(event.custody, None)
        insort(facility.left, (event.departed_on.toordinal(), event.custody))
    custody.departed_on, custody.ended = event.departed_on, findings.entry.ref
    custody.ended_at, custody.exit = event.ended_at, type(event).TYPE
    state.obligations.expect("exit", (event.custody,))
    state.handed_over.pop(case_of(event.custody), None)
    person = state.people.of(event.person)
    person.going_on.pop(event.custody, None)
    if person.custody == event.custody:
        person.custody = None


def transferred(state: State, event: CaseTransferred) -> None:
    """Both signatures stand: what was departed is in custody, by name (G13)."""
    state.obligations.done("transfer", (event.custody,))
    state.people.of(event.person).journey = None
    journey = state.journeys.get(event.manifest)
    if journey is not None:
        forget_journey(state, journey, event.manifest, event.case)


RULES: Rules = {
    HandoverOffered: offered,
    HandoverPending: pending,
    CustodyAccepted: accepted,
    CustodyEnded: ended,
    CaseTransferred: transferred,
}
