"""Services and late cancellations: recorded by one state and approved by the other (F11, F13)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from services.audit.domain.records.services import Charged, Recorded, Removal
from services.audit.domain.state import Rules, State
from shared.contracts.service import (
    CancellationRecorded,
    OccasionRecorded,
    ServiceApproved,
    ServiceDenied,
    ServiceRecorded,
    ServiceWithdrawn,
)
from shared.kernel.dates import month_of
from shared.kernel.ids import agreement_of
from shared.tariff.fact import Occurred

FIRST_MIDNIGHT = timedelta(hours=14)
"""Where a day begins first: UTC+14."""


def recorded(state: State, event: ServiceRecorded) -> None:
    """Given by the day that it is recorded, and one that the terms in force have a price for."""
    latest = (state.findings.entry.recorded_at + FIRST_MIDNIGHT).date()
    if event.given.on > latest:
        state.findings.broken("F11", f"a service given by {latest}", event.given.on)
    _wait(state, event, "F11")


def cancelled(state: State, event: CancellationRecorded) -> None:
    """Of somebody whom intake took off, when and for the day that it says, and because of no
    order, and of no act of the state that is paid (F13).
    """
    findings, said = state.findings, event.cancelled
    removal = state.services.removals.pop(event.removed, None)
    if removal is None:
        expected = "somebody taken off a manifest whose place is charged on no other paper"
        findings.missing("F13", expected, event.removed)
    else:
        findings.same("F13", "cancelled at", removal.at, said.cancelled_at)
        day = removal.arrival.astimezone(ZoneInfo(said.timezone)).date()
        findings.same("F13", "a place held for", day, said.held_for)
        if removal.is_free:
            said_so = "no order, assurance, lack of a place or act of who is paid behind it"
            findings.broken("F13", said_so, event.removed)
    signed = state.terms.signed.get(event.agreement)
    zones = signed.zones if signed else {}
    if signed is not None:
        findings.same("F13", "the zone", zones.get(event.facility), said.timezone)
    _wait(state, event, "F13", removal)


def approved(state: State, event: ServiceApproved) -> None:
    """Charged under every component that has a price for it, in the same decision."""
    waiting = state.services.open.pop(event.service, None)
    if waiting is None:
        return
    findings, agreement = state.findings, agreement_of(event.agreement)
    occasion = waiting.event.occasion
    period = state.periods.bearing(agreement, month_of(occasion.day))
    findings.same("period", "the month", period, event.period)
    by = state.services.attested_by.setdefault((agreement, event.period), set())
    by.update((event.recorded_by, event.settled_by))
    _, prices = state.terms.prices(event.agreement, Occurred(occasion, waiting.evidence))
    if not prices:
        findings.broken("F11", "a price that is left for it", "none")
    state.services.charges = {priced[0].component.id: priced for priced in prices}
    state.services.approved = msgspec.structs.replace(waiting, period=event.period)
    standings = {standing.component.id: standing for standing, _ in prices}
    state.services.charged[event.service] = Charged(
        findings.entry.ref, event.agreement, waiting, standings
    )
    for name in standings:
        key = ("occasion", waiting.ref, event.agreement, name)
        state.expectations.promise(key, "F11", f"{waiting.ref} charged with {name}")


def denied(state: State, event: ServiceDenied) -> None:
    """Nothing is charged for it."""
    waiting = state.services.open.pop(event.service, None)
    if waiting is not None:
        state.services.free_again(waiting)


def withdrawn(state: State, event: ServiceWithdrawn) -> None:
    """Whatever was charged for it is given back in the same decision, in the open month (F11)."""
    charged = state.services.charged.pop(event.service, None)
    if charged is None:
        return
    recorded = msgspec.structs.replace(charged.recorded, period=event.period)
    agreement, day = agreement_of(event.agreement), recorded.event.occasion.day
    period = state.periods.bearing(agreement, month_of(day))
    state.findings.same("period", "the month", period, event.period)
    state.services.free_again(recorded)
    state.services.withdrawn = msgspec.structs.replace(charged, recorded=recorded)
    for name in charged.standings:
        key = ("withdrawn", charged.ref, charged.agreement, name)
        state.expectations.promise(key, "F11", f"what {name} charged for it given back")


def _wait(state: State, event: OccasionRecorded, rule: str, removal: Removal | None = None) -> None:
    fact = Occurred(event.occasion, (state.findings.entry.ref,))
    signed, prices = state.terms.prices(event.agreement, fact)
    if signed is None or not prices:
        state.findings.broken(rule, "a service that the signed terms have a price for", "none")
    elif signed.agreement != event.agreement:
        state.findings.same("tariff", "the version in force", signed.agreement, event.agreement)
    state.services.open[event.service] = Recorded(state.findings.entry.ref, event, removal=removal)


RULES: Rules = {
    ServiceRecorded: recorded,
    CancellationRecorded: cancelled,
    ServiceApproved: approved,
    ServiceDenied: denied,
    ServiceWithdrawn: withdrawn,
}
