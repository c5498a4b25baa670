"""Orders of return: by whom, from which custody, by when and at whose cost (G16; D2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from services.audit.domain.records.custodies import Custody
from services.audit.domain.records.facilities import Facility
from services.audit.domain.state import SENT_BACK, Rules, State
from shared.contracts.agreement import ReturnTerms
from shared.contracts.placement import CustodyAccepted, HandoverPending, PlaceReserved
from shared.contracts.returns import ReturnOrdered
from shared.kernel.dates import local_date
from shared.kernel.ids import AgreementRef, EntryRef, agreement_of, version_of

LATEST_WORD = timedelta(hours=24, minutes=5)
"""A day in which a state records its own order, and what deciding it may take."""
REFUSED, BY_RULE = "arrival-refused", "wrongful-transfer"
BEFORE_THE_HANDOVER = ("place reserved", "offered", "offered, place reserved")


def ordered(state: State, event: ReturnOrdered) -> None:
    """By a court or the authority of a state whose custody it is, as the agreement says (G16); with
    an arrival that is refused, at the sender's cost (T4).
    """
    findings, custody = state.findings, state.custodies.get(event.custody)
    whose = _whose(state, event)
    if custody is None or whose is None:
        return
    _by(state, event, whose)
    _dated(state, event, custody)
    timezone = state.facilities.of(custody.facility).timezone
    day = local_date(event.ordered_at, custody.timezone if custody.accepted else timezone)
    findings.same("G16", "the day of the order", day, event.ordered_on)
    if custody.stopped_on is None or event.ordered_on < custody.stopped_on:
        custody.stopped_on = event.ordered_on
        if event.ground != REFUSED:
            state.obligations.expect("return", (findings.entry.ref,))
    terms = _terms(state, custody, event.ordered_at.astimezone(UTC).date())
    last = event.ordered_at.astimezone(UTC).date() + timedelta(days=terms.days)
    due_at = datetime.combine(last, time(23, 59, 59), UTC)
    findings.same("G16", "due", due_at, event.due_at)
    is_the_senders = terms.cost_of == "sending" or event.ground == REFUSED
    bears = whose.sending if is_the_senders else whose.receiving
    findings.same("G16", "at the cost of", bears, event.cost_of)


def _whose(
    state: State, event: ReturnOrdered
) -> CustodyAccepted | HandoverPending | PlaceReserved | None:
    """What was said last of who has the person, and of which states it concerns."""
    for told in (
        state.latest.last(CustodyAccepted, "custody", event.custody),
        state.latest.last(HandoverPending, "custody", event.custody),
        state.latest.last(PlaceReserved, "custody", event.custody),
    ):
        if told is not None:
            return told.event
    return None


def _by(
    state: State, event: ReturnOrdered, whose: CustodyAccepted | HandoverPending | PlaceReserved
) -> None:
    """Before the handover a court's alone: the sending state turns its own journey (D2)."""
    findings, actor = state.findings, state.findings.actor
    sending, receiving = whose.sending, whose.receiving
    allowed = {
        ("court", sending): "court-order",
        ("court", receiving): "court-order",
        ("court", "XX"): "court-order",
    }
    if state.lifecycles.state("custody", event.custody) not in BEFORE_THE_HANDOVER:
        allowed["central-authority", sending] = "sending-state"
        allowed["central-authority", receiving] = "receiving-state"
    if state.expectations.keep((SENT_BACK, event.custody)):
        allowed[actor.office, actor.party] = REFUSED
    cause = EntryRef(findings.entry.causation or "")
    found = state.wrongful.ordered_back.get(event.custody, {}).get(cause)
    if found is not None and found == event.ordered_at:
        allowed[actor.office, actor.party] = BY_RULE
        state.obligations.done("by rule", (event.custody, cause))
    ground = allowed.get((actor.office, actor.party), "nobody's")
    findings.same("G16", "the order of", ground, event.ground)


def _dated(state: State, event: ReturnOrdered, custody: Custody) -> None:
    """Of no day before the custody, nor a state's own of long before it was recorded."""
    findings = state.findings
    begun = custody.accepted_at if event.ground != BY_RULE else None
    if begun is not None and event.ordered_at < begun:
        findings.broken("G16", f"an order since {begun}", event.ordered_at)
    if custody.ended_at is not None and event.ordered_at >= custody.ended_at:
        findings.broken("G16", f"an order before {custody.ended_at}", event.ordered_at)
    if event.ground == REFUSED and event.ordered_at != custody.refused_at:
        findings.broken("G16", f"an order at {custody.refused_at}", event.ordered_at)
    earliest = findings.entry.recorded_at - LATEST_WORD
    if findings.actor.office == "central-authority" and event.ordered_at < earliest:
        findings.broken("G16", f"a state's own order since {earliest}", event.ordered_at)


def _terms(state: State, custody: Custody, day: date) -> ReturnTerms:
    """What the version says that binds the day, of those that placement has followed (D6)."""
    facility = state.facilities.of(custody.facility)
    bound = None
    for name in sorted(facility.zones, key=version_of):
        if agreement_of(name) == agreement_of(custody.agreement) and (
            bound is None or _begun(facility, name) <= max(day, _begun(facility, bound))
        ):
            bound = name
    version = state.versions.versions.get(bound) if bound else None
    return version.document.returns if version else ReturnTerms()


def _begun(facility: Facility, version: AgreementRef) -> date:
    return facility.zones[version][0]


RULES: Rules = {ReturnOrdered: ordered}
